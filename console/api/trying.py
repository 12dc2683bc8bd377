"""Trying commands: what they would lead to if they were sent, while nothing is.

The rule that keeps it honest: read by the commands of the domain and tried by `replay.change`, as the command
line and the console do; the answer is what `dayzero replay change --json` prints.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from activities.hearing import Provenance
from console.api.answers import answer, troubles
from console.api.asking import Caller, Calling, StudyOf, When
from console.api.bodies import KINDS, command_body, sent_json
from console.api.problems import TAKES_TOO_LONG, Fault, Trouble, faulty
from console.api.tokens import actor_of
from console.cli.shapes import ChangeTried
from console.reading_at import Moments
from console.what_ifs import change_shown
from console.words import Language
from domain.roles import Actor
from domain.stated import Instant
from replay.change import Trial, try_change
from replay.course import Standstill
from replay.history import Foreign, history_of
from replay.patience import OutOfPatience, Patience

router = APIRouter(tags=["commands"])

AT_ONCE = 2
MOST_TRIED = 50
FURTHEST = timedelta(days=731)
SECONDS = 15.0
"""So long a request may keep a processor busy."""

_ONLY_LOOKED = Provenance(software="", zone_table="")
_PRESENT = When(Moments(), Language.EN)


class _Tried(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    who: Annotated[str, Field(min_length=1, max_length=40)]
    at: Instant | None = None
    do: dict[str, Any]


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    commands: Annotated[tuple[_Tried, ...], Field(min_length=1, max_length=MOST_TRIED)]
    until: Instant | None = None


def turns() -> asyncio.Semaphore:
    """How many may try something at a time."""
    return asyncio.Semaphore(AT_ONCE)


def _described() -> dict[str, Any]:
    named = {kind: f"#/components/schemas/{kind}" for kind in KINDS}
    command = {
        "oneOf": [{"$ref": each} for each in named.values()],
        "discriminator": {"propertyName": "kind", "mapping": named},
    }
    instant = {"type": "string", "format": "date-time"}
    tried = {
        "type": "object",
        "required": ["who", "do"],
        "additionalProperties": False,
        "properties": {
            "who": {
                "type": "string",
                "minLength": 1,
                "maxLength": 40,
                "description": "participant code, or `study`",
            },
            "at": {**instant, "description": "as if it were sent then; left out: now"},
            "do": command,
        },
    }
    schema = {
        "type": "object",
        "required": ["commands"],
        "additionalProperties": False,
        "properties": {
            "commands": {"type": "array", "minItems": 1, "maxItems": MOST_TRIED, "items": tried},
            "until": {**instant, "description": "up to when time goes on; left out: not at all"},
        },
    }
    move = {"kind": "plan_item", "item": "visit-3", "appointment": "2026-03-15", "reason": "no bed before"}
    example = {"commands": [{"who": "P-004", "do": move}], "until": "2026-04-10T00:00:00Z"}
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "/studies/{study}/what-if",
    response_model=ChangeTried,
    responses=troubles(400, 403, 413, 415),
    openapi_extra=_described(),
)
async def what_if(study: StudyOf, caller: Calling, request: Request) -> Response:
    """Try commands in their order, with time going on; what would be another thing is told, nothing is saved.

    A command that would be refused is in the answer with its code. To have the same recorded, send each.
    """
    sent = await sent_json(request)
    try:
        asked = _Asked.model_validate(sent)
    except ValidationError as error:
        raise faulty(_faults(error)) from None
    actor = actor_of(caller.client)
    bodies = [_body(number, each, actor) for number, each in enumerate(asked.commands)]
    async with request.app.state.trying:
        return await run_in_threadpool(_answered, caller, study, asked, bodies)


def _body(number: int, tried: _Tried, actor: Actor) -> dict[str, Any]:
    try:
        return command_body(tried.do, actor)
    except Trouble as trouble:
        raise _within(trouble, f"body.commands.{number}.do") from None


def _within(trouble: Trouble, where: str) -> Trouble:
    """The trouble of one command, at its place in the body."""
    faults = [
        Fault(each.field.replace("body", where, 1), each.text) for each in trouble.says.get("faults", ())
    ]
    return faulty(faults) if faults else Trouble(trouble.code, f"{where}: {trouble.detail}", {"field": where})


def _answered(caller: Caller, study: str, asked: _Asked, bodies: Sequence[dict[str, Any]]) -> Response:
    with caller.looking(study, _PRESENT) as look:
        now = look.now
        trials = [
            Trial(each.who, body, each.at or now) for each, body in zip(asked.commands, bodies, strict=True)
        ]
        until = max([asked.until or now, *(each.at for each in trials)])
        if until > now + FURTHEST:
            raise faulty([Fault("body.until", f"time goes on for {FURTHEST.days} days at most")])
        try:
            history = history_of(look.reading)
            found = try_change(history, study, trials, until, _ONLY_LOOKED, Patience(SECONDS))
        except Foreign as error:
            raise faulty([Fault("body.commands", str(error))]) from None
        except (OutOfPatience, Standstill) as error:
            raise Trouble(TAKES_TOO_LONG, f"{error}: let less time go on") from None
    return answer(change_shown(found))


def _faults(error: ValidationError) -> list[Fault]:
    """What is wrong, at its innermost place: the list around a faulty command is not at fault."""
    found = [(tuple(each["loc"]), each["msg"]) for each in error.errors(include_url=False)]
    inner = [
        (place, text)
        for place, text in found
        if not any(other != place and other[: len(place)] == place for other, _ in found)
    ]
    return [Fault(".".join(("body", *map(str, place))), text) for place, text in inner]
