"""Many deadlines due at one instant through as many workflows' timers, beside bare timers.

The rule that keeps it honest: every timer is armed before the instant, the clock runs from that instant and
stops when the store (or the last empty activity) is done.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from bench import floor
from bench.figures import Row, alternating, at_most
from bench.lives import BEDSIDE, BEDSIDE_CLOSES_AFTER, Told
from bench.pacing import each_of, until
from bench.serving import FLOOR_QUEUE, QUEUE
from bench.stores import open_trial, populate, sqlite_url
from bench.temporal import Served, served
from store import Store
from workflows.names import PARTICIPANT, participant_id
from workflows.participant import ParticipantInput

_PROBED = 25
_SLACK = 1.5


def measure(told: Told, folder: Path, rounds: int, deadlines: int, lead_seconds: float) -> list[Row]:
    """Rows P5 of `deadlines` workflows that wait for the same instant."""
    return asyncio.run(_measure(told, folder, rounds, Burst(deadlines, timedelta(seconds=lead_seconds))))


async def _measure(told: Told, folder: Path, rounds: int, burst: Burst) -> list[Row]:
    alone = await _lags(told, folder / "alone", ("ours", "bare"), rounds, burst)
    both = await _lags(told, folder / "deployed", ("ours",), rounds, burst, deployed=True)
    what = f"{burst.deadlines:,} deadlines at one instant until the last alert is stored, by"
    bare = tuple(alone["bare"])
    return [
        Row(
            "P5", f"{what} the workflows' timers, beside bare timers and an empty activity", "s",
            tuple(alone["ours"]), bare, (at_most(1.2),),
        ),
        Row(
            "P5", f"{what} timers and watchdog as deployed, beside the same", "s",
            tuple(both["ours"]), bare, (at_most(1.2),),
        ),
    ]  # fmt: skip


async def _lags(
    told: Told, folder: Path, wanted: Sequence[str], rounds: int, burst: Burst, *, deployed: bool = False
) -> dict[str, list[float]]:
    """Seconds until the last was dealt with, by side."""
    await asyncio.to_thread(folder.mkdir)
    url, lags = sqlite_url(folder, "store"), {name: list[float]() for name in wanted}
    with closing(open_trial(url, told, datetime.now(UTC) - timedelta(days=1))) as store:
        async with served(folder, url, deployed=deployed) as serving:
            sides: dict[str, Side] = {
                "ours": Ours(serving, told, store, folder / "store.sqlite3"),
                "bare": Bare(serving),
            }
            for name in alternating(rounds, *wanted):
                lags[name].append(await _lag(sides[name], burst))
    return lags


@dataclass(frozen=True, slots=True)
class Burst:
    """How many deadlines fall on one instant. `lead`: how long before it all are armed, at the least."""

    deadlines: int
    lead: timedelta


class Side(Protocol):
    """One of the two that are compared."""

    async def arm(self, due: datetime, many: int) -> None:
        """Have `many` timers wait for `due`."""
        ...

    async def last(self, many: int) -> float:
        """Unix time at which the last of them was dealt with."""
        ...


@dataclass
class Ours:
    """Participants whose bedside check closes at the instant, with no alert so far."""

    serving: Served
    told: Told
    store: Store
    file: Path
    prefix: str = ""

    async def arm(self, due: datetime, many: int) -> None:
        self.prefix = f"T{uuid4().hex[:6].upper()}"
        people = [f"{self.prefix}-{number}" for number in range(many)]
        now = due - BEDSIDE_CLOSES_AFTER
        await asyncio.to_thread(populate, self.store, self.told, BEDSIDE, people, now)
        await each_of(people, self._armed)

    async def last(self, many: int) -> float:
        counting = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)

        async def stored() -> bool:
            return _alerting(counting, self.prefix) >= many

        await until(stored, 0.05)
        counting.close()
        return time.time()

    async def _armed(self, person: str) -> None:
        workflow_id = participant_id(self.told.study, person)
        start = ParticipantInput(self.told.study, person)
        await self.serving.client.start_workflow(PARTICIPANT, start, id=workflow_id, task_queue=QUEUE)
        await self.serving.ready(workflow_id)


@dataclass
class Bare:
    """Workflows that wait for the instant and run the empty activity."""

    serving: Served
    before: int = 0

    async def arm(self, due: datetime, many: int) -> None:
        self.before, _ = await self.serving.bare_runs()

        async def armed(workflow_id: str) -> None:
            waits = floor.Waits([due.isoformat()])
            await self.serving.client.start_workflow(
                floor.TIMERS, waits, id=workflow_id, task_queue=FLOOR_QUEUE
            )

        await each_of([f"bare-timer-{uuid4()}" for _ in range(many)], armed)
        await self.serving.bare_runs()  # the worker takes tasks in order: it has seen all of them

    async def last(self, many: int) -> float:
        while True:
            runs, at = await self.serving.bare_runs()
            if runs - self.before >= many:
                return at
            await asyncio.sleep(0.5)


async def _lag(side: Side, burst: Burst) -> float:
    """Seconds from the instant until the last was dealt with."""
    probed = min(_PROBED, burst.deadlines)
    began = time.perf_counter()
    await side.arm(datetime.now(UTC) + timedelta(hours=1), probed)
    arming = timedelta(seconds=time.perf_counter() - began) / probed * burst.deadlines
    lead = burst.lead + _SLACK * arming
    while True:
        due = datetime.now(UTC).replace(microsecond=0) + lead
        await side.arm(due, burst.deadlines)
        remains = due - datetime.now(UTC)
        if remains > timedelta(0):
            break
        lead *= 2  # the machine has become slower since it was probed
    await asyncio.sleep(remains.total_seconds())
    return await side.last(burst.deadlines) - due.timestamp()


def _alerting(counting: sqlite3.Connection, prefix: str) -> int:
    found: int = counting.execute(
        "SELECT count(*) FROM participants WHERE open_alerts > 0 AND participant LIKE ?", (f"{prefix}-%",)
    ).fetchone()[0]
    return found
