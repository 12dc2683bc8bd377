"""PostgreSQL 15 or newer, through psycopg 3.

The rule that keeps it honest: positions are given out under one lock, in commit order, because readers that
follow a sequence would miss rows that commit out of order; and durability is the server's setting, checked
and never lowered here.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError

from store.errors import NotStorable, SchemaMismatch, StoreBusy, StoreDown, StoreError, duplicate

_ORDER_LOCK = 0x6461795A65726F01
"""Advisory lock of whoever takes the next positions ("dayZero" and a number)."""
_SCHEMA_LOCK = 0x6461795A65726F02
_RESTED_SECONDS = 2.0

_BUSY_STATES = ("55P03", "40P01", "40001", "57014")  # lock not given, deadlock, serialisation, cancelled
_DUPLICATE = "23505"
_DOWN_CLASSES = ("08", "53", "57", "58")  # connection, resources, operator, system
_ABANDONED = "25P03"  # the transaction stood idle too long and the server ended the session
_SCHEMA_STATES = ("42P01", "42703", "3F000")  # no such table, column, schema

_GUARDS = text(
    "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace"
)


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL database. `patience_seconds`: how long to wait for a lock."""

    engine: Engine
    patience_seconds: float
    name: str = "postgresql"

    def turn(self) -> AbstractContextManager[None]:
        """Nothing to wait for: the server queues writers stream by stream."""
        return nullcontext()

    def prepare(self, connection: Connection, *, writes: bool) -> None:
        # A writer (READ COMMITTED, see below) must see what was committed while it waited for a lock; a
        # reader must see one moment.
        if not writes:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def hold_order(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ORDER_LOCK})")

    def hold_schema(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")

    def problems(self, connection: Connection) -> list[str]:
        found: list[str] = []
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            value = connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
            if value == "off":
                found.append(f"{setting} is off: commits can be lost in a crash or power cut")
        if connection.exec_driver_sql("SHOW session_replication_role").scalar_one() == "replica":
            found.append(
                "session_replication_role is replica: the triggers that guard the record do not fire"
            )
        version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
        if version < 150000:
            found.append(f"the server is PostgreSQL {version // 10000}; 15 or newer is needed")
        return found

    def guards(self, connection: Connection) -> set[str]:
        return set(connection.execute(_GUARDS).scalars())

    def explain(self, error: BaseException) -> StoreError | None:
        if not isinstance(error, psycopg.Error):
            return None
        state = error.sqlstate or ""
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if state in _BUSY_STATES:
            return StoreBusy(f"the store is busy ({said}); ask again with the same command id")
        if state == _DUPLICATE:
            return duplicate(said)
        if state in _SCHEMA_STATES:
            return SchemaMismatch(f"{said}; run `dayzero migrate`")
        if (
            state[:2] in _DOWN_CLASSES
            or state == _ABANDONED
            or (not state and isinstance(error, psycopg.OperationalError))
        ):
            return StoreDown(f"the database is not there ({said}); ask again with the same command id")
        if isinstance(error, psycopg.DataError):
            return NotStorable(f"the database cannot keep a value: {said}")
        return None


def open_postgres(url: URL, patience_seconds: float) -> Postgres:
    """A PostgreSQL database by its URL; connects when first used."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
        connect_args={
            "connect_timeout": 10,
            "options": f"{_session(patience_seconds)} {url.query.get('options', '')}",
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "application_name": "dayzero",
        },
        pool_size=8,
        max_overflow=24,
        pool_timeout=patience_seconds,
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _wake)
    return Postgres(engine, patience_seconds)


def _session(patience_seconds: float) -> str:
    milliseconds = int(patience_seconds * 1000)
    # An abandoned transaction would keep its locks for ever: the server ends it after a minute.
    return (
        f"-c lock_timeout={milliseconds} -c idle_in_transaction_session_timeout=60000"
        " -c timezone=UTC -c default_transaction_isolation=read\\ committed"
    )


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _wake(connection: Any, record: Any, _proxy: Any) -> None:
    # A connection that rested may have died with a server that was restarted. One in use a moment ago is
    # not asked: that would cost every command a round trip.
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) < _RESTED_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError as error:
        raise DisconnectionError(str(error)) from error
