"""What can be read of participants.

The rule that keeps it honest: each address answers in the shape that the verb of the command line prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response
from typing_extensions import Doc

from console.api.answers import answer, troubles
from console.api.asking import AsOfWhen, Calling, PersonOf, StudyOf
from console.api.paging import Cut, Page, Slice, Sliced
from console.product_sights import CustodySight, custody_sight
from console.reading import StudyLook
from console.record import record_of
from console.safety_sights import AdverseEventSight, ClockSight, SafetySight, safety_of
from console.sights import (
    EventSight,
    ExplanationSight,
    ItemSight,
    ParticipantInFull,
    ParticipantSight,
    in_full,
)

router = APIRouter(tags=["participants"])
_ONE = "/studies/{study}/participants/{participant}"


@dataclass(frozen=True, slots=True)
class AdverseEventListed(AdverseEventSight):
    """One adverse event of the study's list."""

    participant: Annotated[str, Doc("participant code")]


@dataclass(frozen=True, slots=True)
class ReportListed(ClockSight):
    """One report that is or was owed, of the study's list."""

    participant: Annotated[str, Doc("participant code")]


@router.get("/studies/{study}/participants", response_model=Page[ParticipantSight], responses=troubles())
def participants(study: StudyOf, caller: Calling, when: AsOfWhen, part: Sliced) -> Response:
    """Every participant, by code (`status`)."""
    with caller.looking(study, when) as look:
        return answer(part.of(look.participants(), lambda each: (each.participant,)))


@router.get(_ONE, response_model=ParticipantInFull, responses=troubles())
def participant(study: StudyOf, participant: PersonOf, caller: Calling, when: AsOfWhen) -> Response:
    """One participant with schedule, gates, open alerts and deviations (`status PARTICIPANT`)."""
    with caller.looking(study, when) as look:
        person = look.participant(participant)
        parts: dict[str, Any] = {
            "items": look.items(participant),
            "gates": record_of(look, participant).gates(),
            "alerts": look.alerts(participant),
            "deviations": look.deviations(participant),
        }
        return answer(in_full(ParticipantInFull, person, **parts))


@router.get(f"{_ONE}/items", response_model=Page[ItemSight], responses=troubles())
def items(study: StudyOf, participant: PersonOf, caller: Calling, when: AsOfWhen, part: Sliced) -> Response:
    """The schedule of one participant, in its order."""
    with caller.looking(study, when) as look:
        numbered = list(enumerate(look.items(participant)))
        return answer(part.of(numbered, lambda each: (each[0],)).mapped(lambda each: each[1]))


@router.get(f"{_ONE}/items/{{item}}/why", response_model=ExplanationSight, responses=troubles())
def why(
    study: StudyOf,
    participant: PersonOf,
    item: Annotated[str, Path(max_length=40, description="item code", examples=["visit-3"])],
    caller: Calling,
    when: AsOfWhen,
) -> Response:
    """Why an item's dates are what they are (`explain`)."""
    with caller.looking(study, when) as look:
        return answer(record_of(look, participant).explained(item))


@router.get(f"{_ONE}/events", response_model=Page[EventSight], responses=troubles())
def events(study: StudyOf, participant: PersonOf, caller: Calling, when: AsOfWhen, part: Sliced) -> Response:
    """Every event of one participant's record, oldest first."""
    with caller.looking(study, when) as look:
        return answer(part.of(record_of(look, participant).told(), lambda each: (each.seq,)))


@router.get(f"{_ONE}/safety", response_model=SafetySight, responses=troubles())
def safety(study: StudyOf, participant: PersonOf, caller: Calling, when: AsOfWhen) -> Response:
    """Adverse events, assessments, and reports owed, of one participant (`safety`)."""
    with caller.looking(study, when) as look:
        return answer(safety_of(record_of(look, participant)))


@router.get(f"{_ONE}/product", response_model=CustodySight, responses=troubles())
def product(study: StudyOf, participant: PersonOf, caller: Calling, when: AsOfWhen) -> Response:
    """Identity, custody, release and bookings of one participant's product (`product show`)."""
    with caller.looking(study, when) as look:
        return answer(custody_sight(record_of(look, participant)))


@router.get("/studies/{study}/adverse-events", response_model=Page[AdverseEventListed], responses=troubles())
def adverse_events(study: StudyOf, caller: Calling, when: AsOfWhen, part: Sliced) -> Response:
    """Every adverse event, by participant, oldest first."""
    with caller.looking(study, when) as look:
        return answer(_page(look, part, lambda each: each.events, AdverseEventListed))


@router.get("/studies/{study}/reports", response_model=Page[ReportListed], responses=troubles())
def reports(study: StudyOf, caller: Calling, when: AsOfWhen, part: Sliced) -> Response:
    """Every safety report that is or was owed, by participant, oldest first."""
    with caller.looking(study, when) as look:
        return answer(_page(look, part, lambda each: each.clocks, ReportListed))


def _page(look: StudyLook, part: Slice, listed: Any, shape: type[Any]) -> Cut[Any]:
    """A page of what safety lists of each participant; whoever comes before it is not read at all."""

    def everybodys() -> Iterator[tuple[str, int, Any]]:
        for row in look.reading.participants(look.study):
            if part.after is None or (row.participant,) >= part.after[:1]:
                for number, each in enumerate(listed(safety_of(record_of(look, row.participant)))):
                    yield row.participant, number, each

    page = part.of(everybodys(), lambda each: (each[0], each[1]))
    return page.mapped(lambda each: _named(shape, each[0], each[2]))


def _named(shape: type[Any], participant: str, sight: Any) -> Any:
    same = {field.name: getattr(sight, field.name) for field in fields(sight)}
    return shape(**same, participant=participant)
