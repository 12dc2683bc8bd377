"""When something is, as a calendar writes it: whole site days, or from one instant to another.

The rule that keeps it honest: a stated day stays a day; no time of day and no end is made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.calendar.booked import Taken, last_day
from console.sights import ItemSight
from domain.standing import Standing
from domain.state import Outcome
from domain.stated import Stated, day_of, parse_stated, start_of_day


@dataclass(frozen=True, slots=True)
class Stretch:
    """`first` and `last`: site days (included), or instants; `last` None: it has no known end.

    `firm`: an appointment, a booking or what happened; else a window. `item`: whose dates these are.
    """

    item: str
    first: Stated
    last: Stated | None
    firm: bool

    def days(self, zone: ZoneInfo) -> tuple[date, date]:
        """Its first and last site day."""
        ends = self.last if self.last is not None else self.first
        return day_of(self.first, zone), day_of(ends, zone)


def of_item(item: ItemSight, zone: ZoneInfo) -> Stretch | None:
    """When an item was or is to be; None: nobody knows, or it will not be."""
    if item.outcome == Outcome.DONE and item.happened is not None:
        return of_stated(item.item, parse_stated(item.happened))
    if item.outcome != Outcome.PENDING or item.standing == Standing.NOT_APPLICABLE:
        return None
    if item.appointment is not None:
        return of_stated(item.item, parse_stated(item.appointment))
    counted = item.basis in COUNTED and not item.optional
    if not counted or item.opens is None or item.closes is None:
        return None
    return of_window(item.item, item.opens, item.closes, zone)


COUNTED = ("actual", "expected")
"""What a window must rest on to be told elsewhere: a projected one moves with every day that passes."""


def of_stated(item: str, stated: Stated) -> Stretch:
    """A stated day or instant."""
    return Stretch(item, stated, None, firm=True)


def of_window(item: str, opens: datetime, closes: datetime, zone: ZoneInfo) -> Stretch:
    """A window whose end (UTC) is exclusive: days where it begins and ends with one."""
    first, after = (each.astimezone(zone).date() for each in (opens, closes))
    if start_of_day(first, zone) == opens and start_of_day(after, zone) == closes and first < after:
        return Stretch(item, first, after - timedelta(days=1), firm=False)
    return Stretch(item, opens, closes, firm=False)


def of_booking(taken: Taken, zone: ZoneInfo) -> Stretch:
    """A booking."""
    if isinstance(taken.starts, datetime):
        return Stretch(taken.item, taken.starts, taken.ends, firm=True)
    return Stretch(taken.item, taken.starts, last_day(taken, zone), firm=True)
