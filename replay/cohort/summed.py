"""Many observed studies summed up: percentiles of each measure, of each week, and the chance of each hold.

The rule that keeps it honest: studies are counted in one at a time and not kept, so memory does not grow
with them; a study that was over by a week counts as none waiting in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from replay.cohort.estimated import Estimated, estimated
from replay.cohort.measures import Measure, measured
from replay.cohort.observed import Observed
from replay.cohort.spread import Spread

ANY = "any"
"""The name of the chance that a study is held at all."""
SERIES = ("overdue", "open", "raised")


@dataclass(frozen=True, slots=True)
class Sums:
    """What many studies came to. `weeks`: by series, the spread of each week; `holds`: by stopping rule."""

    studies: int
    participants: int
    measures: Mapping[Measure, Spread]
    weeks: Mapping[str, Sequence[Spread]]
    holds: Mapping[str, Estimated]


class Summing:
    """Studies being counted in. `rules`: the stopping rules that could hold them."""

    def __init__(self, rules: Iterable[str]) -> None:
        self._studies = self._participants = 0
        self._measures: defaultdict[Measure, Spread] = defaultdict(Spread)
        self._weeks: dict[str, list[Spread]] = {series: [] for series in SERIES}
        self._held: dict[str, int] = {ANY: 0, **dict.fromkeys(rules, 0)}

    def take(self, observed: Observed) -> None:
        """Count one study in."""
        self._studies += 1
        self._participants += len(observed.lives)
        for measure, value in measured(observed):
            self._measures[measure].take(value)
        weeks = observed.weeks
        for series, counts in zip(SERIES, (weeks.overdue, weeks.open, weeks.raised), strict=True):
            for spread, count in zip(_long_enough(self._weeks[series], len(counts)), counts, strict=False):
                spread.take(count)
        came = {each.rule for each in observed.holds}
        for rule in (*came, *([ANY] if came else [])):
            self._held[rule] = self._held.get(rule, 0) + 1

    def sums(self) -> Sums:
        """What has been counted.

        Raises:
            ValueError: no study was.
        """
        if self._studies == 0:
            raise ValueError("no study was played, so there is nothing to sum up")
        return Sums(
            self._studies,
            self._participants,
            dict(self._filled()),
            {name: [each.filled(self._studies) for each in weeks] for name, weeks in self._weeks.items()},
            {rule: estimated(self._held[rule], self._studies) for rule in _in_order(self._held)},
        )

    def _filled(self) -> Iterator[tuple[Measure, Spread]]:
        for measure, spread in sorted(self._measures.items()):
            yield measure, spread.filled(self._studies) if measure.counted else spread


def _long_enough(weeks: list[Spread], count: int) -> list[Spread]:
    weeks += [Spread() for _ in range(count - len(weeks))]
    return weeks


def _in_order(held: Mapping[str, int]) -> list[str]:
    return [ANY, *sorted(rule for rule in held if rule != ANY)]
