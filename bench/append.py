"""What one recorded command costs the database, beside one row inserted with the bare driver.

The rule that keeps it honest: the whole transaction of the desk (lock, look for the command, append, settle,
show, owe) against the least durable write the same database takes, with the same durability.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from activities.wire import body_hash
from bench.figures import Row, alternated, at_least, seconds
from bench.lives import TOLD, Told, codes
from bench.stores import open_trial, populate, postgres, sqlite_url, stamped
from domain.chain import canonical
from domain.commands import command_body
from domain.events import encode_event
from domain.evolve import ParticipantEvent
from domain.notices import Notice, owed
from domain.recorded import Stamp, participant_stream
from domain.rows import rows_of
from domain.views import ParticipantViews
from store import Store, StoredCommand

_ALONE = {"sqlite": 0.35, "postgresql": 0.5}
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_FILLED = 60
"""Lives written beforehand. SQLite's log file first grows, which costs twice what using it again does."""
_FILLED_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """All that one transaction writes, decided beforehand, so that only the store is measured."""

    stream: str
    expected: int
    events: tuple[ParticipantEvent, ...]
    stamp: Stamp
    command: StoredCommand
    views: ParticipantViews
    notices: tuple[Notice, ...]


Insert = Callable[[int, str], object]
"""Insert one row with the bare driver: its number and its body."""


def measure(told: Told, folder: Path, rounds: int, writers: int, each: int) -> list[Row]:
    """Rows P6, for SQLite and, where it is installed, PostgreSQL."""
    now = datetime.now(UTC)
    url = sqlite_url(folder, "append")
    rows = _on(told, url, _sqlite_insert(folder / "raw.sqlite3"), now, rounds, writers, each)
    with postgres() as cluster:
        if cluster is not None:
            url = cluster.new_database()
            rows += _on(told, url, _postgres_insert(cluster.new_database()), now, rounds, writers, each)
    return rows


def _on(
    told: Told, url: str, insert: Insert, now: datetime, rounds: int, writers: int, each: int
) -> list[Row]:
    with closing(open_trial(url, told, now)) as store:
        populate(store, told, TOLD, codes("BEFORE", _FILLED), now)
        taken = alternated(rounds, _sides(told, store, insert, now, writers, each))
    raw = tuple(taken["raw"])
    what = f"{_NAMES[store.dialect]}: append with chains, command, read models and notices"
    return [
        Row(
            "P6", f"{what}, beside a raw insert of one row", "/s",
            tuple(taken["alone"]), raw, (at_least(_ALONE[store.dialect]),),
        ),
        Row(
            "P6", f"{what}, {writers} writers at once, beside raw inserts one after another", "/s",
            tuple(taken["at once"]), raw, (at_least(1),),
        ),
    ]  # fmt: skip


def _sides(
    told: Told, store: Store, insert: Insert, now: datetime, writers: int, each: int
) -> dict[str, Callable[[], float]]:
    """What each side does in a round, giving transactions a second; every round has people of its own."""
    people = count()

    def alone() -> float:
        entries = _entries(told, next(people), now)
        return _rate(len(entries), lambda: _write_all(store, entries))

    def raw() -> float:
        entries = _entries(told, next(people), now)
        return _rate(len(entries), lambda: _insert_all(insert, entries))

    def at_once() -> float:
        many = [_entries(told, next(people), now, 1 + each) for _ in range(writers)]
        for entries in many:
            _write_all(store, entries[:1])  # registration writes a whole plan, and comes but once in a life
        return _rate(writers * each, lambda: _at_once(store, [entries[1:] for entries in many]))

    return {"alone": alone, "raw": raw, "at once": at_once}


def _entries(told: Told, person: int, now: datetime, at_most: int | None = None) -> list[Entry]:
    """What a life writes, command by command."""
    code = f"APPEND-{person:05}"
    stream, version = participant_stream(told.study, code), 0
    entries: list[Entry] = []
    for decision in islice(told.lived(TOLD, now, code), at_most):
        body = command_body(decision.command)
        stamp = stamped(told, decision.command_id, decision.at)
        notices = tuple(owed(decision.events, told.rules.site))
        kinds = tuple(event.TYPE for event in decision.events)
        command = StoredCommand(
            stream, decision.command_id, body["kind"], body, body_hash(body), body["actor"], decision.at,
            True, None, "", decision.after.version, kinds, stamp.protocol, stamp.site,
        )  # fmt: skip
        entries.append(
            Entry(stream, version, decision.events, stamp, command, rows_of(decision.after), notices)
        )
        version = decision.after.version
    return entries


def _write_all(store: Store, entries: Sequence[Entry]) -> None:
    for entry in entries:
        with store.writing() as tx:
            tx.lock(entry.stream)
            tx.command(entry.stream, entry.command.command_id)
            tx.append(entry.stream, entry.expected, entry.events, entry.stamp)
            tx.settle_command(entry.command)
            tx.show(entry.views)
            of = entry.views.participant
            tx.owe(of.study, of.participant, entry.notices, entry.stamp.recorded_at)


def _at_once(store: Store, many: Sequence[Sequence[Entry]]) -> None:
    with ThreadPoolExecutor(len(many)) as threads:
        for done in [threads.submit(_write_all, store, entries) for entries in many]:
            done.result()


def _insert_all(insert: Insert, entries: Sequence[Entry]) -> None:
    for entry in entries:
        insert(entry.expected, _body(entry))


def _body(entry: Entry) -> str:
    return canonical(encode_event(entry.events[0])[2]).decode() if entry.events else entry.stream


def _sqlite_insert(path: Path) -> Insert:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE raw (number INTEGER PRIMARY KEY, seq INTEGER, body TEXT)")
    connection.execute("INSERT INTO raw (body) VALUES (zeroblob(?))", (_FILLED_BYTES,))
    connection.execute("PRAGMA wal_checkpoint(RESTART)")
    return lambda seq, body: connection.execute("INSERT INTO raw (seq, body) VALUES (?, ?)", (seq, body))


def _postgres_insert(url: str) -> Insert:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(address, autocommit=True)
    connection.execute("CREATE TABLE raw (number BIGSERIAL PRIMARY KEY, seq INTEGER, body TEXT)")
    return lambda seq, body: connection.execute("INSERT INTO raw (seq, body) VALUES (%s, %s)", (seq, body))


def _rate(much: int, work: Callable[[], None]) -> float:
    return much / seconds(work)
