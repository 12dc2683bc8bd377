"""The bodies of commands: which a program may send, and what is wrong with one that cannot be.

The rule that keeps it honest: a body is read by the commands of the domain themselves and sent on as it came;
who asks is the token's client and never said in the body; a signature is a person's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from activities.wire import faults_of
from console.api.problems import NEEDS_A_PERSON, NOT_JSON, UNREADABLE, Fault, Trouble, faulty
from domain.commands import COMMAND_KINDS, COMMAND_TYPES, Asked, Command, ReachClock, SignedAsk, parse_command
from domain.permissions import may_ask
from domain.refusal import Refused
from domain.roles import Actor

_TYPES: Mapping[str, type[Asked]] = dict(zip(COMMAND_KINDS, COMMAND_TYPES, strict=True))
SIGNED: frozenset[str] = frozenset(kind for kind, each in _TYPES.items() if issubclass(each, SignedAsk))
KINDS: tuple[str, ...] = tuple(
    kind for kind, each in _TYPES.items() if kind not in SIGNED and each is not ReachClock
)
"""Kinds of commands that a program may send: all but signatures, and time's own."""

OF_STUDY: frozenset[str] = frozenset({
    "set_recruitment", "place_hold", "decide_treatment", "record_meeting", "return_turn",
    "acknowledge_alert", "snooze_alert",
})  # fmt: skip
"""Kinds that are asked of a study itself."""

_OF_BOTH = frozenset({"acknowledge_alert", "snooze_alert"})


async def sent_json(request: Request) -> Any:
    """What was sent as JSON.

    Raises:
        Trouble: it is of another type, or no JSON.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Trouble(NOT_JSON, f"the body is sent as {kind or 'nothing'}: send application/json")
    try:
        return orjson.loads(await request.body())
    except ValueError as error:
        raise Trouble(UNREADABLE, f"the body is no JSON: {error}") from None


def command_body(sent: Any, actor: Actor) -> dict[str, Any]:
    """The command that goes to the desk: what was sent, asked by this actor.

    Raises:
        Trouble: no such command, a field that cannot be, a signature, or another role's.
    """
    kind = _kind(sent)
    if kind in SIGNED:
        raise Trouble(
            NEEDS_A_PERSON,
            f"{kind} is a signature, and a signature needs a person: sign it at the console",
            {"field": "body.kind"},
        )
    if kind not in KINDS:
        raise faulty([Fault("body.kind", f"{kind[:40]!r} is no command; there is {', '.join(KINDS)}")])
    if "actor" in sent:
        raise faulty([Fault("body.actor", "who asks is the client of the token: leave it out")])
    body = {**sent, "actor": actor.model_dump(mode="json")}
    try:
        may_ask(parse_command(body))
    except ValidationError as error:
        raise faulty([Fault(f"body.{where}", text) for where, text in faults_of(error)]) from None
    except Refused as refused:
        raise Trouble(refused.code.value, refused.text) from None
    return body


def body_schemas() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """For the description: the schema of each command by its kind, and of what they are made of by name."""
    whole = TypeAdapter(Command).json_schema(ref_template="#/components/schemas/{model}")
    defined: dict[str, Any] = whole["$defs"]
    kinds: dict[str, str] = {
        kind: reference.rpartition("/")[2] for kind, reference in whole["discriminator"]["mapping"].items()
    }
    commands = {kind: _asked_by_token(kind, defined[kinds[kind]]) for kind in KINDS}
    return commands, {name: each for name, each in defined.items() if name not in kinds.values()}


def kinds_of(*, study: bool) -> tuple[str, ...]:
    """The kinds that are asked of a study, or of a participant."""
    if study:
        return tuple(kind for kind in KINDS if kind in OF_STUDY)
    return tuple(kind for kind in KINDS if kind not in OF_STUDY or kind in _OF_BOTH)


def _kind(sent: Any) -> str:
    if not isinstance(sent, dict):
        raise faulty([Fault("body", "a command is a JSON object")])
    if "kind" not in sent:
        raise faulty([Fault("body.kind", f"say which command: one of {', '.join(KINDS)}")])
    kind = sent["kind"]
    return kind if isinstance(kind, str) else repr(kind)


def _asked_by_token(kind: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: each for name, each in schema["properties"].items() if name != "actor"}
    told["kind"] = {"const": kind, "type": "string"}
    needed = ["kind", *(each for each in schema["required"] if each != "actor")]
    return {**schema, "properties": told, "required": needed}
