"""A participant's timeline as text: one lane per item, time from left to right.

The rule that keeps it honest: it draws what `StudyLook` says, in the site's zone, and names in words whatever
does not fit on the lane.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.sights import ItemSight
from domain.standing import Standing
from domain.state import Outcome
from domain.stated import earliest, is_day, parse_stated

AHEAD = timedelta(days=100)
LEGEND = "[───] window  [···] projected  ● done  × missed  ○ excused  ◆ appointment  ┊ now"


@dataclass(frozen=True, slots=True)
class Lane:
    """One item and its lane."""

    item: ItemSight
    drawing: str


@dataclass(frozen=True, slots=True)
class Swimmer:
    """The lanes under one axis; `later` holds the items that lie beyond its end."""

    axis: str
    lanes: tuple[Lane, ...]
    later: tuple[ItemSight, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    first: datetime
    last: datetime
    width: int
    zone: ZoneInfo

    def column(self, at: datetime) -> int:
        share = (at - self.first) / (self.last - self.first)
        return min(self.width - 1, max(0, int(share * self.width)))


def swim(
    items: Sequence[ItemSight], zone: ZoneInfo, now: datetime, width: int, *, everything: bool = False
) -> Swimmer:
    """Draw `items` on lanes `width` characters wide, up to some months ahead of `now`, or all of them."""
    shown = [item for item in items if worth_showing(item) and _moments(item, zone)]
    horizon = None if everything else now + AHEAD
    near = [item for item in shown if horizon is None or min(_moments(item, zone)) <= horizon]
    later = tuple(item for item in shown if item not in near)
    moments = [now, *(moment for item in near for moment in _moments(item, zone))]
    last = max(moments) if horizon is None else min(max(moments), max(horizon, *_done(near, zone, now)))
    scale = _Scale(min(moments), max(last, min(moments) + timedelta(days=1)), width, zone)
    lanes = tuple(Lane(item, _drawing(item, scale, now)) for item in near)
    return Swimmer(_axis(scale), lanes, later)


def worth_showing(item: ItemSight) -> bool:
    """Whether people look for the item: it applies, or somebody excused it."""
    return item.standing != Standing.NOT_APPLICABLE or item.outcome == Outcome.EXCUSED


def _moments(item: ItemSight, zone: ZoneInfo) -> list[datetime]:
    window = [each for each in (item.opens, item.closes) if each is not None]
    return [*window, *(_at(each, zone) for each in (item.happened, item.appointment) if each)]


def _done(items: Iterable[ItemSight], zone: ZoneInfo, now: datetime) -> list[datetime]:
    return [now, *(_at(item.happened, zone) for item in items if item.happened)]


def _at(stated: str, zone: ZoneInfo) -> datetime:
    value = parse_stated(stated)
    start = earliest(value, zone)
    return start + timedelta(hours=12) if is_day(value) else start


def _drawing(item: ItemSight, scale: _Scale, now: datetime) -> str:
    lane = [" "] * scale.width
    if scale.first <= now <= scale.last:
        lane[scale.column(now)] = "┊"
    if item.opens is not None and item.closes is not None and item.opens <= scale.last:
        _draw_window(lane, item.opens, item.closes, "·" if item.basis == "projected" else "─", scale)
    if item.outcome == "missed" and item.closes is not None:
        lane[scale.column(item.closes - timedelta(seconds=1))] = "×"
    if item.outcome == "excused" and item.target is not None:
        lane[scale.column(item.target - timedelta(seconds=1))] = "○"
    if item.appointment is not None and item.happened is None:
        lane[scale.column(_at(item.appointment, scale.zone))] = "◆"
    if item.happened is not None:
        lane[scale.column(_at(item.happened, scale.zone))] = "●"
    return "".join(lane).rstrip()


def _draw_window(lane: list[str], opens: datetime, closes: datetime, line: str, scale: _Scale) -> None:
    first, last = scale.column(opens), scale.column(closes - timedelta(seconds=1))
    for column in range(first, last + 1):
        lane[column] = line
    lane[first] = "["
    # A window that runs beyond the axis stays open on the right.
    if closes <= scale.last + timedelta(seconds=1) or last == first:
        lane[last] = "]" if last > first else "▯"


def _axis(scale: _Scale) -> str:
    axis = [" "] * scale.width
    free_from = 0
    for month in _months(scale):
        at = datetime(month.year, month.month, 1, tzinfo=scale.zone).astimezone(UTC)
        text = f"|{month:%Y-%m}"
        column = scale.column(max(at, scale.first))
        if at >= scale.first and column >= free_from and column + len(text) <= scale.width:
            axis[column : column + len(text)] = text
            free_from = column + len(text) + 1
    return "".join(axis).rstrip()


def _months(scale: _Scale) -> Iterable[date]:
    first = scale.first.astimezone(scale.zone).date().replace(day=1)
    last = scale.last.astimezone(scale.zone).date()
    month = first
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)
