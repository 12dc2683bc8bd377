"""What can be read of alerts, deviations, approvals, and of the record itself.

The rule that keeps it honest: lists are in an order that stays, and the record is read as it was written.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from console.api.answers import answer, troubles
from console.api.asking import AsOfWhen, Calling, PersonOf, StudyOf
from console.api.paging import Cut, Page, Slice, Sliced, no_such_end
from console.api.problems import NOT_FOUND, Trouble
from console.deliveries import deliveries_of
from console.governing import approvals as approvals_of
from console.reading import StudyLook
from console.sights import AlertInFull, AlertSight, ApprovalSight, CommandSight, DeviationSight, in_full
from console.trail_sights import TrailSight, command_sight, trail_sights
from domain.recorded import participant_stream, study_stream
from domain.state import AlertStatus
from store import Wanted

router = APIRouter(tags=["record"])
OfPerson = Annotated[str | None, Query(max_length=32, description="of one participant, or `study`")]


class AlertState(StrEnum):
    """Which alerts are asked for: in one status, `unresolved` or `all`."""

    UNRESOLVED = "unresolved"
    ALL = "all"
    OPEN = AlertStatus.OPEN.value
    ACKNOWLEDGED = AlertStatus.ACKNOWLEDGED.value
    SNOOZED = AlertStatus.SNOOZED.value
    RESOLVED = AlertStatus.RESOLVED.value


@router.get("/studies/{study}/alerts", response_model=Page[AlertSight], responses=troubles())
def alerts(
    study: StudyOf,
    caller: Calling,
    when: AsOfWhen,
    part: Sliced,
    state: Annotated[AlertState, Query(description="which alerts")] = AlertState.UNRESOLVED,
    participant: OfPerson = None,
) -> Response:
    """Alerts by due time (`alerts`)."""
    everything = state in (AlertState.ALL, AlertState.RESOLVED)
    with caller.looking(study, when) as look:
        found = look.alerts(participant, everything=everything)
        narrow = state not in (AlertState.ALL, AlertState.UNRESOLVED)
        wanted = [each for each in found if not narrow or each.status == state]
        return answer(part.of(wanted, lambda each: (each.due.isoformat("T", "microseconds"), each.alert)))


@router.get("/studies/{study}/alerts/{alert:path}", response_model=AlertInFull, responses=troubles())
def alert(
    study: StudyOf,
    alert: Annotated[
        str, Path(max_length=160, description="the alert's id", examples=["P-005/visit-3/overdue"])
    ],
    caller: Calling,
    when: AsOfWhen,
) -> Response:
    """One alert with everything that was sent for it (`alerts ALERT`)."""
    with caller.looking(study, when) as look:
        found = look.alert(alert)
        return answer(in_full(AlertInFull, found, deliveries=deliveries_of(look, found)))


@router.get("/studies/{study}/deviations", response_model=Page[DeviationSight], responses=troubles())
def deviations(
    study: StudyOf, caller: Calling, when: AsOfWhen, part: Sliced, participant: OfPerson = None
) -> Response:
    """Deviations by participant and id, closed ones included (`deviation list`)."""
    with caller.looking(study, when) as look:
        found = look.deviations(participant)
        return answer(part.of(found, lambda each: (each.participant, each.deviation)))


@router.get("/studies/{study}/approvals", response_model=Page[ApprovalSight], responses=troubles())
def approvals(
    study: StudyOf, caller: Calling, when: AsOfWhen, part: Sliced, participant: OfPerson = None
) -> Response:
    """Requests for prior approval and their answers, by participant (`approval list`)."""
    with caller.looking(study, when) as look:
        found = list(enumerate(approvals_of(look, participant)))
        return answer(part.of(found, lambda each: (each[0],)).mapped(lambda each: each[1]))


@router.get("/studies/{study}/events", response_model=Page[TrailSight], responses=troubles())
def events(
    study: StudyOf, caller: Calling, when: AsOfWhen, part: Sliced, participant: OfPerson = None
) -> Response:
    """The record of the study and its participants, oldest first; to follow it, ask again after the last."""
    with caller.looking(study, when) as look, caller.console.parts.store.reading() as reading:
        wanted = Wanted(study, participant).known_at(look.now)
        found = reading.trail(wanted, part.limit + 1, above=_position(part))
        page = part.page(found, lambda each: (each.position,))
        return answer(Cut(list(trail_sights(look, page.items)), page.next))


@router.get("/studies/{study}/commands", response_model=Page[CommandSight], responses=troubles())
def commands(
    study: StudyOf,
    caller: Calling,
    when: AsOfWhen,
    part: Sliced,
    participant: OfPerson = None,
    refused: Annotated[bool | None, Query(description="refused ones, or the others; left out: all")] = None,
) -> Response:
    """Every command that was asked, accepted or refused, oldest first (`commands`)."""
    with caller.looking(study, when) as look, caller.console.parts.store.reading() as reading:
        wanted = Wanted(study, participant, refused=refused).known_at(look.now)
        found = reading.asked(wanted, part.limit + 1, above=_position(part))
        page = part.page(found, lambda each: (each.number,))
        return answer(page.mapped(lambda each: command_sight(each.asked, study)))


@router.get("/studies/{study}/commands/{command_id}", response_model=CommandSight, responses=troubles())
def command_to_study(
    study: StudyOf,
    command_id: Annotated[UUID, Path(description="the idempotency key under which it was sent")],
    caller: Calling,
    when: AsOfWhen,
) -> Response:
    """What became of one command to the study itself."""
    with caller.looking(study, when) as look:
        return answer(_asked(look, study_stream(study), command_id))


@router.get(
    "/studies/{study}/participants/{participant}/commands/{command_id}",
    response_model=CommandSight,
    responses=troubles(),
)
def command(
    study: StudyOf,
    participant: PersonOf,
    command_id: Annotated[UUID, Path(description="the idempotency key under which it was sent")],
    caller: Calling,
    when: AsOfWhen,
) -> Response:
    """What became of one command."""
    with caller.looking(study, when) as look:
        return answer(_asked(look, participant_stream(study, participant), command_id))


def _asked(look: StudyLook, stream: str, command_id: UUID) -> CommandSight:
    found = look.reading.command(stream, str(command_id))
    if found is None:
        raise Trouble(NOT_FOUND, f"no command {command_id} was heard there")
    return command_sight(found, look.study)


def _position(part: Slice) -> int:
    match part.after:
        case None:
            return 0
        case (int(position),):
            return position
        case _:
            raise no_such_end()
