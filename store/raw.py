"""The record as it is stored, undecoded: what a verifier and an archive need.

The rule that keeps it honest: a value that was tampered with is handed on as it is, never repaired and never
a reason to stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, bindparam, select, type_coerce, union

from domain.recorded import Recorded
from store.instants import Instant, in_utc, utc_text
from store.prepared import Prepared
from store.record_reading import EVENT, recorded
from store.schema import commands, documents, events, streams

Row = dict[str, Any]


def _raw(table: Table) -> tuple[list[str], list[Any]]:
    # Instants are taken as SQLite's text, which may be nonsense after tampering.
    names = table.c.keys()
    return names, [
        type_coerce(table.c[name], Text) if isinstance(table.c[name].type, Instant) else table.c[name]
        for name in names
    ]


def _prepared(
    table: Table, narrow: Callable[[Any], Any]
) -> Callable[[Connection, Mapping[str, Any]], list[Row]]:
    names, columns = _raw(table)
    statement = Prepared(lambda _: narrow(select(*columns)))

    def rows(connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        return [dict(zip(names, row, strict=True)) for row in statement.rows(connection, values)]

    return rows


_events_of = _prepared(
    events, lambda wanted: wanted.where(events.c.stream == bindparam("stream")).order_by(events.c.seq)
)
_events_since = _prepared(
    events,
    lambda wanted: (
        wanted.where(events.c.position > bindparam("after"))
        .order_by(events.c.position)
        .limit(bindparam("limit"))
    ),
)
_commands_of = _prepared(
    commands, lambda wanted: wanted.where(commands.c.stream == bindparam("stream")).order_by(commands.c.ord)
)
_documents = _prepared(
    documents, lambda wanted: wanted.order_by(documents.c.kind, documents.c.id, documents.c.version)
)
_end_of = _prepared(streams, lambda wanted: wanted.where(streams.c.stream == bindparam("stream")))
_NAMES = Prepared(
    lambda _: union(select(streams.c.stream), select(events.c.stream), select(commands.c.stream)).order_by(
        "stream"
    )
)


def stream_names(connection: Connection) -> list[str]:
    """Every name that any of the record's tables knows, sorted."""
    return [row[0] for row in _NAMES.rows(connection, {})]


def events_of(connection: Connection, stream: str) -> list[Row]:
    """The events of a stream by seq."""
    return _events_of(connection, {"stream": stream})


def decoded(row: Row) -> Recorded:
    """An event's row as the domain knows it; only for rows whose link holds.

    Raises:
        UnknownEvent: its type or version is not known to this release.
        pydantic.ValidationError: its body is not one of its type.
    """
    moment = row["recorded_at"]
    known = {
        **row,
        "recorded_at": datetime.fromisoformat(moment) if isinstance(moment, str) else in_utc(moment),
    }
    return recorded([known[column.name] for column in EVENT])


def all_events(connection: Connection, batch: int = 1000) -> Iterator[Row]:
    """Every event in the order of positions, read in batches."""
    after = 0
    while rows := _events_since(connection, {"after": after, "limit": batch}):
        yield from rows
        after = rows[-1]["position"]


def commands_of(connection: Connection, stream: str) -> list[Row]:
    """The commands asked of a stream, in the order they were settled."""
    return _commands_of(connection, {"stream": stream})


def end_of(connection: Connection, stream: str) -> Row | None:
    """What the store holds as the end of a stream."""
    return next(iter(_end_of(connection, {"stream": stream})), None)


def moment(value: datetime | str | None) -> str | None:
    """An instant of such a row as text: SQLite's own, whatever was made of it."""
    return utc_text(value) if isinstance(value, datetime) else value


def rows_of_table(connection: Connection, table: Table, order: ColumnElement[Any]) -> list[Row]:
    """Every row of a small table, in this order."""
    names, columns = _raw(table)
    found = connection.execute(select(*columns).order_by(order))
    return [dict(zip(names, row, strict=True)) for row in found]


def all_documents(connection: Connection) -> Sequence[Row]:
    """Every published document with its body's text."""
    return _documents(connection, {})
