"""What a participant's record once said of dates: what a calendar may still hold of what is gone.

The rule that keeps it honest: read from the events alone, the last date each thing ever had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from console.calendar.booked import Taken, after
from console.calendar.stretch import COUNTED, Stretch, of_booking, of_stated, of_window
from domain import events as ev


@dataclass(frozen=True, slots=True)
class Once:
    """The last dates by item, and by resource; `booked`: the resources that still are."""

    items: Mapping[str, Stretch] = field(default_factory=dict)
    bookings: Mapping[str, Stretch] = field(default_factory=dict)
    booked: frozenset[str] = frozenset()


def once_told(events: Iterable[ev.Event], zone: ZoneInfo) -> Once:
    """The last date that anything of a participant ever had."""
    items: dict[str, Stretch] = {}
    bookings: dict[str, Stretch] = {}
    taken: Mapping[str, Taken] = {}
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
            case ev.ResourceBooked() | ev.BookingMoved() | ev.BookingCancelled():
                taken = after(taken, event)
                bookings |= {resource: of_booking(each, zone) for resource, each in taken.items()}
            case _:
                pass
    return Once(items, bookings, frozenset(taken))
