"""A survival curve as a picture: where its steps, its band, its marks and its numbers at risk stand.

The rule that keeps it honest: it places the numbers of the report and computes none; the same numbers are on
the page as a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from console.endpoints.report import DAYS_OF_A_MONTH
from console.endpoints.sights import CurveSight, StepSight

WIDTH, HEIGHT = 760, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 20, 16, 96
_MONTHS_APART = (1, 2, 3, 6, 12, 24, 36, 60)
_MOST_TICKS = 8
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Tick:
    """A month on the axis, its day, and how many are watched until that day or longer."""

    x: float
    months: int
    day: int
    at_risk: int


@dataclass(frozen=True, slots=True)
class Survival:
    """The drawing in pixels. `bands`: polygons of the interval; `censored`: marks on the curve."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    curve: str
    bands: tuple[str, ...]
    censored: tuple[tuple[float, float], ...]
    ticks: tuple[Tick, ...]
    shares: tuple[tuple[float, float], ...]
    half: float


def survival(curve: CurveSight) -> Survival | None:
    """The picture of a curve; None when nobody is in it."""
    if not curve.steps:
        return None
    scale = _Scale(_ticked(curve.steps[-1].day))
    return Survival(
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        top=_TOP,
        bottom=HEIGHT - _BOTTOM,
        curve=_points(_corners(scale, [(each.day, each.survival) for each in curve.steps])),
        bands=tuple(_bands(scale, curve.steps)),
        censored=tuple((scale.x(each.day), scale.y(each.survival)) for each in curve.steps if each.censored),
        ticks=tuple(Tick(scale.x(day), months, day, _at_risk(curve, day)) for months, day in scale.days),
        shares=tuple((scale.y(share), share) for share in _SHARES),
        half=scale.y(0.5),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    days: tuple[tuple[int, int], ...]

    def x(self, day: int) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * day / self.days[-1][1], 2)

    def y(self, share: float) -> float:
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - share), 2)


def _ticked(last: int) -> tuple[tuple[int, int], ...]:
    """(months, day) of every tick from the start to beyond the last day."""
    for apart in _MONTHS_APART:
        months = range(0, apart * _MOST_TICKS, apart)
        until = next((each for each in months if each and _day(each) >= last), None)
        if until is not None:
            return tuple((each, _day(each)) for each in range(0, until + apart, apart))
    apart = -(-last // (_MOST_TICKS * 365)) * 12
    return tuple((each, _day(each)) for each in range(0, apart * (_MOST_TICKS + 1), apart))


def _day(months: int) -> int:
    return int(months * DAYS_OF_A_MONTH)


def _at_risk(curve: CurveSight, day: int) -> int:
    return next((step.at_risk for step in curve.steps if step.day >= day), 0)


def _corners(scale: _Scale, steps: Sequence[tuple[int, float]]) -> Iterator[tuple[float, float]]:
    share = 1.0
    yield scale.x(0), scale.y(share)
    for day, after in steps:
        yield scale.x(day), scale.y(share)
        yield scale.x(day), scale.y(after)
        share = after


def _bands(scale: _Scale, steps: Sequence[StepSight]) -> Iterator[str]:
    """One rectangle for each stretch between two steps on which there are bounds."""
    for step, following in pairwise(steps):
        if step.low is not None and step.high is not None:
            left, right = scale.x(step.day), scale.x(following.day)
            high, low = scale.y(step.high), scale.y(step.low)
            yield _points(((left, high), (right, high), (right, low), (left, low)))


def _points(corners: Iterator[tuple[float, float]] | Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in corners)
