"""A spread of numbers: how often each was seen, and the percentiles of them.

The rule that keeps it honest: a percentile is the least number that at least so many per cent of all are not
above, so it was really seen; nothing is interpolated, and only counts are kept, never who had which number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import fsum

PERCENTILES = (5, 25, 50, 75, 95)


class Spread:
    """Numbers with how often each was seen. `of`: how many there are."""

    def __init__(self, seen: Iterable[float] = ()) -> None:
        self._times: Counter[float] = Counter(seen)
        self.of = self._times.total()

    def take(self, value: float, times: int = 1) -> None:
        """Count a number in."""
        self._times[value] += times
        self.of += times

    def filled(self, among: int) -> Spread:
        """The same with zeros for all of `among` that had no number: what was not seen was seen no times."""
        whole = Spread()
        whole._times, whole.of = Counter(self._times), self.of
        if among > self.of:
            whole.take(0, among - self.of)
        return whole

    def counts(self) -> list[tuple[float, int]]:
        """Each number with how often it was seen, the least first."""
        return sorted(self._times.items())

    def percentile(self, percent: int) -> float | None:
        """The least number that at least `percent` of 100 are not above; None when there are no numbers."""
        reached = 0
        for value, times in self.counts():
            reached += times
            if reached * 100 >= percent * self.of:
                return value
        return None

    def percentiles(self) -> tuple[float | None, ...]:
        """Those of `PERCENTILES`."""
        return tuple(self.percentile(each) for each in PERCENTILES)

    @property
    def mean(self) -> float | None:
        """The mean; None when there are no numbers."""
        return fsum(value * times for value, times in self._times.items()) / self.of if self.of else None
