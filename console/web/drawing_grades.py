"""The course of one adverse event as a picture: its grade by the day.

The rule that keeps it honest: it places what is recorded; a grade whose day is known only in part stands at
the first day it can mean, and is drawn as uncertain up to the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.safety.book import AdverseEvent, Grading
from domain.safety.partial import Partial
from domain.safety.terms import HIGHEST_GRADE

WIDTH, LANE = 720, 26
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 24, 12, 34
_MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """For how long one grade holds. `uncertain`: where it surely holds already; None: from the start on."""

    x: float
    to_x: float
    y: float
    grade: int
    uncertain: float | None


@dataclass(frozen=True, slots=True)
class Course:
    """The drawing in pixels. `climbs`: the lines between two grades; `now_x`: today, of an open event."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    grades: tuple[tuple[float, int], ...]
    stretches: tuple[Stretch, ...]
    climbs: tuple[tuple[float, float, float], ...]
    ticks: tuple[tuple[float, date], ...]
    open: bool


def course(event: AdverseEvent, today: date, zone: ZoneInfo) -> Course | None:
    """The picture of an event on the scale it is graded on now; None while it has no grade."""
    if not event.gradings:
        return None
    graded = [each for each in event.gradings if each.same_scale(event.gradings[-1])]
    first = graded[0].happened.first_day(zone)
    last = max(_end(event, today, zone), graded[-1].happened.last_day(zone), first + timedelta(days=1))
    scale = _Scale(first, last)
    stretches = tuple(_stretches(graded, scale, last, zone))
    return Course(
        width=WIDTH,
        height=_TOP + LANE * (HIGHEST_GRADE + 1) + _BOTTOM,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=_TOP + LANE * (HIGHEST_GRADE + 1),
        grades=tuple((_y(grade), grade) for grade in range(HIGHEST_GRADE + 1)),
        stretches=stretches,
        climbs=tuple((b.x, a.y, b.y) for a, b in pairwise(stretches)),
        ticks=tuple(_ticks(scale)),
        open=event.outcome is None,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (day - self.first) / (self.last - self.first), 2)


def _end(event: AdverseEvent, today: date, zone: ZoneInfo) -> date:
    ended: Partial | None = event.resolved
    return ended.last_day(zone) if ended is not None else today


def _stretches(graded: list[Grading], scale: _Scale, last: date, zone: ZoneInfo) -> Iterator[Stretch]:
    begins = [each.happened.first_day(zone) for each in graded]
    for each, begin, end in zip(graded, begins, [*begins[1:], last], strict=True):
        sure = each.happened.last_day(zone)
        uncertain = scale.x(min(sure, last)) if sure != begin else None
        yield Stretch(scale.x(begin), scale.x(max(begin, end)), _y(each.grade), each.grade, uncertain)


def _ticks(scale: _Scale) -> Iterator[tuple[float, date]]:
    days = (scale.last - scale.first).days
    apart = max(1, -(-days // _MOST_TICKS))
    for number in range(0, days + 1, apart):
        day = scale.first + timedelta(days=number)
        yield scale.x(day), day


def _y(grade: int) -> float:
    return _TOP + LANE * (HIGHEST_GRADE - grade) + LANE / 2
