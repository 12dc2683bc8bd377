"""Going through the whole record: read models made anew, and every chain verified.

The rule that keeps it honest: the floor decodes the very rows that are rebuilt from; a rebuild or a
verification that finds anything wrong measures nothing.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from activities.rulebook import Rulebook
from bench.figures import Of, Row, alternated, at_least
from bench.lives import TOLD, Told, codes
from bench.stores import open_trial, populate, sqlite_url
from console.folding import views_in, views_of_store
from store import Store
from store.rebuild import rebuild
from store.verify import verify_snapshot


def measure(told: Told, folder: Path, rounds: int, participants: int) -> list[Row]:
    """Row P7, and how fast a record is verified."""
    url, now = sqlite_url(folder, "record"), datetime.now(UTC)
    with closing(open_trial(url, told, now - timedelta(days=900))) as store:
        populate(store, told, TOLD, codes("RECORD", participants), now)
        with closing(sqlite3.connect(f"file:{folder / 'record.sqlite3'}?mode=ro", uri=True)) as rows:
            work: dict[str, Callable[[], int]] = {
                "rebuild": lambda: rebuild(store, views_of_store(store, Rulebook())).events,
                "decode": lambda: _decode(rows),
                "verify": lambda: _verify(store),
            }
            rates = alternated(rounds, {side: _rate(each) for side, each in work.items()})
    decoded = tuple(rates["decode"])
    return [
        Row(
            "P7", f"rebuild of {participants} participants' read models, beside decoding their events", "/s",
            tuple(rates["rebuild"]), decoded, (at_least(0.2), at_least(100_000, Of.OURS)),
        ),
        Row(
            "", "verification of chains and read models, beside decoding the events", "/s",
            tuple(rates["verify"]), decoded,
        ),
    ]  # fmt: skip


def _decode(rows: sqlite3.Connection) -> int:
    found = [orjson.loads(row[0]) for row in rows.execute("SELECT body FROM events")]
    return len(found)


def _verify(store: Store) -> int:
    with store.reading() as reading:
        report = verify_snapshot(reading, views_in(reading, Rulebook()))
    if not report.sound:
        raise RuntimeError(f"the record is not sound, so nothing was measured: {report.first}")
    return report.events


def _rate(work: Callable[[], int]) -> Callable[[], float]:
    """The work, giving events a second."""

    def measured() -> float:
        began = time.perf_counter()
        return work() / (time.perf_counter() - began)

    return measured
