"""What the store does when processes die, locks last and servers go away."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import psycopg
import pytest
from sqlalchemy import make_url

from store import SchemaMismatch, Store, StoreBusy, StoreDown, open_store
from tests.store.making import record, stream_of, visit
from tests.store.processes import assert_sound, commands_of, start_writer

pytestmark = pytest.mark.fault


@pytest.mark.parametrize("after", [1, 7, 20])
def test_a_killed_writer_loses_nothing_that_was_acknowledged(
    store: Store, store_url: str, after: int
) -> None:
    """INV-1: after kill -9 in the middle of writing every acknowledged command is there, once and whole."""
    process = start_writer(store_url, "P01", "c", 10_000)
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().strip() for _ in range(after)]
    process.kill()
    acknowledged += process.stdout.read().split()
    process.wait()
    process.stdout.close()
    found = commands_of(store, "P01")
    assert found[: len(acknowledged)] == acknowledged
    # At most one more: committed, but killed before it could say so. Its id tells the caller who asks again.
    assert len(found) <= len(acknowledged) + 1
    with store.reading() as reading:
        assert all(reading.command(stream_of("P01"), each) for each in found)
    assert_sound(store)
    with store.writing() as tx:
        record(tx, "P01", "after", [visit(), visit()])


@contextmanager
def held(url: str) -> Iterator[None]:
    """Another process's transaction that holds the participant's stream."""
    other = open_store(url)
    with other.writing() as tx:
        tx.lock(stream_of("P01"))
        yield
    other.close()


def test_a_writer_waits_for_a_lock_and_then_succeeds(store: Store, store_url: str) -> None:
    """Fault 15: a store locked for a while costs time, not commands."""
    started = time.monotonic()
    with held(store_url):
        waiting = Thread(target=_record_one, args=(store,))
        waiting.start()
        time.sleep(1.5)
    waiting.join(30)
    assert time.monotonic() - started >= 1.5
    assert commands_of(store, "P01") == ["c-1"]


def _record_one(store: Store) -> None:
    with store.writing() as tx:
        record(tx, "P01", "c-1", [visit(), visit()])


def test_a_writer_out_of_patience_says_so(store_url: str) -> None:
    """Fault 15: when the lock is not given in time the error is clear, retryable, and nothing was written."""
    hasty = open_store(store_url, patience_seconds=0.3)
    started = time.monotonic()
    with held(store_url), pytest.raises(StoreBusy, match="ask again with the same command id"):
        _record_one(hasty)
    assert 0.2 < time.monotonic() - started < 5
    assert StoreBusy.retryable
    assert commands_of(hasty, "P01") == []
    _record_one(hasty)
    hasty.close()


def test_writers_of_one_process_wait_for_each_other(store_url: str) -> None:
    """Fault 15: within one process too a writer waits its turn, and gives up in time."""
    hasty = open_store(store_url, patience_seconds=0.3)
    with hasty.writing() as tx:
        tx.lock(stream_of("P01"))
        found: list[BaseException] = []
        waiting = Thread(target=_caught, args=(hasty, found))
        waiting.start()
        waiting.join(30)
    assert [type(error) for error in found] == [StoreBusy]
    hasty.close()


def _caught(store: Store, found: list[BaseException]) -> None:
    try:
        _record_one(store)
    except StoreBusy as error:
        found.append(error)


def test_a_store_without_its_schema_says_what_to_do(database_url: str) -> None:
    """An empty database is named as such, with the command that helps."""
    store = open_store(database_url)
    with pytest.raises(SchemaMismatch, match="dayzero migrate"), store.reading() as reading:
        reading.head("participant/S/P")
    with pytest.raises(SchemaMismatch, match="dayzero migrate"), store.reading() as reading:
        reading.participants()
    with pytest.raises(SchemaMismatch, match="dayzero migrate"), store.writing() as tx:
        tx.put_note("a", "b")
    store.close()


def test_a_full_disk_refuses_and_recovers(sqlite_url: str) -> None:
    """Fault 14: with no room left a decision is refused whole; with room again the store goes on."""
    store = open_store(sqlite_url)
    store.migrate()
    with store.reading() as reading:
        pages = reading.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        reading.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreDown, match="full"):
        _record_until_full(store)
    kept = commands_of(store, "P01")
    _record(store, "after")
    assert commands_of(store, "P01") == [*kept, "after"]
    assert_sound(store)
    store.close()


def _record_until_full(store: Store) -> None:
    for number in range(500):
        _record(store, f"c-{number}")


def _record(store: Store, command_id: str) -> None:
    with store.writing() as tx:
        record(tx, "P01", command_id, [visit(), visit()])


def test_a_file_that_is_no_store_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A path that cannot be opened, and a file that is no database, are named in the error."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "text.db").write_text("this is not a database, it is a text that is long enough " * 40)
    for name in ("missing/store.db", "text.db"):
        store = open_store(f"sqlite:///{folder / name}", patience_seconds=0.2)
        with pytest.raises(StoreDown, match=name):
            store.schema()
        store.close()


def test_a_connection_cut_before_commit_leaves_the_outcome_to_be_asked(migrated_database: str) -> None:
    """Fault 17: a connection that dies is a clear, retryable error; the id tells the command's fate."""
    store = open_store(migrated_database)
    with pytest.raises(StoreDown, match="ask again with the same command id"):
        _record_on_a_cut_connection(store, migrated_database)
    with store.reading() as reading:
        assert reading.command(stream_of("P77"), "c-1") is None
    with store.writing() as tx:
        record(tx, "P77", "c-1", [visit()])
    store.close()


def _record_on_a_cut_connection(store: Store, url: str) -> None:
    with store.writing() as tx:
        record(tx, "P77", "c-1", [visit()])
        backend = tx.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        _terminate(url, f"pid = {backend}")


def test_connections_that_died_at_rest_are_replaced(migrated_database: str) -> None:
    """After the server dropped every connection one caller at most is told to try again."""
    store = open_store(migrated_database)
    readings = [store.reading() for _ in range(5)]
    for reading in readings:
        reading.__enter__().studies()
    for reading in readings:
        reading.__exit__(None, None, None)
    _terminate(migrated_database, "pid <> pg_backend_pid() AND application_name = 'dayzero'")
    failures = 0
    for _ in range(6):
        try:
            with store.reading() as reading_again:
                reading_again.studies()
        except StoreDown:
            failures += 1
    assert failures <= 1
    store.close()


def _terminate(url: str, which: str) -> None:
    at = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(at, autocommit=True) as connection:
        connection.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE " + which.encode())
    time.sleep(0.2)


def test_a_server_that_is_not_there_is_named_as_such() -> None:
    """Nothing listening at the address is a retryable error in one sentence."""
    store = open_store("postgresql://nobody@127.0.0.1:1/none", patience_seconds=0.2)
    with pytest.raises(StoreDown, match="not there"):
        store.schema()
    store.close()


def test_sqlite_reads_go_on_while_somebody_writes(sqlite_url: str) -> None:
    """A reader is never kept waiting by a writer, and sees only what was committed."""
    store = open_store(sqlite_url)
    store.migrate()
    raw = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("INSERT INTO notes VALUES ('a', 'b')")
    with store.reading() as reading:
        assert reading.note("a") is None
    raw.execute("ROLLBACK")
    raw.close()
    store.close()
