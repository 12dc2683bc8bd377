"""The ends of the streams that a transaction has locked.

The rule that keeps it honest: an end is read once it is locked and written once, when the transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql

from domain.chain import GENESIS
from store.rows import Head
from store.schema import streams


@dataclass(slots=True)
class Tail:
    """The end of a stream's two chains, as this transaction leaves it. `stored`: its row exists."""

    stream: str
    version: int = 0
    hash: str = GENESIS
    recorded_at: datetime | None = None
    commands: int = 0
    commands_hash: str = GENESIS
    stored: bool = False
    moved: bool = False

    @property
    def head(self) -> Head:
        return Head(self.version, self.hash, self.recorded_at)


def lock_tails(connection: Connection, names: Iterable[str]) -> list[Tail]:
    """Lock streams in sorted order, so that two writers never wait for each other in a circle."""
    wanted = sorted(names)
    found = _lock_stored(connection, wanted)
    missing = [name for name in wanted if name not in found]
    if missing and connection.dialect.name == "postgresql":
        # A row that is not there cannot be locked: make it, or wait for whoever is making it.
        connection.execute(_MAKE, [{"stream": name, **_ends(Tail(name))} for name in missing])
        found |= _lock_stored(connection, missing)
    return [found.get(name) or Tail(name) for name in wanted]


def keep_tails(connection: Connection, tails: Iterable[Tail]) -> None:
    """Write the ends that moved."""
    moved = [tail for tail in tails if tail.moved]
    changed = [{"of": tail.stream, **_ends(tail)} for tail in moved if tail.stored]
    made = [{"stream": tail.stream, **_ends(tail)} for tail in moved if not tail.stored]
    if changed:
        connection.execute(_CHANGE, changed)
    if made:
        connection.execute(_ADD, made)


_COLUMNS = (
    streams.c.stream,
    streams.c.version,
    streams.c.hash,
    streams.c.recorded_at,
    streams.c.commands,
    streams.c.commands_hash,
)
_LOCK_ONE = select(*_COLUMNS).where(streams.c.stream == bindparam("name")).with_for_update()
_LOCK = (
    select(*_COLUMNS)
    .where(streams.c.stream.in_(bindparam("names", expanding=True)))
    .order_by(streams.c.stream)
    .with_for_update()
)
_ADD = insert(streams)
_MAKE = postgresql.insert(streams).on_conflict_do_nothing()
_CHANGE = update(streams).where(streams.c.stream == bindparam("of"))


def _lock_stored(connection: Connection, names: list[str]) -> dict[str, Tail]:
    if len(names) == 1:
        rows = connection.execute(_LOCK_ONE, {"name": names[0]})
    else:
        rows = connection.execute(_LOCK, {"names": names})
    return {row[0]: Tail(*row, stored=True) for row in rows}


def _ends(tail: Tail) -> dict[str, object]:
    return {
        "version": tail.version,
        "hash": tail.hash,
        "recorded_at": tail.recorded_at,
        "commands": tail.commands,
        "commands_hash": tail.commands_hash,
    }
