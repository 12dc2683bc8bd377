"""Reading a command as it came over the wire.

The rule that keeps it honest: whatever was sent can be kept in the audit trail in a readable form, and what
is wrong with it is said field by field; nothing sent can raise anything but a refusal.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
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
    _check_kept(body)
    return command


def _check_kept(body: dict[str, Any]) -> None:
    """What is acted upon must be kept as it was said, or it could not be decided again."""
    try:
        _kept(body)
    except NotCanonical as error:
        raise Refused(Code.MALFORMED, f"the command cannot be kept as it is: {error}") from None


def _kept(body: dict[str, Any]) -> dict[str, Any]:
    try:
        form = canonical(body)
    except NotCanonical:
        body = _normal(body)
        form = canonical(body)
    if b"\\u0000" in form:
        raise NotCanonical("some text holds the character U+0000")
    return body


def _normal(part: Any) -> Any:
    """The same with its text as it is recorded: a letter typed as two signs is one."""
    if isinstance(part, str):
        return unicodedata.normalize("NFC", part)
    if isinstance(part, list):
        return [_normal(each) for each in part]
    if isinstance(part, dict):
        return {_normal(name): _normal(each) for name, each in part.items()}
    return part


def faults_of(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Each faulty field of a command with what is wrong and what would be right."""
    for fault in error.errors(include_url=False):
        yield ".".join(str(part) for part in fault["loc"][1:]) or "kind", _fault(fault)


def readable(body: Any) -> dict[str, Any]:
    """The body as it can be kept, its text in normal form C; else what can be shown of it, in plain."""
    if isinstance(body, dict):
        try:
            return _kept(body)
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
