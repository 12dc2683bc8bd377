"""A fan: how a number of each week spreads over the studies, as two bands and the median.

The rule that keeps it honest: every week has its place, also one in which nothing waited; the axis ends where
nineteen studies in twenty have nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.cohorts.drawing import LEFT, RIGHT, TOP, WIDTH, Picture, ticks
from console.cohorts.shapes import PercentilesShown

_HEIGHT, _BOTTOM = 320, 72
_FEWEST_WEEKS = 4
_MOST_TICKS = 8
_APART = (1, 4, 13, 26, 52, 104, 260)


def fan(name: str, title: str, unit: str, weeks: Sequence[PercentilesShown]) -> Picture:
    """The picture; `weeks` from the first on, `unit` says what is counted."""
    shown = weeks[: max(_FEWEST_WEEKS, _last_busy(weeks))]
    most = max((each.p95 or 0 for each in shown), default=0)
    picture = Picture(name, title, _described(unit, shown), _HEIGHT)
    scale = _Scale(max(2, len(shown)), ticks(max(1, most)))
    _axes(picture, scale, unit)
    picture.area("outer", scale.band([(each.p5 or 0, each.p95 or 0) for each in shown]))
    picture.area("inner", scale.band([(each.p25 or 0, each.p75 or 0) for each in shown]))
    picture.path("middle", [scale.at(week, each.p50 or 0) for week, each in enumerate(shown)])
    _key(picture)
    return picture


class _Scale:
    """Places of weeks and numbers."""

    def __init__(self, weeks: int, levels: Sequence[float]) -> None:
        self.weeks, self.levels = weeks, levels
        self.bottom = _HEIGHT - _BOTTOM

    def at(self, week: int, number: float) -> tuple[float, float]:
        return self.x(week), self.y(number)

    def x(self, week: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * week / (self.weeks - 1)

    def y(self, number: float) -> float:
        return self.bottom - (self.bottom - TOP) * number / self.levels[-1]

    def band(self, bounds: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """Along the upper bounds and back along the lower ones."""
        upper = [self.at(week, high) for week, (_, high) in enumerate(bounds)]
        lower = [self.at(week, low) for week, (low, _) in enumerate(bounds)]
        return [*upper, *reversed(lower)]


def _axes(picture: Picture, scale: _Scale, unit: str) -> None:
    for level in scale.levels:
        picture.line("grid", (LEFT, scale.y(level)), (WIDTH - RIGHT, scale.y(level)))
        picture.text(f"{level:g}", (LEFT - 8, scale.y(level) + 4), "soft", "end")
    apart = next((each for each in _APART if scale.weeks / each <= _MOST_TICKS), 520)
    for week in range(0, scale.weeks, apart):
        picture.line("axis", scale.at(week, 0), (scale.x(week), scale.bottom + 6))
        picture.text(f"{week + 1}", (scale.x(week), scale.bottom + 22), "soft", "middle")
    picture.text(f"{unit}, by week since the first consent", (LEFT, scale.bottom + 42), "soft")


def _key(picture: Picture) -> None:
    y, x = _HEIGHT - 12.0, float(LEFT)
    picture.box("outer", (x, y - 10), 20, 12)
    picture.text("nine studies in ten", (x + 26, y), "soft")
    picture.box("inner", (x + 170, y - 10), 20, 12)
    picture.box("outer", (x + 170, y - 10), 20, 12)
    picture.text("half of them", (x + 196, y), "soft")
    picture.line("middle", (x + 300, y - 4), (x + 320, y - 4))
    picture.text("median", (x + 326, y), "soft")


def _last_busy(weeks: Sequence[PercentilesShown]) -> int:
    busy = (number for number, each in enumerate(weeks, start=1) if each.p95)
    return max(busy, default=0)


def _described(unit: str, weeks: Sequence[PercentilesShown]) -> str:
    most = max(weeks, key=lambda each: each.p50 or 0, default=None)
    if most is None or not most.p95:
        return f"{unit}: none in nineteen studies of twenty."
    week = next(number for number, each in enumerate(weeks, start=1) if each is most)
    return (
        f"{unit}: the median is greatest in week {week}, {most.p50:g}, with {most.p5:g} to {most.p95:g} "
        f"in nine studies of ten. Shown are {len(weeks)} weeks; the tables give every number."
    )
