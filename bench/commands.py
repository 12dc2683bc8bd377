"""One command through workflow, desk and store, beside a bare update with one empty activity.

The rule that keeps it honest: real participants under real rules on both ends of the wire; the same server,
the same worker, the same payloads, one side after the other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from temporalio.client import Client

from bench import floor
from bench.figures import Of, Row, alternating, at_least, at_most
from bench.lives import QUIET, Told, codes
from bench.serving import FLOOR_QUEUE, QUEUE
from bench.stores import open_trial, populate, sqlite_url
from bench.temporal import Served, served
from workflows.envelope import wire
from workflows.names import COMMAND, PARTICIPANT, participant_id
from workflows.participant import ParticipantInput

_BY = {"id": "coordinator-1", "role": "coordinator", "method": "bench"}
_BESIDE = "beside an update with an empty activity"
_HERE = "beside an update with an empty local activity"
_BATCH = 10
"""Commands sent alone, one after another, before the other side has its turn."""


def measure(told: Told, folder: Path, rounds: int, in_flight: int, each: int, alone: int) -> list[Row]:
    """Rows P1, P2 and P4: `in_flight` participants with `each` commands a round, and `alone` at rest."""
    return asyncio.run(_measure(told, folder, rounds, in_flight, each, alone))


class Side(Protocol):
    """One of the two that are compared: so many timelines that take commands."""

    @property
    def ids(self) -> Sequence[str]: ...
    async def begin(self) -> None: ...
    async def send(self, person: int) -> None: ...


@dataclass
class Ours:
    """Commands to participants: an appointment, a result, an appointment, an unscheduled visit."""

    client: Client
    told: Told
    people: Sequence[str]

    def __post_init__(self) -> None:
        self._sent = [0] * len(self.people)
        self._today = datetime.now(UTC).astimezone(self.told.rules.zone)

    @property
    def ids(self) -> list[str]:
        return [participant_id(self.told.study, person) for person in self.people]

    async def begin(self) -> None:
        for person, workflow_id in zip(self.people, self.ids, strict=True):
            start = ParticipantInput(self.told.study, person)
            await self.client.start_workflow(PARTICIPANT, start, id=workflow_id, task_queue=QUEUE)

    async def send(self, person: int) -> None:
        number = self._sent[person]
        self._sent[person] += 1
        command_id = f"bench-{number}"
        handle = self.client.get_workflow_handle(self.ids[person])
        await handle.execute_update(COMMAND, wire(command_id, self._command(number)), id=command_id)

    def _command(self, number: int) -> dict[str, Any]:
        yesterday = (self._today - timedelta(days=1)).date().isoformat()
        match number % 4:
            case 0:
                result = {"observation": "creatinine", "value": "74", "unit": "umol/L", "on": yesterday}
                return {"kind": "record_result", "actor": _BY, "result": result}
            case 1:
                visit = {"happened": yesterday, "reason": "Fever at home"}
                return {"kind": "record_unscheduled_visit", "actor": _BY, **visit}
            case _:
                appointment = (self._today + timedelta(days=70 + number % 30)).date().isoformat()
                planned = {"item": "M6", "appointment": appointment, "reason": "Travel"}
                return {"kind": "plan_item", "actor": _BY, **planned}


@dataclass
class Bare:
    """The same payloads to workflows that run one empty activity for each, in the way of `update`."""

    client: Client
    people: Sequence[str]
    update: str

    @property
    def ids(self) -> list[str]:
        return [f"{self.update}/{person}" for person in self.people]

    async def begin(self) -> None:
        for workflow_id in self.ids:
            await self.client.start_workflow(floor.COMMANDS, id=workflow_id, task_queue=FLOOR_QUEUE)

    async def send(self, person: int) -> None:
        planned = {"item": "M6", "appointment": "2030-01-01", "reason": "Travel"}
        command = {"kind": "plan_item", "actor": _BY, **planned}
        handle = self.client.get_workflow_handle(self.ids[person])
        await handle.execute_update(self.update, wire("bench", command))


async def _measure(told: Told, folder: Path, rounds: int, in_flight: int, each: int, alone: int) -> list[Row]:
    url, people = sqlite_url(folder, "commands"), codes("BENCH", in_flight)
    store = open_trial(url, told, datetime.now(UTC))
    populate(store, told, QUIET, people, datetime.now(UTC))
    store.close()
    async with served(folder, url) as serving:
        sides: dict[str, Side] = {
            "ours": Ours(serving.client, told, people),
            "bare": Bare(serving.client, people, floor.COMMAND),
            "here": Bare(serving.client, people, floor.COMMAND_HERE),
        }
        for side in sides.values():
            await side.begin()
            await _at_once(side, 1)
        before = {name: await _events(serving, side) for name, side in sides.items()}
        rates: dict[str, list[float]] = {name: [] for name in sides}
        for name in alternating(rounds, *sides):
            rates[name].append(await _at_once(sides[name], each))
        after = {name: await _events(serving, side) for name, side in sides.items()}
        waits: dict[str, list[float]] = {name: [] for name in sides}
        for name in alternating(max(1, alone // _BATCH), *sides):
            waits[name].append(median([await _alone(sides[name]) for _ in range(_BATCH)]))
    sent = rounds * each * in_flight
    events = {name: (after[name] - before[name]) / sent for name in sides}
    return _rows(rates, waits, events, in_flight)


async def _at_once(side: Side, each: int) -> float:
    """Commands a second, with every timeline given `each` of them, one after another."""

    async def one(person: int) -> None:
        for _ in range(each):
            await side.send(person)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for person in range(len(side.ids)):
            group.create_task(one(person))
    return each * len(side.ids) / (time.perf_counter() - began)


async def _alone(side: Side) -> float:
    """Milliseconds of one command when nothing else happens."""
    began = time.perf_counter()
    await side.send(0)
    return (time.perf_counter() - began) * 1e3


async def _events(serving: Served, side: Side) -> int:
    described = [await serving.client.get_workflow_handle(each).describe() for each in side.ids]
    return sum(each.history_length for each in described)


def _rows(
    rates: dict[str, list[float]], waits: dict[str, list[float]], events: dict[str, float], in_flight: int
) -> list[Row]:
    return [
        Row(
            "P1", f"command through workflow, desk and SQLite, {in_flight} in flight, {_BESIDE}", "/s",
            tuple(rates["ours"]), tuple(rates["bare"]), (at_least(0.85),),
        ),
        Row("P1", f"the same, {_HERE}", "/s", tuple(rates["ours"]), tuple(rates["here"])),
        Row(
            "P2", f"the same alone, median, {_BESIDE}", "ms",
            tuple(waits["ours"]), tuple(waits["bare"]), (at_most(1.3),),
        ),
        Row("P2", f"the same, {_HERE}", "ms", tuple(waits["ours"]), tuple(waits["here"])),
        Row(
            "P4", f"history events per command, {_BESIDE}", "events", (events["ours"],), (events["bare"],),
            (at_most(11, Of.OURS),),
        ),
    ]  # fmt: skip
