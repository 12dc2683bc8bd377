"""What another calendar is told of a study: one entry for each item and each booking of each participant.

The rule that keeps it honest: codes and the names of visits only; an entry keeps its name for ever, and its
number grows with the participant's record, so that nobody who follows it takes an old date for a new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.calendar.entries import Wanted
from console.calendar.once_told import once_told
from console.calendar.stretch import Stretch, of_item
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


Memory = dict[tuple[str, ...], dict[str, tuple[int, tuple[Told, ...]]]]
"""Entries as they were told, by what they depend on and by participant, with the version of the record."""


def around(today: date) -> Wanted:
    """The days that a feed tells of."""
    return Wanted(today - BEHIND, today + AHEAD)


def told_between(look: StudyLook, wanted: Wanted, memory: Memory | None = None) -> Iterator[Told]:
    """Every entry that lies in the days asked for, those that are gone included, by participant."""
    told = (memory if memory is not None else {}).setdefault(_rules(look), {})
    people = [each for each in look.reading.participants(look.study) if wanted.of(each)]
    moved = [each for each in people if told.get(each.participant, (0, ()))[0] != each.version]
    schedules = look.schedules({each.participant for each in moved})
    for row in moved:
        zone = look.site(row.site).zone
        every = tuple(_of_participant(look, row, zone, schedules[row.participant]))
        told[row.participant] = (row.version, every)
    for row in people:
        for each in told[row.participant][1]:
            first, last = each.when.days(each.zone)
            if first <= wanted.last and last >= wanted.first:
                yield each


def _rules(look: StudyLook) -> tuple[str, ...]:
    """What entries depend on besides a participant's record: the documents, and the language."""
    study = look.rulebook.study(look.reading, look.study)
    documents = (*(each.protocol_hash for each in study.protocols), *(each.site_hash for each in study.sites))
    return (look.study, look.language.value, *documents)


def _of_participant(
    look: StudyLook, row: ParticipantRow, zone: ZoneInfo, items: list[ItemSight]
) -> Iterator[Told]:
    stream = participant_stream(look.study, row.participant)
    record = look.reading.events(stream)
    once, protocol = once_told((each.event for each in record), zone), look.protocol(row)
    visits = {each.item: of_item(each, zone) for each in items}
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
        now = was if code in once.booked else None
        yield from told(f"{code}.booking", resources.get(code, code), now, was)
