"""What is booked, and for how long.

The rule that keeps it honest: read from the record of bookings made, moved and given back, each after the
other; nothing else changes what is booked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.reading import StudyLook
from domain import events as ev
from domain.recorded import participant_stream
from domain.stated import Stated, day_of
from domain.views import ParticipantRow
from store import Wanted

_KINDS = (ev.ResourceBooked.TYPE, ev.BookingMoved.TYPE, ev.BookingCancelled.TYPE)


@dataclass(frozen=True, slots=True)
class Taken:
    """A resource as it stands booked, as it was recorded; `ends` is exclusive (UTC)."""

    item: str
    starts: Stated
    ends: datetime


@dataclass(frozen=True, slots=True)
class Booked:
    """One booking: `first` to `last` are site days, `starts` and `ends` instants where a time was stated."""

    resource: str
    label: str
    item: str
    first: date
    last: date
    starts: datetime | None
    ends: datetime | None


def after(taken: Mapping[str, Taken], event: ev.Event) -> Mapping[str, Taken]:
    """What is booked for a participant, by resource, after one more event."""
    match event:
        case ev.ResourceBooked():
            return {**taken, event.resource: Taken(event.item, event.starts, event.ends)}
        case ev.BookingMoved(resource=resource):
            return {**taken, resource: Taken(taken[resource].item, event.starts, event.ends)}
        case ev.BookingCancelled():
            return {name: each for name, each in taken.items() if name != event.resource}
        case _:
            return taken


def last_day(taken: Taken, zone: ZoneInfo) -> date:
    """The last site day of a booking."""
    return (taken.ends - timedelta(microseconds=1)).astimezone(zone).date()


def bookings(look: StudyLook) -> Iterator[tuple[ParticipantRow, Booked]]:
    """Everything that is booked, by participant."""
    by_stream, labels = _by_stream(look), _labels(look)
    for row in look.reading.participants(look.study):
        zone = look.site(row.site).zone
        for resource, taken in by_stream.get(participant_stream(look.study, row.participant), {}).items():
            starts = taken.starts if isinstance(taken.starts, datetime) else None
            yield (
                row,
                Booked(
                    resource=resource,
                    label=labels.get(resource, resource),
                    item=taken.item,
                    first=day_of(taken.starts, zone),
                    last=last_day(taken, zone),
                    starts=starts,
                    ends=taken.ends if starts is not None else None,
                ),
            )


def bookings_between(look: StudyLook, first: date, last: date) -> Iterator[tuple[ParticipantRow, Booked]]:
    """The bookings that touch the days from `first` to `last`, by participant."""
    return ((row, each) for row, each in bookings(look) if each.first <= last and each.last >= first)


def _by_stream(look: StudyLook) -> dict[str, Mapping[str, Taken]]:
    told = [each for kind in _KINDS for each in look.reading.whole_trail(Wanted(look.study, kind=kind))]
    found: dict[str, Mapping[str, Taken]] = {}
    for each in sorted(told, key=lambda one: one.position):
        stream = each.recorded.stream
        found[stream] = after(found.get(stream, {}), each.recorded.event)
    return {stream: taken for stream, taken in found.items() if taken}


def _labels(look: StudyLook) -> dict[str, str]:
    """What each version calls its resources, the newest last."""
    versions = look.rulebook.versions(look.reading, look.study)
    resources = [each for version in versions for each in version.document.resources or ()]
    return {each.code: each.labels.in_language(look.language) for each in resources}
