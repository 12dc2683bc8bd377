"""Exact intervals and survival curves, computed by SciPy.

The rule that keeps it honest: what the formula cannot say (no participants, nobody left at risk, a median not
reached) is None, never a number; SciPy is the extra `endpoints`, and its absence is said by name.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

CONFIDENCE = 0.95
"""Two-sided, of every interval."""

_ROUNDING = 1e-9


class StatisticsMissing(Exception):
    """SciPy is not installed here."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds with `CONFIDENCE`; None where the formula gives none."""

    low: float | None
    high: float | None


NO_INTERVAL = Interval(None, None)


@dataclass(frozen=True, slots=True)
class Step:
    """A day of the curve: who was at risk, what happened, and the share surviving beyond it."""

    day: int
    at_risk: int
    events: int
    censored: int
    survival: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan-Meier estimate. `median` is the first day at which at most half survive; None: not reached."""

    steps: tuple[Step, ...]
    median: int | None
    median_low: int | None
    median_high: int | None

    def at_risk(self, day: int) -> int:
        """How many are watched until that day or longer."""
        return next((step.at_risk for step in self.steps if step.day >= day), 0)

    def survival(self, day: int) -> float | None:
        """The estimate on a day; None when nobody is at risk any more although somebody survived so far."""
        before = [step for step in self.steps if step.day <= day]
        if not before:
            return 1.0 if self.steps else None
        return before[-1].survival if self.at_risk(day) or before[-1].survival == 0 else None

    def interval(self, day: int) -> Interval:
        """The log-log interval on a day."""
        before = [step for step in self.steps if step.day <= day]
        return before[-1].interval if before and self.survival(day) is not None else NO_INTERVAL


def scipy_is_here() -> bool:
    """Whether intervals and curves can be computed."""
    return find_spec("scipy") is not None


def require_scipy() -> None:
    """Say what to install when SciPy is absent.

    Raises:
        StatisticsMissing: it is.
    """
    if not scipy_is_here():
        raise StatisticsMissing(
            "intervals and survival curves need SciPy, the extra `endpoints`: in the checkout say "
            "pip install '.[endpoints]', or count without them (--counts)"
        )


def exact_interval(counted: int, among: int) -> Interval:
    """The Clopper-Pearson interval of a proportion; of nobody there is none.

    Raises:
        StatisticsMissing: SciPy is not installed.
    """
    if among == 0:
        return NO_INTERVAL
    require_scipy()
    from scipy.stats import binomtest  # noqa: PLC0415 - an extra, and half a second to import

    found = binomtest(counted, among).proportion_ci(confidence_level=CONFIDENCE, method="exact")
    return Interval(float(found.low), float(found.high))


def survival_curve(times: Sequence[tuple[int, bool]]) -> Curve:
    """The Kaplan-Meier estimate of (days watched, whether that ended with an event), with log-log intervals.

    Raises:
        StatisticsMissing: SciPy is not installed.
    """
    if not times:
        return Curve((), None, None, None)
    require_scipy()
    steps = tuple(_steps(times))
    return Curve(
        steps,
        median=_first_at_most_half((step.day, step.survival) for step in steps),
        median_low=_first_at_most_half((step.day, step.interval.low) for step in steps),
        median_high=_first_at_most_half((step.day, step.interval.high) for step in steps),
    )


def _steps(times: Sequence[tuple[int, bool]]) -> list[Step]:
    from scipy.stats import CensoredData, ecdf  # noqa: PLC0415 - as above

    ended = [day for day, event in times if event]
    censored = [day for day, event in times if not event]
    survival = ecdf(CensoredData(uncensored=ended, right=censored)).sf
    with warnings.catch_warnings():
        # Before the first event and after the last survivor the formula is undefined: None, as said above.
        warnings.simplefilter("ignore", RuntimeWarning)
        bounds = survival.confidence_interval(confidence_level=CONFIDENCE, method="log-log")
    return [
        Step(
            day=int(day),
            at_risk=sum(each >= int(day) for each, _ in times),
            events=ended.count(int(day)),
            censored=censored.count(int(day)),
            survival=float(share),
            interval=Interval(_number(low), _number(high)),
        )
        for day, share, low, high in zip(
            survival.quantiles,
            survival.probabilities,
            bounds.low.probabilities,
            bounds.high.probabilities,
            strict=True,
        )
    ]


def _first_at_most_half(bound: Iterable[tuple[int, float | None]]) -> int | None:
    """The first day on which a curve is down to a half: of its bounds, the interval of the median
    (Brookmeyer and Crowley)."""
    return next((day for day, share in bound if share is not None and share <= 0.5 + _ROUNDING), None)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
