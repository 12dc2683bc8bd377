"""Reads the record itself: streams, events, commands, documents, notes.

The rule that keeps it honest: events are decoded by the vocabulary or refused, never skipped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

import orjson
from sqlalchemy import Connection, Select, bindparam, func, select

from domain.chain import GENESIS
from domain.events import decode_event
from domain.recorded import Recorded, Stamp
from domain.roles import Actor, Role
from store.prepared import Prepared
from store.rows import DocumentKind, DocumentRow, Head, StoredCommand
from store.schema import commands, documents, events, notes, streams

EVENT = (
    events.c.position,
    events.c.stream,
    events.c.seq,
    events.c.type,
    events.c.version,
    events.c.body,
    events.c.recorded_at,
    events.c.command_id,
    events.c.actor_id,
    events.c.actor_role,
    events.c.actor_method,
    events.c.protocol,
    events.c.site,
    events.c.zone_table,
    events.c.software,
)
_OUTCOME = tuple(field.name for field in fields(StoredCommand))
_HEAD = Prepared(
    lambda _: select(streams.c.version, streams.c.hash, streams.c.recorded_at).where(
        streams.c.stream == bindparam("stream")
    )
)
_EVENTS = Prepared(
    lambda _: (
        select(*EVENT)
        .where(events.c.stream == bindparam("stream"), events.c.seq > bindparam("after"))
        .order_by(events.c.seq)
    )
)
_SINCE = Prepared(
    lambda _: (
        select(*EVENT)
        .where(events.c.position > bindparam("after"))
        .order_by(events.c.position)
        .limit(bindparam("limit"))
    )
)
_COMMAND = Prepared(
    lambda _: select(*(commands.c[name] for name in _OUTCOME)).where(
        commands.c.stream == bindparam("stream"), commands.c.command_id == bindparam("command_id")
    )
)
_DOCUMENT = (
    select(documents.c.body)
    .where(documents.c.kind == bindparam("kind"), documents.c.hash == bindparam("hash"))
    .limit(1)
)
_DOCUMENTS = (
    select(documents.c.kind, documents.c.id, documents.c.version, documents.c.hash, documents.c.published_at)
    .where(documents.c.kind == bindparam("kind"))
    .order_by(documents.c.published_at, documents.c.id, documents.c.version)
)
_NOTE = select(notes.c.value).where(notes.c.key == bindparam("key"))
_POSITION = Prepared(lambda _: select(func.max(events.c.position)))


class RecordReading:
    """What the record says. All times are UTC. `connection` is for the store's own modules."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def head(self, stream: str) -> Head:
        """The end of a stream; version 0 when nothing was recorded in it."""
        row = _HEAD.first(self.connection, {"stream": stream})
        return Head(*row) if row else Head(0, GENESIS, None)

    def events(self, stream: str, after: int = 0) -> list[Recorded]:
        """Events of a stream with seq greater than `after`, decoded and upcast.

        Raises:
            UnknownEvent: a stored event that this release does not know.
        """
        return [recorded(row) for row in _EVENTS.rows(self.connection, {"stream": stream, "after": after})]

    def since(self, position: int, limit: int) -> list[tuple[int, Recorded]]:
        """At most `limit` events after a global position, in order; a reader that follows it misses none.

        Raises:
            UnknownEvent: a stored event that this release does not know.
        """
        rows = _SINCE.rows(self.connection, {"after": position, "limit": limit})
        return [(row[0], recorded(row)) for row in rows]

    def position(self) -> int:
        """The global position of the newest event; 0 when there is none."""
        return _POSITION.rows(self.connection, {})[0][0] or 0

    def streams(self, prefix: str = "") -> list[str]:
        """Names of the streams that hold events, sorted."""
        statement = select(streams.c.stream).where(streams.c.version > 0).order_by(streams.c.stream)
        if prefix:
            statement = statement.where(streams.c.stream.startswith(prefix, autoescape=True))
        return list(self.connection.execute(statement).scalars())

    def studies(self) -> list[str]:
        """Studies that have a stream, sorted."""
        return [stream.removeprefix("study/") for stream in self.streams("study/")]

    def command(self, stream: str, command_id: str) -> StoredCommand | None:
        """A command by its id, with its outcome."""
        row = _COMMAND.first(self.connection, {"stream": stream, "command_id": command_id})
        return stored_command(row) if row else None

    def commands(
        self, stream: str | None = None, *, refused_only: bool = False, limit: int = 1000
    ) -> list[StoredCommand]:
        """At most `limit` commands, newest first."""
        statement: Select[Any] = (
            select(*(commands.c[name] for name in _OUTCOME)).order_by(commands.c.number.desc()).limit(limit)
        )
        if stream is not None:
            statement = statement.where(commands.c.stream == stream)
        if refused_only:
            statement = statement.where(commands.c.accepted.is_(False))
        return [stored_command(row) for row in self.connection.execute(statement)]

    def document(self, kind: DocumentKind, hash: str) -> dict[str, Any] | None:  # noqa: A002
        """A published body by its content hash."""
        body = self.connection.execute(_DOCUMENT, {"kind": kind, "hash": hash}).scalar()
        return cast("dict[str, Any]", orjson.loads(body)) if body is not None else None

    def documents(self, kind: DocumentKind) -> list[DocumentRow]:
        """Published versions, oldest first."""
        rows = self.connection.execute(_DOCUMENTS, {"kind": kind})
        return [DocumentRow(cast("DocumentKind", row[0]), *row[1:]) for row in rows]

    def clock(self) -> datetime:
        """What the database's own clock says; of SQLite that is this machine's, to the second."""
        now: datetime = self.connection.execute(select(func.now())).scalar_one()
        return now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)

    def note(self, key: str) -> str | None:
        """An operational fact by its key."""
        return self.connection.execute(_NOTE, {"key": key}).scalar()


def recorded(row: Sequence[Any]) -> Recorded:
    """An event as the domain knows it, from a row of `EVENT`'s columns.

    Raises:
        UnknownEvent: its type or version is not known to this release.
        pydantic.ValidationError: its body is not one of its type.
    """
    _, stream, seq, type_, version, body, recorded_at, command_id, who, role, method, *rules = row
    stamp = Stamp(recorded_at, command_id, _actor(who, role, method), *rules)
    return Recorded(stream, seq, decode_event(type_, version, orjson.loads(body)), stamp)


def stored_command(row: Sequence[Any]) -> StoredCommand:
    """A command from a row of `_OUTCOME`'s columns."""
    values: dict[str, Any] = dict(zip(_OUTCOME, row, strict=True))
    for name in ("body", "actor", "events"):
        values[name] = json.loads(values[name])
    values["events"] = tuple(values["events"])
    return StoredCommand(**values)


@lru_cache(maxsize=1024)
def _actor(who: str, role: str, method: str) -> Actor:
    return Actor(id=who, role=Role(role), method=method)
