"""Every list that can be taken away, by its name.

The rule that keeps it honest: the rows are those of the documented shapes, as the pages and the command line
show them; who may take a list is said here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from console.calendar.booked import Booked, bookings
from console.exports.endpoints import endpoint_lists
from console.exports.listing import Listing, Row, columns_of, row_of
from console.governing import approvals
from console.reading import StudyLook
from console.record import record_of
from console.safety_sights import AdverseEventSight, AssessmentSight, ClockSight, SafetySight, safety_of
from console.sights import (
    AlertSight,
    ApprovalSight,
    CommandSight,
    DeviationSight,
    ItemSight,
    ParticipantSight,
)
from console.trail_sights import TrailSight, command_sight, trail_sight, trail_sights, zones_by_subject
from domain.recorded import STUDY_SUBJECT
from domain.roles import Role
from store import Wanted

READERS = frozenset(Role) - {Role.SYSTEM, Role.ENGINEER}
"""Who may take lists of participants away: everybody who follows them, and not who runs the machines."""

RUNNERS = READERS | {Role.ENGINEER}

_LEADING = ("simulated", "participant")
_Found = Callable[[StudyLook], Iterator[tuple[str, Any]]]


def _of_participants(look: StudyLook) -> Iterator[tuple[str, Any]]:
    return ((each.participant, each) for each in look.participants())


def _of_items(look: StudyLook) -> Iterator[tuple[str, Any]]:
    return ((row.participant, item) for row, schedule in look.everyones_items() for item in schedule)


def _of_alerts(look: StudyLook) -> Iterator[tuple[str, Any]]:
    return ((each.participant, each) for each in look.alerts(everything=True))


def _of_deviations(look: StudyLook) -> Iterator[tuple[str, Any]]:
    return ((each.participant, each) for each in look.deviations())


def _of_approvals(look: StudyLook) -> Iterator[tuple[str, Any]]:
    return ((each.participant, each) for each in approvals(look, None))


def _of_bookings(look: StudyLook) -> Iterator[tuple[str, Any]]:
    return ((row.participant, each) for row, each in bookings(look))


def _of_safety(parts: Callable[[SafetySight], tuple[Any, ...]]) -> _Found:
    def found(look: StudyLook) -> Iterator[tuple[str, Any]]:
        for row in look.reading.participants(look.study):
            for each in parts(safety_of(record_of(look, row.participant))):
                yield row.participant, each

    return found


def _sights(name: str, shape: type[Any], found: _Found, roles: frozenset[Role] = READERS) -> Listing:
    columns = columns_of(shape, *_LEADING)

    def rows(look: StudyLook, wanted: Wanted) -> Iterator[Row]:
        simulated = simulated_by_subject(look)
        for participant, each in found(look):
            if wanted.subject in (None, participant):
                yield row_of(columns, each, participant=participant, simulated=simulated[participant])

    return Listing(name, columns, rows, roles)


def simulated_by_subject(look: StudyLook) -> dict[str, bool]:
    """Whether a participant is simulated, by code; the study is as soon as anybody in it is."""
    found = {row.participant: row.simulated for row in look.reading.participants(look.study)}
    return {STUDY_SUBJECT: any(found.values()), **found}


def _events() -> Listing:
    columns = columns_of(TrailSight, *_LEADING)

    def rows(look: StudyLook, wanted: Wanted) -> Iterator[Row]:
        simulated = simulated_by_subject(look)
        for each in trail_sights(look, look.reading.whole_trail(wanted)):
            yield row_of(columns, each, simulated=simulated.get(each.participant, False))

    def lines(look: StudyLook, wanted: Wanted) -> Iterator[Row]:
        # The content is written byte for byte, so that whoever has the line can make its hash again.
        simulated, zones = simulated_by_subject(look), zones_by_subject(look)
        for event in look.reading.whole_trail(wanted):
            each = trail_sight(look, event, zones)
            yield {
                "simulated": simulated.get(each.participant, False),
                "participant": each.participant,
                "says": each.says,
                "happened": each.happened,
                "previous": each.previous,
                "hash": each.hash,
                "content": orjson.Fragment(event.content),
            }

    return Listing("events", columns, rows, READERS, lines)


def _commands() -> Listing:
    columns = columns_of(CommandSight, *_LEADING)

    def rows(look: StudyLook, wanted: Wanted) -> Iterator[Row]:
        simulated = simulated_by_subject(look)
        for each in look.reading.all_asked(wanted):
            sight = command_sight(each.asked, look.study)
            yield row_of(columns, sight, simulated=simulated.get(sight.participant, False))

    return Listing("commands", columns, rows, READERS)


LISTS: Mapping[str, Listing] = {
    each.name: each
    for each in (
        _sights("participants", ParticipantSight, _of_participants),
        _sights("items", ItemSight, _of_items),
        _sights("alerts", AlertSight, _of_alerts, RUNNERS),
        _sights("deviations", DeviationSight, _of_deviations),
        _sights("approvals", ApprovalSight, _of_approvals),
        _sights("bookings", Booked, _of_bookings),
        _sights("adverse-events", AdverseEventSight, _of_safety(lambda safety: safety.events)),
        _sights("assessments", AssessmentSight, _of_safety(lambda safety: safety.assessments)),
        _sights("reports", ClockSight, _of_safety(lambda safety: safety.clocks)),
        _events(),
        _commands(),
        *(Listing(name, columns, rows, READERS, lines) for name, columns, rows, lines in endpoint_lists()),
    )
}
