"""What somebody wants to try, as the fields of a page carry it from one look to the next.

The rule that keeps it honest: nothing of it is stored, and who asks is never among it: that is whoever is
signed in when it is tried, or recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from activities.together import LEAVES_A_RECORD
from console.web.forms.fields import command_named, is_signed
from domain.stated import Instant

MOST_TRIED = 12
"""More than one look can take in."""


class Faulty(ValueError):
    """No page of ours carries this."""


class _Carried(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    who: str = Field(min_length=1, max_length=40)
    at: Instant | None = None
    do: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Try:
    """One command: `who` is it about, its `body` without an actor, and the moment (UTC); None: now."""

    who: str
    body: dict[str, Any]
    at: datetime | None = None

    @property
    def kind(self) -> str:
        """The name of the command on the wire."""
        return str(self.body["kind"])

    @property
    def carried(self) -> str:
        """The same, as a field carries it."""
        at = {"at": self.at.isoformat()} if self.at is not None else {}
        return orjson.dumps({"who": self.who, **at, "do": self.body}).decode()


def tries_in(texts: Iterable[str]) -> tuple[Try, ...]:
    """What the fields carry.

    Raises:
        Faulty: they carry something else, or too much.
    """
    found = tuple(map(_read, texts))
    if len(found) > MOST_TRIED:
        raise Faulty(f"{len(found)} commands, and {MOST_TRIED} are tried at once at most")
    return found


def barrier(each: Try, now: datetime) -> str | None:
    """Why this command is tried here and recorded elsewhere; None: it can be recorded from here.

    `signed`: a signature is given over what its own form shows; `alone`: refused, it leaves a record, so
    that it is no part of a whole; `ahead`: its moment has not come.
    """
    if is_signed(each.kind):
        return "signed"
    if each.kind in LEAVES_A_RECORD:
        return "alone"
    return "ahead" if each.at is not None and each.at > now else None


def _read(text: str) -> Try:
    try:
        read = _Carried.model_validate_json(text)
    except ValidationError as error:
        raise Faulty(str(error)) from error
    kind = read.do.get("kind")
    if not isinstance(kind, str) or command_named(kind) is None or "actor" in read.do:
        raise Faulty(f"{kind!r} is no command that a person gives here")
    found = Try(read.who, read.do, read.at)
    try:
        found.carried  # noqa: B018 - it is carried on to the next look
    except TypeError as error:
        raise Faulty(str(error)) from error
    return found
