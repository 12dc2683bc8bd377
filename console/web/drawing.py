"""The study as a swimmer plot, and a window as a small bar: where each shape stands, and what it says.

The rule that keeps it honest: it places what `StudyLook` says and judges nothing; the same is on the page
as a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.sights import ItemSight
from domain.standing import Standing
from domain.stated import earliest, is_day, parse_stated

WIDTH, LEFT, RIGHT, TOP, LANE = 1180, 96, 24, 34, 34
FOOT = 22
_TICKS = (-90, -60, -30, -14, -7, 0, 7, 14, 21, 28, 60, 90, 180, 270, 365, 730, 1095, 1825, 3650, 5475)
_TICK_ROOM = 30
# Where the axis changes its pace, with the share of the width each stretch is given: the first weeks after
# day 0 hold most of the visits, and years of follow-up hold few.
_STRETCHES = ((None, -2, 0.17), (-2, 30, 0.43), (30, 100, 0.20), (100, None, 0.20))


@dataclass(frozen=True, slots=True)
class Shape:
    """A window or a mark. `x` and `width` in pixels of the drawing; `kind` names its class and its symbol."""

    x: float
    width: float
    kind: str
    item: ItemSight


@dataclass(frozen=True, slots=True)
class Swim:
    """What one lane shows: windows below, marks above, and the stretch of life between them."""

    participant: str
    day_zero: date | None
    y: int
    from_x: float
    to_x: float
    goes_on: bool
    windows: tuple[Shape, ...]
    marks: tuple[Shape, ...]
    now_x: float | None


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    day: int


@dataclass(frozen=True, slots=True)
class Plot:
    """The whole drawing. `breaks`: where the axis changes its pace. `absent`: who has no day 0."""

    width: int
    height: int
    swims: tuple[Swim, ...]
    ticks: tuple[Tick, ...]
    breaks: tuple[float, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Swimmer:
    """One participant as the plot needs them. `day_zero`: the site day all others are counted from."""

    participant: str
    zone: ZoneInfo
    day_zero: date | None
    ended: bool
    items: Sequence[ItemSight]


@dataclass(frozen=True, slots=True)
class Bar:
    """One window on a strip of 100 units: where it opens and closes, its target, what happened, and now."""

    opens: float
    closes: float
    target: float | None
    happened: float | None
    now: float | None


def plot(swimmers: Iterable[Swimmer], now: datetime, horizon_days: int = 120) -> Plot:
    """The swimmer plot up to `horizon_days` after today."""
    everybody = list(swimmers)
    placed = [each for each in everybody if each.day_zero is not None]
    scale = _scale(placed, now, horizon_days)
    swims = tuple(_swim(each, scale, now, number) for number, each in enumerate(placed))
    return Plot(
        width=WIDTH,
        height=TOP + LANE * max(1, len(placed)) + FOOT,
        swims=swims,
        ticks=tuple(_ticks(scale)),
        breaks=tuple(scale.x(start) for start, _, _, _ in scale.stretches[1:]),
        absent=tuple(each.participant for each in everybody if each.day_zero is None),
    )


def bar(item: ItemSight, zone: ZoneInfo, now: datetime) -> Bar | None:
    """The strip of one window; None for an item without one."""
    if item.opens is None or item.closes is None:
        return None
    opens, closes = item.opens, item.closes
    happened = _instant(item.happened, zone) if item.happened else None
    near = [
        each for each in (happened, now) if each and opens - timedelta(60) <= each <= closes + timedelta(60)
    ]
    first, last = min([opens, *near]), max([closes, *near])
    pad = (last - first) * 0.04
    first, last = first - pad, last + pad

    def at(moment: datetime | None) -> float | None:
        if moment is None or not first <= moment <= last:
            return None
        return round((moment - first) / (last - first) * 100, 2)

    return Bar(at(opens) or 0.0, at(closes) or 100.0, at(item.target), at(happened), at(now))


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days from day 0 onto pixels, stretch by stretch: (first day, last day, first x, width)."""

    stretches: tuple[tuple[float, float, float, float], ...]

    @property
    def first(self) -> float:
        return self.stretches[0][0]

    @property
    def last(self) -> float:
        return self.stretches[-1][1]

    def x(self, day: float) -> float:
        kept = min(max(day, self.first), self.last)
        for first, last, start, width in self.stretches:
            if kept <= last:
                return round(start + (kept - first) / (last - first) * width, 1)
        raise AssertionError("the last stretch ends with the scale")


