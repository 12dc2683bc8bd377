"""SQLite: one file, one writer at a time.

The rule that keeps it honest: write-ahead log with full synchronisation, the pair that lost nothing in
simulated power cuts, and BEGIN IMMEDIATE for writes, because a read that turns into a write half way fails
under contention.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from store.errors import SchemaMismatch, StoreBusy, StoreDown, StoreError, duplicate

_FULL = 2
_WRITES = "writes"
"""Where a connection is told which kind of transaction it begins next."""
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DUPLICATE = (
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_ROWID,
    sqlite3.SQLITE_CONSTRAINT_TRIGGER,
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
)
_DOWN = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)


@dataclass(frozen=True)
class Sqlite:
    """A SQLite file. `patience_seconds`: how long to wait for the one writer's place."""

    engine: Engine
    patience_seconds: float
    name: str = "sqlite"
    _writer: Lock = field(default_factory=Lock)

    @contextmanager
    def turn(self) -> Generator[None]:
        """Writers of this process queue here, which is fair and quicker than SQLite's polling."""
        if not self._writer.acquire(timeout=self.patience_seconds):
            raise StoreBusy(_busy(self.patience_seconds))
        try:
            yield
        finally:
            self._writer.release()

    def prepare(self, connection: Connection, *, writes: bool) -> None:
        connection.info[_WRITES] = writes

    def hold_order(self, connection: Connection) -> None:
        """BEGIN IMMEDIATE holds it already."""

    def hold_schema(self, connection: Connection) -> None:
        """BEGIN IMMEDIATE holds it already."""

    def problems(self, connection: Connection) -> list[str]:
        found: list[str] = []
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        if journal != "wal":
            found.append(f"journal_mode is {journal}, not wal: the last commit can be lost in a power cut")
        if synchronous < _FULL:
            found.append(f"synchronous is {synchronous}, not 2 (FULL): commits can be lost in a power cut")
        if not connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one():
            found.append("foreign_keys is off")
        if not connection.exec_driver_sql("PRAGMA recursive_triggers").scalar_one():
            found.append("recursive_triggers is off: REPLACE could remove a record unseen by the triggers")
        return found

    def guards(self, connection: Connection) -> set[str]:
        return set(
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
        )

    def explain(self, error: BaseException) -> StoreError | None:
        if not isinstance(error, sqlite3.Error):
            return None
        code = getattr(error, "sqlite_errorcode", None)
        primary = code & 0xFF if isinstance(code, int) else None
        if primary in _BUSY:
            return StoreBusy(_busy(self.patience_seconds))
        if code in _DUPLICATE:
            return duplicate(str(error))
        if primary in _DOWN:
            return StoreDown(f"{_path(self.engine)} cannot be used: {error}")
        if "no such table" in str(error) or "has no column" in str(error) or "no such column" in str(error):
            return SchemaMismatch(f"{_path(self.engine)}: {error}; run `dayzero migrate`")
        return None


def open_sqlite(url: URL, patience_seconds: float) -> Sqlite:
    """A SQLite file by its URL; the file is made when it is first used.

    Raises:
        ValueError: no file is named; a store in memory would forget.
    """
    if not url.database or url.database == ":memory:":
        raise ValueError(
            f"{url} names no file; write sqlite:///var/dayzero.db or an absolute sqlite:////path"
        )
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"isolation_level": None, "timeout": patience_seconds},
        pool_size=8,
        max_overflow=56,
        pool_timeout=patience_seconds,
    )
    event.listen(engine, "connect", _Settings(patience_seconds))
    event.listen(engine, "begin", _begin)
    return Sqlite(engine, patience_seconds)


@dataclass(frozen=True)
class _Settings:
    """What every new connection is set to."""

    patience_seconds: float

    def __call__(self, connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA busy_timeout = {int(self.patience_seconds * 1000)}")
        self._use_write_ahead_log(connection)
        # fullfsync: on macOS an ordinary fsync stops at the drive's own cache. Elsewhere it does nothing.
        for pragma in (
            "synchronous = FULL",
            "fullfsync = ON",
            "foreign_keys = ON",
            "recursive_triggers = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def _use_write_ahead_log(self, connection: Any) -> None:
        # The switch ignores busy_timeout, so two that open a new file at once need a retry of our own.
        deadline = time.monotonic() + self.patience_seconds
        while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
                    return  # a file system that cannot: `problems` says so
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)


def _begin(connection: Connection) -> None:
    writes = connection.info.get(_WRITES, False)
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _busy(patience_seconds: float) -> str:
    return f"another writer held the store for {patience_seconds:g} s; ask again with the same command id"


def _path(engine: Engine) -> str:
    return str(Path(engine.url.database or "").absolute())
