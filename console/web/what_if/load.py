"""The visits of each week before and after, as bars side by side: how much work a change costs, and when.

The rule that keeps it honest: it places the counts that `replay.plans` found and judges none; the same
numbers stand in a table beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from replay.plans import Load

LEFT, TOP, FOOT, WEEK, HEIGHT = 30, 12, 34, 34, 110
_ROOM = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """One week. `x`: its left edge; `before`, `after`: (y, height) of its bars; `named`: with its day."""

    load: Load
    x: int
    before: tuple[float, float]
    after: tuple[float, float]
    named: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The work at one site. `ticks`: (y, number of visits)."""

    site: str
    width: int
    height: int
    base: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, int], ...]

    @property
    def moved(self) -> tuple[Load, ...]:
        """The weeks with another number of visits."""
        return tuple(each.load for each in self.bars if _changed(each.load))

    @property
    def busiest(self) -> tuple[int, int]:
        """The most visits of a week, before and after."""
        loads = [each.load for each in self.bars]
        return max(each.before for each in loads), max(each.after for each in loads)


def charts(work: Sequence[Load]) -> tuple[Chart, ...]:
    """A chart for each site whose weeks change; the others cost nobody anything."""
    sites = [(site, tuple(weeks)) for site, weeks in groupby(work, key=lambda each: each.site)]
    return tuple(_chart(site, weeks) for site, weeks in sites if any(map(_changed, weeks)))


def _changed(week: Load) -> bool:
    return week.before != week.after


def _chart(site: str, weeks: Sequence[Load]) -> Chart:
    most = max(max(each.before, each.after) for each in weeks)
    base = TOP + HEIGHT
    return Chart(
        site=site,
        width=LEFT + WEEK * len(weeks) + 8,
        height=base + FOOT,
        base=base,
        bars=tuple(_bars(weeks, most, base)),
        ticks=tuple((base - HEIGHT * number / most, number) for number in _numbers(most)),
    )


def _bars(weeks: Sequence[Load], most: int, base: int) -> Iterator[Bar]:
    named = _named([each.week for each in weeks])
    for number, each in enumerate(weeks):
        tall = [HEIGHT * count / most for count in (each.before, each.after)]
        before, after = ((round(base - height, 1), round(height, 1)) for height in tall)
        yield Bar(each, LEFT + WEEK * number, before, after, number in named)


def _named(weeks: Sequence[date]) -> set[int]:
    """The first week of each month; of the first one too, where its name has room."""
    turns = [now for now in range(1, len(weeks)) if weeks[now].month != weeks[now - 1].month]
    room = turns[0] if turns else len(weeks)
    return {*turns, *([0] if room >= _ROOM else [])}


def _numbers(most: int) -> list[int]:
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, most) if most / each <= 4)
    return list(range(0, most + 1, step))
