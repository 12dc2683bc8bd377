"""Many deadlines due at one instant, decided by the watchdog's sweep, beside a plain scan of a due table.

The rule that keeps it honest: both look once a second, so half a second of waiting is in both figures; both
have committed when the clock stops, and every alert is counted.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from prometheus_client import CollectorRegistry

from activities.hearing import Hearing
from activities.metrics import Metrics
from activities.rulebook import Rulebook
from activities.sweeping import Sweeper
from bench.figures import Of, Row, alternated, at_most, seconds
from bench.lives import BEDSIDE, BEDSIDE_CLOSES_AFTER, Told, codes
from bench.stores import PROVENANCE, open_trial, populate, sqlite_url
from store import open_store

MEAN_WAIT_SECONDS = 0.5
"""For a look that is taken once a second."""

_LOOK_SECONDS = 0.005


def measure(told: Told, folder: Path, rounds: int, deadlines: int) -> list[Row]:
    """Rows P5 that need no Temporal: the store alone raises `deadlines` alerts."""
    due, people = datetime.now(UTC), codes("SWEEP", deadlines)
    filled = folder / "due.sqlite3"
    store = open_trial(sqlite_url(folder, filled.stem), told, due - timedelta(days=1))
    populate(store, told, BEDSIDE, people, due - BEDSIDE_CLOSES_AFTER)
    store.close()
    number = count()

    def sweep(known: Sequence[str]) -> float:
        copy = folder / f"sweep-{next(number)}.sqlite3"
        shutil.copy(filled, copy)
        return MEAN_WAIT_SECONDS + _sweep(told, copy, known, due, deadlines)

    lags = alternated(
        rounds,
        {
            "cold": lambda: sweep(()),
            "scan": lambda: MEAN_WAIT_SECONDS + _scan(folder / f"scan-{next(number)}.sqlite3", people, due),
            "warm": lambda: sweep(people),
        },
    )
    return [_row(what, deadlines, lags[side], lags["scan"]) for side, what in _SWEEPS.items()]


_SWEEPS = {
    "warm": "the watchdog's sweep each second, participants in memory",
    "cold": "the same sweep by a process that has just started",
}


def _row(what: str, deadlines: int, ours: Sequence[float], scan: Sequence[float]) -> Row:
    text = f"{deadlines:,} deadlines at one instant until the last alert is stored, by {what}"
    return Row(
        "P5", f"{text}, beside an SQL scan", "s", tuple(ours), tuple(scan), (at_most(1), at_most(2, Of.OURS))
    )


def _sweep(told: Told, copy: Path, known: Sequence[str], due: datetime, deadlines: int) -> float:
    store = open_store(f"sqlite:///{copy}")
    hearing = Hearing(Rulebook(), PROVENANCE)
    with store.reading() as reading:
        for participant in known:
            hearing.state_of(reading, told.study, participant)
    sweeper = Sweeper(store, hearing, Metrics(CollectorRegistry()), grace=timedelta(0))
    with (
        closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as counting,
        ThreadPoolExecutor(1) as thread,
    ):

        def raised() -> None:
            swept = thread.submit(sweeper.sweep, due, deadlines)
            while _stored(counting) < deadlines and not swept.done():
                time.sleep(_LOOK_SECONDS)

        taken = seconds(raised)
        _refuse_missing(_stored(counting), deadlines)
    store.close()
    return taken


def _scan(path: Path, people: Sequence[str], due: datetime) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE due (participant TEXT PRIMARY KEY, at TEXT)")
    connection.execute("CREATE INDEX due_at ON due (at)")
    connection.execute("CREATE TABLE alerts (participant TEXT PRIMARY KEY, due TEXT, kind TEXT)")
    at = due.isoformat()
    connection.executemany("INSERT INTO due VALUES (?, ?)", [(each, at) for each in people])

    def scan() -> None:
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute("SELECT participant, at FROM due WHERE at <= ?", (at,)).fetchall()
        connection.executemany("INSERT INTO alerts VALUES (?, ?, ?)", [(*row, "overdue") for row in found])
        connection.execute("COMMIT")

    taken = seconds(scan)
    stored = _stored(connection)
    connection.close()
    _refuse_missing(stored, len(people))
    return taken


def _stored(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("SELECT count(*) FROM alerts WHERE kind = 'overdue'").fetchone()[0]
    return found


def _refuse_missing(stored: int, wanted: int) -> None:
    if stored != wanted:
        raise RuntimeError(f"{stored} alerts are stored where {wanted} were due: nothing was measured")
