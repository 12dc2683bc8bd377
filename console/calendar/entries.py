"""What lies on which day: appointments, windows, hard stops, bookings, and what was done.

The rule that keeps it honest: one line for each item and day, with everything the day is to the item; what
does not apply to a participant has no day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from console.calendar.booked import bookings_between
from console.reading import StudyLook
from console.sights import ItemSight
from console.study_sight import study_sight
from domain.recorded import STUDY_SUBJECT
from domain.standing import Standing
from domain.state import Outcome
from domain.stated import day_of, parse_stated
from domain.views import ParticipantRow
from store import Dated


class Mark(StrEnum):
    """What a day is to an item, what a person plans by first."""

    APPOINTMENT = "appointment"
    BOOKED = "booked"
    HARD_STOP = "hard stop"
    CLOSES = "closes"
    ONLY_DAY = "only day"
    LAST_DAY = "last day"
    REVIEW = "review due"
    BOOKING_ENDS = "booking ends"
    OPENS = "opens"
    TARGET = "target"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Entry:
    """One item on one site day. `at`: the instant, where one is known. `last`: the last day of what opens.

    `waits`: nobody has recorded it yet. `projected`: counted from what has not happened.
    """

    day: date
    marks: tuple[Mark, ...]
    participant: str
    site: str
    zone: str
    item: str
    label: str
    standing: str
    at: datetime | None = None
    last: date | None = None
    waits: bool = True
    projected: bool = False

    @property
    def mark(self) -> Mark:
        """What the day is to the item above all."""
        return self.marks[0]


@dataclass(frozen=True, slots=True)
class Span:
    """An open window of something that waits. `planned`: the day of its appointment."""

    participant: str
    site: str
    item: ItemSight
    first: date
    last: date
    planned: date | None

    @property
    def to_plan(self) -> bool:
        """Whether somebody has yet to say which day; a window of one day has it by itself."""
        return self.planned is None and self.first != self.last


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which days (both included), of which site and which participant; None: of all."""

    first: date
    last: date
    site: str | None = None
    participant: str | None = None

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def of(self, row: ParticipantRow) -> bool:
        return self.site in (None, row.site) and self.participant in (None, row.participant)


@dataclass(frozen=True, slots=True)
class Dates:
    """Everything that lies in the days asked for."""

    entries: tuple[Entry, ...]
    spans: tuple[Span, ...]


def dates_between(look: StudyLook, wanted: Wanted) -> Dates:
    """What lies in the days asked for, in the order in which people plan by it."""
    entries: list[Entry] = []
    spans: list[Span] = []
    rows = look.reading.dated(look.study, Dated(wanted.first, wanted.last, wanted.participant))
    for row, item in look.shown_items(rows):
        if wanted.of(row):
            zone = look.site(row.site).zone
            entries += _of_item(row, zone, item, wanted)
            spans += _span(row, zone, item, wanted)
    entries += _booked(look, wanted)
    if wanted.participant is None:
        entries += _reviews(look, wanted)
    entries.sort(key=lambda each: (each.day, *_place(each)))
    spans.sort(key=lambda each: (each.last, each.participant))
    return Dates(tuple(entries), tuple(spans))


def _place(each: Entry) -> tuple[object, ...]:
    order = list(Mark).index(each.mark)
    return (each.projected, order, each.at.isoformat() if each.at is not None else "", each.participant)


def _of_item(row: ParticipantRow, zone: ZoneInfo, item: ItemSight, wanted: Wanted) -> Iterator[Entry]:
    if item.standing == Standing.NOT_APPLICABLE:
        return
    by_day: dict[date, list[Mark]] = {}
    for day, mark in _days(item, zone):
        if wanted.holds(day):
            by_day.setdefault(day, []).append(mark)
    for day, marks in by_day.items():
        yield Entry(
            day=day,
            marks=tuple(sorted(marks, key=list(Mark).index)),
            participant=row.participant,
            site=row.site,
            zone=zone.key,
            item=item.item,
            label=item.label,
            standing=item.standing,
            at=_at(item, marks),
            last=item.last_day if Mark.OPENS in marks else None,
            waits=item.outcome == Outcome.PENDING,
            projected=item.standing == Standing.PROJECTED and Mark.APPOINTMENT not in marks,
        )


