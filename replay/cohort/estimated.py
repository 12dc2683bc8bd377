"""The chance of something that happens in a study or does not, with its interval.

The rule that keeps it honest: Wilson's interval, which stays between 0 and 1 and says something even when it
never happened; it speaks of how many studies were played, not of how well the cohort's file tells the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
"""Two-sided."""


@dataclass(frozen=True, slots=True)
class Estimated:
    """In how many studies it happened, of how many. `low` and `high` bound its chance with `CONFIDENCE`."""

    counted: int
    among: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.counted / self.among


def estimated(counted: int, among: int) -> Estimated:
    """The chance of what happened in `counted` of `among` studies.

    Raises:
        ValueError: there are no studies, or it happened in more than there are.
    """
    if not 0 <= counted <= among or among == 0:
        raise ValueError(f"{counted} of {among} studies is no share of them")
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share, spread = counted / among, z * z / among
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt((share * (1 - share) + spread / 4) / among) / (1 + spread)
    # At the ends the formula gives 0 and 1, and rounding must not take it beyond them.
    low = 0.0 if counted == 0 else max(0.0, middle - half)
    high = 1.0 if counted == among else min(1.0, middle + half)
    return Estimated(counted, among, low, high)
