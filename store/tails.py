"""The ends of the streams that a transaction has locked.

The rule that keeps it honest: an end is read once it is locked and written once, when the transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql

from domain.chain import GENESIS
from store.prepared import Prepared
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
    """Lock streams one after another in sorted order, so that no two writers wait for each other."""
    return [_lock_stored(connection, name) or _lock_new(connection, name) for name in sorted(names)]


def keep_tails(connection: Connection, tails: Iterable[Tail]) -> None:
    """Write the ends that moved."""
    moved = [tail for tail in tails if tail.moved]
    if not moved:
        return
    _CHANGE.run(connection, [{"of": tail.stream, **_ends(tail)} for tail in moved if tail.stored])
    _ADD.run(connection, [{"stream": tail.stream, **_ends(tail)} for tail in moved if not tail.stored])


_ENDS = ("version", "hash", "recorded_at", "commands", "commands_hash")
_LOCK = Prepared(
    lambda _: (
        select(streams.c.stream, *(streams.c[name] for name in _ENDS))
        .where(streams.c.stream == bindparam("name"))
        .with_for_update()
    )
)
_ADD = Prepared(lambda _: insert(streams), ("stream", *_ENDS))
_MAKE = Prepared(lambda _: postgresql.insert(streams).on_conflict_do_nothing(), ("stream", *_ENDS))
_CHANGE = Prepared(lambda _: update(streams).where(streams.c.stream == bindparam("of")), _ENDS)


def _lock_stored(connection: Connection, name: str) -> Tail | None:
    row = _LOCK.first(connection, {"name": name})
    if row is None:
        return None
    tail = Tail(*row)
    tail.stored = True
    return tail


def _lock_new(connection: Connection, name: str) -> Tail:
    if connection.dialect.name == "sqlite":
        return Tail(name)
    # A row that is not there cannot be locked: make it, or wait for whoever is making it.
    _MAKE.run(connection, [{"stream": name, **_ends(Tail(name))}])
    return _lock_stored(connection, name) or Tail(name)


def _ends(tail: Tail) -> dict[str, Any]:
    return {name: getattr(tail, name) for name in _ENDS}
