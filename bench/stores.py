"""Stores to measure on: an SQLite file and a PostgreSQL cluster of the run's own, and lives written to them.

The rule that keeps it honest: the store as deployed, migrated and durable; only what fills it beforehand is
written in large transactions.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from activities.hearing import Provenance
from activities.publishing import publish
from activities.wire import body_hash
from bench.lives import Told, renamed
from domain.events import Event
from domain.evolve import fold
from domain.recorded import Stamp, participant_stream
from domain.roles import Actor, Role
from domain.rows import rows_of
from domain.state import initial
from store import Store, StoredCommand, open_store
from tests.support.postgres import PostgresCluster, PostgresMissing

PROVENANCE = Provenance(software="bench", zone_table="bench")
ENGINEER = Actor(id="bench", role=Role.ENGINEER, method="bench")
PATIENCE_SECONDS = 120.0


def sqlite_url(folder: Path, name: str) -> str:
    """Address of an SQLite file in `folder`."""
    return f"sqlite:///{folder / name}.sqlite3"


@contextmanager
def postgres() -> Generator[PostgresCluster | None]:
    """A cluster for the length of the block, or None where PostgreSQL is not installed."""
    try:
        cluster = PostgresCluster.start()
    except PostgresMissing:
        yield None
        return
    try:
        yield cluster
    finally:
        cluster.stop()


def open_trial(url: str, told: Told, at: datetime) -> Store:
    """A migrated store with the protocol and its site published at `at` (UTC)."""
    store = open_store(url, patience_seconds=PATIENCE_SECONDS)
    store.migrate()
    with store.writing() as tx:
        publish(tx, told.rules.protocol, [told.rules.site], ENGINEER, at, PROVENANCE)
    return store


def populate(store: Store, told: Told, life: str, codes: Iterable[str], now: datetime) -> None:
    """Give each code a copy of one life, as it stands at `now` (UTC). Nothing is owed to anybody."""
    lived = [event for decision in told.lived(life, now, life) for event in decision.events]
    stamp = stamped(told, "simulated", now)
    with store.writing() as tx:
        for code in codes:
            events = renamed(lived, life, code)
            tx.append(participant_stream(told.study, code), 0, events, stamp)
            tx.settle_command(_command(participant_stream(told.study, code), events, stamp))
            tx.show(rows_of(fold(initial(told.rules), events)))


def _command(stream: str, events: Sequence[Event], stamp: Stamp) -> StoredCommand:
    """The one command that is said to have led to a whole life."""
    body = {"kind": "simulated"}
    return StoredCommand(
        stream=stream,
        command_id=stamp.command_id,
        kind="simulated",
        body=body,
        body_hash=body_hash(body),
        actor=stamp.actor.model_dump(mode="json"),
        asked_at=stamp.recorded_at,
        accepted=True,
        code=None,
        text="",
        version=len(events),
        events=tuple(each.TYPE for each in events),
        protocol_hash=stamp.protocol,
        site_hash=stamp.site,
    )


def stamped(told: Told, command_id: str, at: datetime) -> Stamp:
    """What is recorded beside an event written here."""
    rules = told.rules
    return Stamp(
        recorded_at=at,
        command_id=command_id,
        actor=ENGINEER,
        protocol=rules.protocol.hash,
        site=rules.site.hash,
        zone_table=PROVENANCE.zone_table,
        software=PROVENANCE.software,
    )
