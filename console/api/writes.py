"""Sending commands: to a participant's timeline, or to the study's.

The rule that keeps it honest: the idempotency key is the command's id, so that a request sent again gets the
same outcome; what was not answered is unknown, and the same key asks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response
from temporalio.service import RPCError

from console.api.answers import answer, troubles
from console.api.asking import Caller, Calling, StudyOf
from console.api.bodies import command_body, kinds_of, sent_json
from console.api.problems import NO_SERVER, UNKNOWN, Trouble
from console.api.tokens import actor_of
from console.cli.shapes import CommandRecorded
from console.connecting import NoServer
from console.letter import CommandRefused, OutcomeUnknown
from domain.recorded import STUDY_SUBJECT
from domain.refusal import Code

router = APIRouter(tags=["commands"])
AGAIN_AFTER_S = 2

Key = Annotated[
    UUID,
    Header(
        alias="Idempotency-Key",
        description="the command's id, new for each command; sent again, the outcome is told again",
        examples=["6f1a2f0e-3a0e-4c55-9d0b-0a3b0a0f7d11"],
    ),
]
Person = Annotated[
    str,
    Path(pattern=r"^[A-Z0-9][A-Z0-9-]{1,31}$", description="participant code", examples=["P-004"]),
]

# Which field a refusal is about, where that does not depend on the command.
_FIELDS: Mapping[str, str] = {
    Code.FUTURE_TIME: "happened",
    Code.BEFORE_ANCHOR: "happened",
    Code.OUT_OF_ORDER: "happened",
    Code.TIME_NEEDED: "happened",
    Code.HARD_STOP: "approved_by",
    Code.UNKNOWN_ITEM: "item",
    Code.UNKNOWN_ALERT: "alert",
    Code.UNKNOWN_SITE: "site",
    Code.UNKNOWN_RESOURCE: "resource",
    Code.UNKNOWN_DECISION: "decision",
    Code.UNKNOWN_VERSION: "version",
    Code.BAD_SNOOZE: "until",
    Code.REASON_NEEDED: "reason",
}


def _body(*, study: bool) -> dict[str, Any]:
    """The description of a body that is one of several commands."""
    named = {kind: f"#/components/schemas/{kind}" for kind in kinds_of(study=study)}
    schema = {
        "oneOf": [{"$ref": each} for each in named.values()],
        "discriminator": {"propertyName": "kind", "mapping": named},
    }
    example = (
        {"kind": "set_recruitment", "recruitment": "paused", "reason": "waiting for a new lot"}
        if study
        else {"kind": "record_item", "item": "visit-3", "happened": "2026-03-10"}
    )
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


_TROUBLES = troubles(400, 403, 413, 415)


@router.post(
    "/studies/{study}/participants/{participant}/commands",
    response_model=CommandRecorded,
    responses=_TROUBLES,
    openapi_extra=_body(study=False),
)
async def to_participant(
    study: StudyOf, participant: Person, caller: Calling, key: Key, request: Request
) -> Response:
    """Ask something of a participant's timeline. `register_participant` opens it.

    Signatures are a person's and are refused. Whatever the rules refuse is kept in the audit trail.
    """
    return await _asked(caller, study, participant, key, request)


@router.post(
    "/studies/{study}/commands",
    response_model=CommandRecorded,
    responses=_TROUBLES,
    openapi_extra=_body(study=True),
)
async def to_study(study: StudyOf, caller: Calling, key: Key, request: Request) -> Response:
    """Ask something of the study as a whole."""
    return await _asked(caller, study, STUDY_SUBJECT, key, request)


async def _asked(caller: Caller, study: str, subject: str, key: UUID, request: Request) -> Response:
    body = command_body(await sent_json(request), actor_of(caller.client))
    await run_in_threadpool(_must_see, caller, study)
    about = {"study": study, "participant": subject, "command_id": str(key)}
    try:
        outcome = await caller.console.parts.send(study, subject, str(key), body)
    except CommandRefused as refused:
        raise _refusal(refused, body, about) from refused
    except OutcomeUnknown as unknown:
        raise _unanswered(UNKNOWN, unknown.reason, about) from unknown
    except (NoServer, RPCError) as error:
        raise _unanswered(NO_SERVER, str(error), about) from error
    return answer(
        CommandRecorded(
            study=study,
            participant=subject,
            command_id=str(key),
            repeated=outcome.repeated,
            version=outcome.version,
            events=outcome.events,
            alerts=outcome.alerts,
        )
    )


def _must_see(caller: Caller, study: str) -> None:
    with caller.console.parts.store.reading() as reading:
        caller.must_see(reading, study)


def _refusal(refused: CommandRefused, body: Mapping[str, Any], about: Mapping[str, str]) -> Trouble:
    about_field = _FIELDS.get(refused.code)
    named = f"body.{about_field}" if about_field in body else None
    says = {**about, "text": refused.text, "field": named, "outcome": "refused"}
    return Trouble(refused.code, refused.text, says)


def _unanswered(code: str, why: str, about: Mapping[str, str]) -> Trouble:
    detail = f"{why}: ask again with the same body and the same Idempotency-Key"
    says = {**about, "outcome": "unknown"}
    return Trouble(code, detail, says, {"Retry-After": str(AGAIN_AFTER_S)})
