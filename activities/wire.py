"""Reading a command as it came over the wire.

The rule that keeps it honest: whatever was sent can be kept in the audit trail in a readable form, and what
is wrong with it is said field by field; nothing sent can raise anything but a refusal.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.chain import NotCanonical, canonical
from domain.commands import AlertId, Command, ItemCode, parse_command
from domain.refusal import Code, Refused
from domain.roles import ActorId
from protocols.validation import pattern_of

LONGEST_KEPT = 2_000
LONGEST_SHOWN = 40
MOST_FAULTS = 5
# pydantic shows a literal's enum members as Python does: <End.DIED: 'died'>.
_SPELLINGS = {
    pattern_of(ItemCode): "at most 40 letters, digits, - and _, such as D28",
    pattern_of(AlertId): "an alert as it is listed, such as P-001/D28/overdue",
    pattern_of(ActorId): "at most 64 small letters, digits, . - and _, such as coordinator-1",
}
_ENUM_MEMBER = re.compile(r"<\w+\.\w+: ('[^']*')>")


def parsed(body: Any) -> Command:
    """The command in a JSON body.

    Raises:
        Refused: it is not one; the text names each faulty field and what would be right.
    """
    if not isinstance(body, dict):
        raise Refused(Code.MALFORMED, f"a command is a JSON object, not {type(body).__name__}")
    try:
        command = parse_command(body)
    except ValidationError as error:
        raise Refused(Code.MALFORMED, _faults(error)) from None
    except RecursionError:
        raise Refused(Code.MALFORMED, "the command is nested too deeply") from None
    return command


def faults_of(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Each faulty field of a command with what is wrong and what would be right."""
    for fault in error.errors(include_url=False):
        yield ".".join(str(part) for part in fault["loc"][1:]) or "kind", _fault(fault)


def readable(body: Any) -> dict[str, Any]:
    """The body if it can be kept as it is, else what can be shown of it in plain characters."""
    if isinstance(body, dict):
        try:
            if b"\\u0000" not in canonical(body):
                return body
        except (NotCanonical, RecursionError):
            pass
    return {"kind": "unreadable", "shown": ascii(body)[:LONGEST_KEPT]}


def body_hash(body: dict[str, Any]) -> str:
    """SHA-256 (hex) of a body's canonical bytes: what tells one command from another under the same id."""
    return hashlib.sha256(canonical(body)).hexdigest()


def claimed_actor(body: dict[str, Any]) -> dict[str, Any]:
    """Who the sender claimed to be, for the audit trail of refused commands."""
    actor = body.get("actor")
    return actor if isinstance(actor, dict) else {"id": "unknown", "role": "unknown"}


def _faults(error: ValidationError) -> str:
    return "; ".join(f"{where}: {text}" for where, text in islice(faults_of(error), MOST_FAULTS))


def _fault(fault: ErrorDetails) -> str:
    right = _SPELLINGS.get(fault.get("ctx", {}).get("pattern", ""))
    if right is not None:
        return f"{str(fault['input'])[:LONGEST_SHOWN]!r} cannot be: write {right}"
    return _ENUM_MEMBER.sub(_value_only, fault["msg"].removeprefix("Value error, "))


def _value_only(member: re.Match[str]) -> str:
    return member.group(1)
