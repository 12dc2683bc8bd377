"""What is booked, and for how long.

The rule that keeps it honest: bookings are folded from the participant's own record; only those are folded
who can have one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from console.reading import StudyLook
from domain.state import Outcome
from domain.stated import day_of
from domain.views import ItemRow, ParticipantRow


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


def bookings_of(look: StudyLook, row: ParticipantRow) -> Iterator[Booked]:
    """Everything that is booked for a participant."""
    state = look.state(row.participant)
    labels = {each.code: each.labels for each in state.protocol.document.resources or ()}
    for each in state.holding.bookings.values():
        starts = each.starts if isinstance(each.starts, datetime) else None
        label = labels[each.resource].in_language(look.language) if each.resource in labels else each.resource
        yield Booked(
            resource=each.resource,
            label=label,
            item=each.item,
            first=day_of(each.starts, state.zone),
            last=(each.ends - timedelta(microseconds=1)).astimezone(state.zone).date(),
            starts=starts,
            ends=each.ends if starts is not None else None,
        )


def bookings_between(
    look: StudyLook, first: date, last: date, of: Callable[[ParticipantRow], bool]
) -> Iterator[tuple[ParticipantRow, Booked]]:
    """The bookings that touch the days from `first` to `last`, by participant."""
    lasting = _lasting(look)
    longest = timedelta(days=max(lasting.values(), default=0))
    people = {each.participant: each for each in look.reading.participants(look.study) if of(each)}
    rows = (each for each in look.reading.items(look.study) if each.item in lasting)
    may = (each.participant for each in rows if _may_hold(each, first - longest, last + longest))
    for code in dict.fromkeys(may):
        if code in people:
            for booked in bookings_of(look, people[code]):
                if booked.first <= last and booked.last >= first:
                    yield people[code], booked


def _lasting(look: StudyLook) -> dict[str, int]:
    """At most how many days a booking for each item can last from the item's own day, and some more."""
    found: dict[str, int] = {}
    for protocol in look.rulebook.versions(look.reading, look.study):
        for each in protocol.document.resources or ():
            lasts = each.lasts.days + 31 * each.lasts.months + each.lasts.seconds // 86_400
            found[each.item] = max(found.get(each.item, 0), lasts + _ASTRAY)
    return found


_ASTRAY = 31
"""By how many days an item may have come off its booking and still be looked at."""


def _may_hold(item: ItemRow, first: date, last: date) -> bool:
    if item.outcome == Outcome.PENDING:
        return item.applicable
    stated = (each[:10] for each in (item.appointment, item.happened) if each is not None)
    return any(first.isoformat() <= each <= last.isoformat() for each in stated)
