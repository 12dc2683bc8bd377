"""What a participant's record once said of dates: what a calendar may still hold of what is gone.

The rule that keeps it honest: read from the events alone, the last date each thing ever had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.calendar.stretch import COUNTED, Stretch, of_stated, of_window
from domain import events as ev
from domain.stated import Stated, day_of


@dataclass(frozen=True, slots=True)
class Once:
    """The last dates by item, and by resource."""

    items: Mapping[str, Stretch] = field(default_factory=dict)
    bookings: Mapping[str, Stretch] = field(default_factory=dict)


def once_told(events: Iterable[ev.Event], zone: ZoneInfo) -> Once:
    """The last date that anything of a participant ever had."""
    items: dict[str, Stretch] = {}
    bookings: dict[str, Stretch] = {}
    for event in events:
        match event:
            case ev.PlanRevised():
                for each in event.windows:
                    if each.basis in COUNTED:
                        items[each.item] = of_window(each.item, each.opens, each.closes, zone)
            case ev.AppointmentPlanned(item=item, appointment=stated) if stated is not None:
                items[item] = of_stated(item, stated)
            case ev.MilestoneReached() | ev.VisitRecorded():
                items[event.item] = of_stated(event.item, event.happened)
            case ev.ResourceBooked():
                bookings[event.resource] = _booking(event.item, event.starts, event.ends, zone)
            case ev.BookingMoved(resource=resource):
                item = bookings[resource].item
                bookings[resource] = _booking(item, event.starts, event.ends, zone)
            case _:
                pass
    return Once(items, bookings)


def _booking(item: str, starts: Stated, ends: datetime, zone: ZoneInfo) -> Stretch:
    if isinstance(starts, datetime):
        return Stretch(item, starts, ends, firm=True)
    last = (ends - timedelta(microseconds=1)).astimezone(zone).date()
    return Stretch(item, day_of(starts, zone), last, firm=True)