def _days(item: ItemSight, zone: ZoneInfo) -> Iterator[tuple[date, Mark]]:
    if item.outcome != Outcome.PENDING:
        if item.happened is not None:
            yield day_of(parse_stated(item.happened), zone), Mark.DONE
        return
    if item.appointment is not None:
        yield day_of(parse_stated(item.appointment), zone), Mark.APPOINTMENT
    if item.last_day is not None and item.standing != Standing.STALE and not item.optional:
        yield from _of_window(item, item.last_day)
        if item.hard_stop is not None:
            yield (item.hard_stop - timedelta(microseconds=1)).astimezone(zone).date(), Mark.HARD_STOP


def _of_window(item: ItemSight, last: date) -> Iterator[tuple[date, Mark]]:
    if not item.whole_days:
        yield last, Mark.CLOSES
        return
    if item.first_day is None or item.first_day == last:
        yield last, Mark.ONLY_DAY
        return
    yield last, Mark.LAST_DAY
    # Of what is overdue only that matters; of what is projected the target is one guess too many.
    if item.standing != Standing.OVERDUE:
        yield item.first_day, Mark.OPENS
        target = item.target_day if item.standing != Standing.PROJECTED else None
        if target is not None and item.first_day < target < last:
            yield target, Mark.TARGET


def _at(item: ItemSight, marks: Iterable[Mark]) -> datetime | None:
    """The time of day that goes with an entry, where one is known."""
    if Mark.APPOINTMENT in marks:
        return _instant(item.appointment)
    if Mark.DONE in marks:
        return _instant(item.happened)
    return item.closes if Mark.CLOSES in marks else None


def _span(row: ParticipantRow, zone: ZoneInfo, item: ItemSight, wanted: Wanted) -> Iterator[Span]:
    waits = item.outcome == Outcome.PENDING and item.standing in _OPENS and not item.optional
    if not waits or item.first_day is None or item.last_day is None:
        return
    if item.first_day <= wanted.last and item.last_day >= wanted.first:
        planned = day_of(parse_stated(item.appointment), zone) if item.appointment is not None else None
        yield Span(row.participant, row.site, item, item.first_day, item.last_day, planned)


_OPENS = (Standing.NOT_DUE, Standing.OPEN, Standing.PAST_TARGET)
"""How an item stands whose window is open or will be; what is overdue is open no more."""


def _booked(look: StudyLook, wanted: Wanted) -> Iterator[Entry]:
    for row, booked in bookings_between(look, wanted.first, wanted.last):
        days: Iterable[tuple[date, Mark]] = (
            (booked.first, Mark.BOOKED),
            *(((booked.last, Mark.BOOKING_ENDS),) if booked.last != booked.first else ()),
        )
        for day, mark in days if wanted.of(row) else ():
            if wanted.holds(day):
                yield Entry(
                    day=day,
                    marks=(mark,),
                    participant=row.participant,
                    site=row.site,
                    zone=look.site(row.site).zone_name,
                    item=booked.item,
                    label=booked.label,
                    standing="",
                    at=booked.starts if mark is Mark.BOOKED else booked.ends,
                    last=booked.last if mark is Mark.BOOKED and booked.last != booked.first else None,
                )


def _reviews(look: StudyLook, wanted: Wanted) -> Iterator[Entry]:
    """Safety reviews of the study that have come due."""
    site = look.study_rules().site(None)
    for each in study_sight(look).meetings:
        if not each.recorded and wanted.holds(each.last):
            yield Entry(
                day=each.last,
                marks=(Mark.REVIEW,),
                participant=STUDY_SUBJECT,
                site=site.id,
                zone=site.zone_name,
                item=each.meeting,
                label=each.label,
                standing="",
            )


def _instant(stated: str | None) -> datetime | None:
    value = parse_stated(stated) if stated is not None else None
    return value if isinstance(value, datetime) else None
