"""Every timeline started again from the store, as after the loss of Temporal's database, beside bare starts.

The rule that keeps it honest: both sides are started by the same client and count as started only when they
answer that their first activity is done.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from bench import floor
from bench.figures import Row, alternating, at_most
from bench.lives import QUIET, Told, codes
from bench.pacing import each_of
from bench.serving import FLOOR_QUEUE, QUEUE
from bench.stores import open_trial, populate, sqlite_url
from bench.temporal import Served, served
from console.gateway import Gateway
from workflows.names import participant_id


@dataclass(frozen=True, slots=True)
class Person:
    """Whose timeline is to be started."""

    study: str
    participant: str


def measure(told: Told, folder: Path, rounds: int, participants: int) -> list[Row]:
    """Row P12."""
    return asyncio.run(_measure(told, folder, rounds, participants))


async def _measure(told: Told, folder: Path, rounds: int, participants: int) -> list[Row]:
    url = sqlite_url(folder, "rehydrate")
    people = [Person(told.study, code) for code in codes("AGAIN", participants * rounds)]
    with closing(open_trial(url, told, datetime.now(UTC) - timedelta(days=900))) as store:
        populate(store, told, QUIET, [each.participant for each in people], datetime.now(UTC))
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    async with served(folder, url) as serving:
        for side in alternating(rounds, *taken):
            began = time.perf_counter()
            if side == "ours":
                first = len(taken[side]) * participants
                await _rehydrate(serving, people[first : first + participants])
            else:
                await _bare(serving, participants)
            taken[side].append(time.perf_counter() - began)
    what = f"{participants} timelines started again from the store, beside bare starts with an empty activity"
    return [Row("P12", what, "s", tuple(taken["ours"]), tuple(taken["bare"]), (at_most(1.3),))]


async def _rehydrate(serving: Served, people: list[Person]) -> None:
    await Gateway(serving.client, QUEUE).rehydrate(people)
    await each_of((participant_id(each.study, each.participant) for each in people), serving.ready)


async def _bare(serving: Served, participants: int) -> None:
    ids = [f"bare-start-{uuid4()}" for _ in range(participants)]

    async def start(workflow_id: str) -> None:
        await serving.client.start_workflow(floor.STARTS, id=workflow_id, task_queue=FLOOR_QUEUE)

    await each_of(ids, start)
    await each_of(ids, serving.ready)
