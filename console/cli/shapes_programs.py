"""The shapes that `--json` prints for verbs about programs: those that ask, and those that are told.

The rule that keeps it honest: as in `console.cli.shapes`; a token or a secret is in what the verb prints that
made it, and in nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from typing_extensions import Doc


@dataclass(frozen=True, slots=True)
class ApiClient:
    """A program that may use the API, or might."""

    client: Annotated[str, Doc("id, as it goes on the record")]
    role: Annotated[str, Doc("role in which it speaks")]
    study: Annotated[str | None, Doc("the one study it may see, or null: every study")]
    open: Annotated[bool, Doc("false: its token is nobody's any more")]
    used_at: Annotated[datetime | None, Doc("when it last asked something, to the minute, or null: never")]
    token: Annotated[str | None, Doc("its token, once: when it was made; null ever after")] = None


@dataclass(frozen=True, slots=True)
class WebhookShown:
    """Who is told of events, and how that goes."""

    webhook: Annotated[str, Doc("id")]
    url: Annotated[str, Doc("where messages are sent")]
    study: Annotated[str | None, Doc("of the one study it is told, or null: of every study")]
    types: Annotated[Sequence[str], Doc("event types it is told of")]
    open: Annotated[bool, Doc("false: it is told nothing any more")]
    owed: Annotated[int, Doc("messages that wait to be taken")]
    delivered: Annotated[int, Doc("messages that were taken")]
    given_up: Annotated[int, Doc("messages that were not taken in time and are sent no more")]
    failures: Annotated[int, Doc("tries that failed in a row until now")]
    last_failure: Annotated[str | None, Doc("what the last message said that was not taken, or null")]
    secret: Annotated[str | None, Doc("what it is signed with, once: when it was made")] = None


@dataclass(frozen=True, slots=True)
class WebhookTested:
    """What `webhook test` came to."""

    webhook: Annotated[str, Doc("id")]
    delivered: Annotated[bool, Doc("true: the receiver took it")]
    detail: Annotated[str, Doc("what it answered, or what stood in the way")]
