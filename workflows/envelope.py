"""What a sent command looks like on the wire: one JSON object {"command_id": text, "command": object}.

The rule that keeps it honest: whatever comes, reading it ends in an `Envelope` or in one clear refusal, and
what passes here can be carried by every later step; what the command means is the desk's business.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.names import COMMAND, MALFORMED, TOO_LARGE, UNREADABLE

MOST_BYTES = 64 * 1024
DEEPEST = 20
_COMMAND_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._:/+-]{0,119}$")
_KIND = re.compile(r"^[a-z_]{1,40}$")
_SHAPE = 'send one JSON object {"command_id": text, "command": object}'


@dataclass(frozen=True)
class Envelope:
    """A command with the id under which it is answered once and for all."""

    command_id: str
    command: dict[str, Any]

    @property
    def kind(self) -> str:
        """The command's kind, for people who watch; an unreadable one is just a command."""
        kind = self.command.get("kind")
        return kind if isinstance(kind, str) and _KIND.match(kind) else "command"


def wire(command_id: str, command: dict[str, Any]) -> dict[str, Any]:
    """The JSON shape that `read_envelope` reads."""
    return {"command_id": command_id, "command": command}


def read_envelope(name: str, update_id: str, args: Sequence[RawValue]) -> Envelope:
    """Read what was sent as update `name` under `update_id`.

    Raises:
        ApplicationError: type "malformed" or "too-large"; never anything else, whatever was sent.
    """
    if name != COMMAND:
        _refuse(f"there is no update {_shown(name)}; the only one is {COMMAND!r}")
    if len(args) != 1:
        _refuse(f"{len(args)} arguments came; {_SHAPE}")
    body = _json(args[0])
    if not isinstance(body, dict) or set(body) != {"command_id", "command"}:
        _refuse(f"the argument has another shape; {_SHAPE}")
    command_id, command = body["command_id"], body["command"]
    if not isinstance(command_id, str) or not _COMMAND_ID.match(command_id):
        _refuse("the command id must be 1 to 120 letters, digits or . _ : / + -")
    if not isinstance(command, dict):
        _refuse(f"the command is no JSON object; {_SHAPE}")
    if command_id != update_id.partition("~")[0]:
        _refuse("the update id must be the command id (or the command id, '~' and the number of the try)")
    return Envelope(command_id, command)


def _json(raw: RawValue) -> Any:
    size = len(raw.payload.data)
    if size > MOST_BYTES:
        raise ApplicationError(
            f"the command has {size} bytes; {MOST_BYTES} is the most", type=TOO_LARGE, non_retryable=True
        )
    encoding = raw.payload.metadata.get("encoding", b"").decode("ascii", "replace")
    if encoding == UNREADABLE:
        _refuse(f"the argument cannot be read: {raw.payload.data[:200].decode('utf-8', 'replace')}")
    if encoding != "json/plain":
        _refuse(f"the argument is encoded as {_shown(encoding)}, which is not read here; {_SHAPE}")
    try:
        body = json.loads(raw.payload.data, object_pairs_hook=_once)
        _can_be_carried(body, DEEPEST)
    except (ValueError, RecursionError) as error:
        _refuse(f"the argument is no good JSON: {_shown(str(error))}; {_SHAPE}")
    return body


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise ValueError("a key is given twice")
    return body


def _can_be_carried(value: Any, depth: int) -> None:
    """Refuse what Python reads as JSON and a database, or a stricter reader, does not."""
    match value:
        case str():
            value.encode()  # half of a character pair: UnicodeEncodeError, a ValueError
            if "\0" in value:
                raise ValueError("a text holds the character U+0000")
        case int() if not -(2**63) <= value < 2**63:
            raise ValueError("a number is too large")
        case float() if not math.isfinite(value):
            raise ValueError("a number is not finite")
        case dict() | list() if depth == 0:
            raise ValueError(f"it is nested more than {DEEPEST} deep")
        case dict():
            for key, inner in value.items():
                _can_be_carried(key, depth)
                _can_be_carried(inner, depth - 1)
        case list():
            for inner in value:
                _can_be_carried(inner, depth - 1)
        case _:
            pass  # None, True, False and ordinary numbers


def _shown(text: str) -> str:
    # A failure message must be valid UTF-8 and short, or the answer itself could not be sent.
    return ascii(text[:80])


def _refuse(text: str) -> NoReturn:
    raise ApplicationError(text, type=MALFORMED, non_retryable=True)
