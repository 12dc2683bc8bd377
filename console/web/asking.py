"""Sending what a form asks for, and telling what became of it in a way the form can show.

The rule that keeps it honest: a form's own id is the command's id, so sending it twice does nothing twice;
what was not answered is unknown, and the same form asks again.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from temporalio.service import RPCError

from console.connecting import NoServer
from console.letter import CommandRefused, OutcomeUnknown
from console.web.visiting import FormRefused, Visitor

UNKNOWN, NO_SERVER = "outcome-unknown", "no-server"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing was recorded, or why nobody knows. `field` None: the form as a whole.

    `again`: the same form may be sent again and asks for the same outcome.
    """

    code: str
    text: str
    field: str | None = None
    again: bool = False

    @property
    def status(self) -> int:
        """The HTTP status of a page that tells it."""
        return 503 if self.again else 422


@dataclass(frozen=True, slots=True)
class Form:
    """What every form carries: the session's token, and the id under which it is answered once."""

    csrf: str
    id: str

    def check(self, visitor: Visitor) -> None:
        """Raises FormRefused: no page of this session sent it."""
        if not visitor.signed_in.meant(self.csrf):
            raise FormRefused
        try:
            uuid.UUID(self.id)
        except ValueError:
            raise FormRefused from None


async def ask(
    visitor: Visitor, form: Form, study: str, participant: str, kind: str, fields: Mapping[str, Any]
) -> Trouble | None:
    """Send a command in the visitor's name; what stands in its way, or None when it is on the record."""
    visitor.must(kind)
    given = {name: each for name, each in fields.items() if each not in (None, "")}
    body = {"kind": kind, "actor": visitor.signed_in.actor.model_dump(mode="json"), **given}
    try:
        await visitor.console.parts.send(study, participant, form.id, body)
    except CommandRefused as refused:
        return Trouble(refused.code, refused.text)
    except OutcomeUnknown as unknown:
        return Trouble(UNKNOWN, unknown.reason, again=True)
    except (NoServer, RPCError) as error:
        return Trouble(NO_SERVER, str(error), again=True)
    return None
