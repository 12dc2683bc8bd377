"""A command on its way to a timeline: what has stood in its way so far, and how it may end.

The rule that keeps it honest: it ends recorded, refused or unknown; "failed" is none of them.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from temporalio.exceptions import ApplicationError

from workflows.envelope import MOST_BYTES, wire
from workflows.names import DRAINING, MALFORMED, TOO_LARGE, UNSETTLED, subject_id

# The server's word for an update that was taken by a run which closed before it was done.
_CLOSED_MEANWHILE = "AcceptedUpdateCompletedWorkflow"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was recorded. `repeated`: it had been before, under the same command id."""

    version: int
    events: tuple[str, ...]
    repeated: bool
    alerts: tuple[str, ...]


Send = Callable[[str, str, str, dict[str, Any]], Awaitable[Outcome]]
"""Hand a command on: study, participant, command id, body. Raises as `Gateway.send`."""

Wake = Callable[[str, str], Awaitable[None]]
"""Tell a timeline that the store moved without it: study, participant. Raises as `Gateway.wake`."""


class CommandRefused(Exception):
    """The command was refused: nothing was recorded but the attempt. `code` is stable, `text` for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


class OutcomeUnknown(Exception):
    """The command was sent and not answered. Asking again with `command_id` tells, and never doubles it."""

    def __init__(self, command_id: str, reason: str) -> None:
        super().__init__(f"the outcome of {command_id} is unknown ({reason}); ask again with this id")
        self.command_id = command_id
        self.reason = reason


class Letter:
    """A command on its way, and what has stood in its way so far."""

    def __init__(self, study: str, participant: str, command_id: str, command: dict[str, Any]) -> None:
        self.study = study
        self.participant = participant
        self.command_id = command_id
        self.command = command
        # Temporal answers a known update id without looking at what was sent: another body under the same
        # command id must reach the desk, which refuses it.
        self.update_id = self._first_id = f"{command_id}~{_digest(command)}"
        self.trouble = "the server did not answer"

    def check(self) -> None:
        """Refuse what need not be sent to be refused.

        Raises:
            CommandRefused: too long, or codes that cannot be.
        """
        try:
            subject_id(self.study, self.participant)
            size = len(json.dumps(wire(self.command_id, self.command)))
        except (TypeError, ValueError) as error:
            raise CommandRefused(MALFORMED, str(error)) from None
        if size > MOST_BYTES:
            raise CommandRefused(TOO_LARGE, f"the command has {size} bytes; {MOST_BYTES} is the most")

    def take(self, cause: BaseException) -> None:
        """Note a failure after which asking again helps.

        Raises:
            CommandRefused, OutcomeUnknown: it does not help.
        """
        code = cause.type if isinstance(cause, ApplicationError) else None
        text = cause.message if isinstance(cause, ApplicationError) else str(cause)
        if code in (DRAINING, _CLOSED_MEANWHILE):
            self.trouble = "its timeline is moving to a new run"
        elif code == UNSETTLED and self.update_id == self._first_id:
            # This run would repeat its answer for ever: ask under another update id, once.
            self.update_id = f"{self.command_id}~{uuid.uuid4().hex[:12]}"
            self.trouble = text
        elif code is None or code == UNSETTLED:
            raise OutcomeUnknown(self.command_id, text) from cause
        else:
            raise CommandRefused(code, text) from cause


def _digest(command: dict[str, Any]) -> str:
    # What is no JSON is refused before it is sent.
    text = json.dumps(command, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]
