"""What another calendar is told of a study: one entry for each item and each booking of each participant.

The rule that keeps it honest: codes and the names of visits only; an entry keeps its name for ever, and its
number grows with the participant's record, so that nobody who follows it takes an old date for a new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.calendar.booked import bookings_of
from console.calendar.entries import Wanted
from console.calendar.once_told import once_told
from console.calendar.stretch import Stretch, of_booking, of_item
from console.reading import StudyLook
from console.sights import ItemSight
from domain.recorded import participant_stream
from domain.views import ParticipantRow

BEHIND, AHEAD = timedelta(days=90), timedelta(days=366)
"""How far back and ahead of today a feed tells."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry. `when` it is, or was to be if it is `gone`. `name`: the same as long as the study lasts.

    `number`: of the participant's newest event, recorded `at` (UTC).
    """

    name: str
    label: str
    participant: str
    zone: ZoneInfo
    when: Stretch
    gone: bool
    number: int
    at: datetime


def around(today: date) -> Wanted:
    """The days that a feed tells of."""
    return Wanted(today - BEHIND, today + AHEAD)


def told_between(look: StudyLook, wanted: Wanted) -> Iterator[Told]:
    """Every entry that lies in the days asked for, those that are gone included, by participant."""
    for row, items in look.everyones_items():
        if wanted.of(row):
            zone = look.site(row.site).zone
            for told in _of_participant(look, row, zone, items):
                first, last = told.when.days(zone)
                if first <= wanted.last and last >= wanted.first:
                    yield told


def _of_participant(
    look: StudyLook, row: ParticipantRow, zone: ZoneInfo, items: list[ItemSight]
) -> Iterator[Told]:
    stream = participant_stream(look.study, row.participant)
    record = look.reading.events(stream)
    once, protocol = once_told((each.event for each in record), zone), look.protocol(row)
    visits = {each.item: of_item(each, zone) for each in items}
    booked = {each.resource: each for each in bookings_of(look, row)} if once.bookings else {}
    resources = {
        each.code: each.labels.in_language(look.language) for each in protocol.document.resources or ()
    }

    def told(name: str, label: str, now: Stretch | None, was: Stretch | None) -> Iterator[Told]:
        when = now or was
        if when is not None:
            uid = f"{look.study}.{row.participant}.{name}"
            newest = record[-1].stamp.recorded_at
            yield Told(uid, label, row.participant, zone, when, now is None, len(record), newest)

    for code in dict.fromkeys((*visits, *once.items)):
        label = look.item_label(protocol, code)
        yield from told(f"{code}.visit", label, visits.get(code), once.items.get(code))
    for code, was in once.bookings.items():
        now = of_booking(booked[code]) if code in booked else None
        yield from told(f"{code}.booking", resources.get(code, code), now, was)