def _scale(placed: Sequence[Swimmer], now: datetime, horizon_days: int) -> _Scale:
    days = [0.0, 35.0, -7.0]
    for each in placed:
        today = _days(now, each)
        days.append(today)
        for item in each.items:
            days += [day for day in _days_of(item, each) if day <= today + horizon_days]
    return _Scale(tuple(_stretched(min(days) - 3, max(days) + 3)))


def _stretched(low: float, high: float) -> Iterator[tuple[float, float, float, float]]:
    cut: list[tuple[float, float, float]] = []
    for start, end, share in _STRETCHES:
        first = low if start is None else max(start, low)
        last = high if end is None else min(end, high)
        if first < last:
            cut.append((first, last, share))
    whole = sum(share for _, _, share in cut)
    x = float(LEFT)
    for first, last, share in cut:
        width = (WIDTH - LEFT - RIGHT) * share / whole
        yield first, last, x, width
        x += width


def _swim(who: Swimmer, scale: _Scale, now: datetime, number: int) -> Swim:
    lived = [_days(_instant(each.happened, who.zone), who) for each in who.items if each.happened]
    today = _days(now, who)
    begun = min(lived, default=today)
    return Swim(
        participant=who.participant,
        day_zero=who.day_zero,
        y=TOP + LANE * number,
        from_x=scale.x(begun),
        to_x=scale.x(max(lived, default=today) if who.ended else max(today, begun)),
        goes_on=not who.ended,
        windows=tuple(_windows(who, scale)),
        marks=tuple(_marks(who, scale)),
        now_x=scale.x(today) if not who.ended and scale.first <= today <= scale.last else None,
    )


def _windows(who: Swimmer, scale: _Scale) -> Iterator[Shape]:
    for item in who.items:
        if item.opens is None or item.closes is None or item.standing == Standing.NOT_APPLICABLE:
            continue
        first, last = _days(item.opens, who), _days(item.closes, who)
        if first <= scale.last and last >= scale.first:
            left = scale.x(first)
            kind = "projected" if item.basis == "projected" else "window"
            yield Shape(left, max(2.0, round(scale.x(last) - left, 1)), kind, item)


def _marks(who: Swimmer, scale: _Scale) -> Iterator[Shape]:
    for item in who.items:
        at = _mark_at(item, who)
        if at is not None and scale.first <= at <= scale.last:
            kind = item.standing if item.standing != Standing.NOT_DUE else "appointment"
            yield Shape(scale.x(at), 0, kind.replace(" ", "-"), item)


def _mark_at(item: ItemSight, who: Swimmer) -> float | None:
    if item.happened is not None:
        return _days(_instant(item.happened, who.zone), who)
    if item.standing in (Standing.OVERDUE, Standing.MISSED) and item.closes is not None:
        return _days(item.closes - timedelta(hours=12), who)
    if item.appointment is not None and item.standing in (
        Standing.NOT_DUE, Standing.OPEN, Standing.PAST_TARGET,
    ):  # fmt: skip
        return _days(_instant(item.appointment, who.zone), who)
    return None


def _ticks(scale: _Scale) -> Iterator[Tick]:
    free_from = 0.0
    for day in _TICKS:
        x = scale.x(day)
        if scale.first <= day <= scale.last and x >= free_from:
            yield Tick(x, day)
            free_from = x + _TICK_ROOM


def _days_of(item: ItemSight, who: Swimmer) -> list[float]:
    found = [] if item.happened is None else [_days(_instant(item.happened, who.zone), who)]
    if item.opens is not None and item.closes is not None and item.standing != Standing.NOT_APPLICABLE:
        found += [_days(item.opens, who), _days(item.closes, who)]
    return found


def _days(at: datetime, who: Swimmer) -> float:
    assert who.day_zero is not None, "only who has a day 0 is placed"
    start = datetime.combine(who.day_zero, time.min, who.zone)
    return (at - start) / timedelta(days=1)


def _instant(stated: str, zone: ZoneInfo) -> datetime:
    value = parse_stated(stated)
    start = earliest(value, zone)
    return start + timedelta(hours=12) if is_day(value) else start
