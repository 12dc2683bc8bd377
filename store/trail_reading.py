"""Reads the audit trail of a study in pages: what was recorded and what was asked, newest first or oldest.

The rule that keeps it honest: pages are cut by position, so what is recorded meanwhile moves no row from one
page to another; each event comes with the very content its hash was made over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Column, ColumnElement, Select, and_, func, or_, select

from domain.chain import link
from domain.recorded import STUDY_SUBJECT, Recorded, participant_stream, study_stream
from store.content import event_content
from store.notice_reading import NoticeReading
from store.record_reading import EVENT, recorded, stored_command
from store.rows import StoredCommand
from store.schema import commands, events

_EVENT: tuple[Column[Any], ...] = (*EVENT, events.c.prev_hash, events.c.hash)
_COMMAND: tuple[Column[Any], ...] = (
    commands.c.number,
    *(commands.c[field.name] for field in fields(StoredCommand)),
)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a study's trail is asked for; what is None does not narrow it.

    `subject`: a participant's code, or `STUDY_SUBJECT` for the study's own stream. `kind`: an event's type, a
    command's kind. `actor`: an id, whole. `since`, `before`: from this instant on, until before that one
    (UTC). `text`: what its content holds, in whatever case. `refused`: of commands, those refused or not.
    `seqs`: of events, those of these numbers in their stream.
    """

    study: str
    subject: str | None = None
    kind: str | None = None
    actor: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    text: str | None = None
    refused: bool | None = None
    seqs: tuple[int, ...] | None = None

    def known_at(self, moment: datetime) -> Wanted:
        """The same of what had been recorded by a moment, that moment included."""
        end = moment + datetime.resolution
        return replace(self, before=end if self.before is None else min(end, self.before))


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """An event with its place in the order of all, and the link it is held by.

    `content`: the canonical bytes its hash was made over, after `previous`.
    """

    position: int
    recorded: Recorded
    body: str
    previous: str
    hash: str
    content: bytes

    @property
    def holds(self) -> bool:
        """Whether the content is the one that was hashed when it was recorded."""
        return link(self.previous, self.content) == self.hash


@dataclass(frozen=True, slots=True)
class TrailCommand:
    """A command with its number in the order in which all were settled."""

    number: int
    asked: StoredCommand


class TrailReading(NoticeReading):
    """The record as a reviewer goes through it. All times are UTC."""

    def trail(
        self, wanted: Wanted, limit: int, *, below: int | None = None, above: int | None = None
    ) -> list[TrailEvent]:
        """At most `limit` events: newest first below a position, or oldest first above one.

        Raises:
            UnknownEvent: a stored event that this release does not know.
        """
        statement: Select[Any] = select(*_EVENT).where(*_of_events(wanted))
        paged = _page(statement, events.c.position, limit, below, above)
        return [_trail_event(row) for row in self.connection.execute(paged)]

    def asked(
        self, wanted: Wanted, limit: int, *, below: int | None = None, above: int | None = None
    ) -> list[TrailCommand]:
        """At most `limit` commands, paged as `trail` by the number in which they were settled."""
        statement: Select[Any] = select(*_COMMAND).where(*_of_commands(wanted))
        paged = _page(statement, commands.c.number, limit, below, above)
        return [TrailCommand(row[0], stored_command(row[1:])) for row in self.connection.execute(paged)]

    def whole_trail(self, wanted: Wanted) -> Iterator[TrailEvent]:
        """Every event, oldest first, read in batches."""
        above = 0
        while found := self.trail(wanted, _BATCH, above=above):
            yield from found
            above = found[-1].position

    def all_asked(self, wanted: Wanted) -> Iterator[TrailCommand]:
        """Every command, oldest first, read in batches."""
        above = 0
        while found := self.asked(wanted, _BATCH, above=above):
            yield from found
            above = found[-1].number


def _page(
    statement: Select[Any], by: ColumnElement[int], limit: int, below: int | None, above: int | None
) -> Select[Any]:
    if above is not None:
        return statement.where(by > above).order_by(by).limit(limit)
    narrowed = statement if below is None else statement.where(by < below)
    return narrowed.order_by(by.desc()).limit(limit)


def _of_events(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield _stream(events.c.stream, wanted)
    if wanted.kind is not None:
        yield events.c.type == wanted.kind
    if wanted.actor is not None:
        yield events.c.actor_id == wanted.actor
    if wanted.seqs is not None:
        yield events.c.seq.in_(wanted.seqs)
    yield from _between(events.c.recorded_at, wanted)
    if wanted.text is not None:
        yield _holding(events.c.body, wanted.text)


def _of_commands(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield _stream(commands.c.stream, wanted)
    if wanted.kind is not None:
        yield commands.c.kind == wanted.kind
    if wanted.actor is not None:
        # The actor is kept as canonical text, as it was claimed.
        yield commands.c.actor.contains(f'"id":{orjson.dumps(wanted.actor).decode()}', autoescape=True)
    yield from _between(commands.c.asked_at, wanted)
    if wanted.refused is not None:
        yield commands.c.accepted.is_(not wanted.refused)
    if wanted.text is not None:
        yield or_(_holding(commands.c.body, wanted.text), _holding(commands.c.text, wanted.text))


def _stream(column: ColumnElement[str], wanted: Wanted) -> ColumnElement[bool]:
    own = study_stream(wanted.study)
    if wanted.subject == STUDY_SUBJECT:
        return column == own
    if wanted.subject is not None:
        return column == participant_stream(wanted.study, wanted.subject)
    everybody = participant_stream(wanted.study, "")
    return or_(column == own, column.startswith(everybody, autoescape=True))


def _between(column: ColumnElement[datetime], wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None or wanted.before is not None:
        since = [column >= wanted.since] if wanted.since is not None else []
        before = [column < wanted.before] if wanted.before is not None else []
        yield and_(*since, *before)


def _holding(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    # Content is kept as JSON, in which a quotation mark is written otherwise than it was typed.
    written = orjson.dumps(text).decode()[1:-1]
    lowered = func.lower(column)
    return or_(*(lowered.contains(_lower(each), autoescape=True) for each in (text, written)))


def _lower(text: str) -> str:
    # As the databases do it: letters beyond ASCII stay as they are.
    return "".join(each.lower() if each.isascii() else each for each in text)


def _trail_event(row: Any) -> TrailEvent:
    named = {column.name: value for column, value in zip(_EVENT, row, strict=True)}
    return TrailEvent(
        position=named["position"],
        recorded=recorded(row[: len(EVENT)]),
        body=named["body"],
        previous=named["prev_hash"],
        hash=named["hash"],
        content=event_content(named),
    )
