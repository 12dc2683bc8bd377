"""A timeline on the real server in virtual time: deadlines nobody answers, and a whole life of commands.

The rule that keeps it honest: the server, the worker and the store as deployed, only the clock is skipped;
the bare timers wait for the very instants that ours waited for.
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
from typing import Any
from uuid import uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from bench import floor
from bench.figures import Of, Row, alternating, at_most
from bench.lives import QUIET, TOLD, Told, codes
from bench.pacing import until
from bench.serving import FLOOR_QUEUE, QUEUE
from bench.stores import open_trial, populate, sqlite_url
from bench.temporal import Served, served
from console.demo.script import Act
from domain.commands import command_body
from domain.recorded import participant_stream
from workflows.envelope import wire
from workflows.names import COMMAND, PARTICIPANT, participant_id
from workflows.participant import ParticipantInput

_BESIDE = "beside bare timers and an empty activity"
_LIFE_DAYS = 405 + 48
"""From consent to the moment the script's first life is told at."""
_OF_SKIPPING = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
}


def measure(told: Told, folder: Path, rounds: int, deadlines: int) -> list[Row]:
    """Rows P10 and P4: `deadlines` in a row that nobody answers, and one whole life of 13 months."""
    return asyncio.run(_measure(told, folder, rounds, deadlines))


async def _measure(told: Told, folder: Path, rounds: int, deadlines: int) -> list[Row]:
    url, people = sqlite_url(folder, "virtual"), codes("SILENT", rounds)
    with closing(open_trial(url, told, datetime.now(UTC) - timedelta(days=1))) as store:
        populate(store, told, QUIET, people, datetime.now(UTC))
    async with served(folder, url, virtual_time=True) as serving:
        with closing(sqlite3.connect(f"file:{folder / 'virtual.sqlite3'}?mode=ro", uri=True)) as counting:
            silence = Silence(serving, told, counting, deadlines)
            taken: dict[str, list[float]] = {"ours": [], "bare": []}
            for side in alternating(rounds, *taken):
                work = silence.ours(people[len(taken["ours"])]) if side == "ours" else silence.bare()
                taken[side].append(await work)
        story = await _story(serving, told)
    return [
        Row(
            "P10", f"virtual time: {deadlines} deadlines in a row that nobody answers, {_BESIDE}", "s",
            tuple(taken["ours"]), tuple(taken["bare"]), (at_most(1.5), at_most(2, Of.OURS)),
        ),
        Row(
            "P10", f"virtual time: a life of 13 months with its {story.commands} commands", "s",
            (story.seconds,),
        ),
        Row(
            "P4", f"history events of that life, in {story.runs} runs", "events", (story.events,),
            targets=(at_most(900, Of.OURS),),
        ),
    ]  # fmt: skip


@dataclass
class Silence:
    """Timelines whose deadlines pass one after another while nobody does anything."""

    serving: Served
    told: Told
    counting: sqlite3.Connection
    deadlines: int
    instants: Sequence[str] = ()

    async def ours(self, person: str) -> float:
        """Seconds until the last deadline was recorded."""
        study = self.told.study
        began = time.perf_counter()
        handle = await TimeSkipper(self.serving.client).client.start_workflow(
            PARTICIPANT, ParticipantInput(study, person), id=participant_id(study, person), task_queue=QUEUE
        )
        stream = participant_stream(study, person)

        async def passed() -> bool:
            return len(self._reached(stream)) >= self.deadlines

        await until(passed, 0.01)
        taken = time.perf_counter() - began
        await handle.terminate()
        self.instants = self._reached(stream)[: self.deadlines]
        return taken

    async def bare(self) -> float:
        """Seconds until the same instants have passed, with an empty activity at each."""
        began = time.perf_counter()
        await TimeSkipper(self.serving.client).client.execute_workflow(
            floor.TIMERS, floor.Waits([*self.instants]), id=f"bare-{uuid4()}", task_queue=FLOOR_QUEUE
        )
        return time.perf_counter() - began

    def _reached(self, stream: str) -> list[str]:
        asked = "SELECT command_id FROM commands WHERE stream = ? AND kind = 'reach_clock' ORDER BY ord"
        return [row[0].removeprefix("clock/") for row in self.counting.execute(asked, (stream,))]


@dataclass(frozen=True, slots=True)
class Story:
    """What a whole life took."""

    commands: int
    seconds: float
    events: int
    runs: int


async def _story(serving: Served, told: Told) -> Story:
    person = f"STORY-{uuid4().hex[:6].upper()}"
    acts = _from_today(told, person)
    # Time must stand still while a command is on its way, so it is skipped from act to act.
    skipper = TimeSkipper(serving.client, config=TimeSkippingConfig(enabled=False))
    handle = serving.client.get_workflow_handle(participant_id(told.study, person))
    began = time.perf_counter()
    for number, act in enumerate(acts):
        if number and (ahead := act.at - await skipper.get_current_time(handle)) > timedelta(0):
            await skipper.fast_forward(handle, ahead)
        await _send(skipper, told.study, person, f"story-{number}", act)
    taken = time.perf_counter() - began
    runs = [each.run_id async for each in serving.client.list_workflows(f"WorkflowId = '{handle.id}'")]
    events = sum([await _events(serving, handle.id, run) for run in runs])
    await handle.terminate()
    return Story(len(acts), taken, events, len(runs))


async def _events(serving: Served, workflow_id: str, run_id: str) -> int:
    """History events of a run, without those that skipping over time leaves behind."""
    events = serving.client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history_events()
    return len([each async for each in events if each.event_type not in _OF_SKIPPING])


def _from_today(told: Told, person: str) -> list[Act]:
    """A life whose consent was given on the last morning, so that all that follows lies ahead."""
    now = datetime.now(UTC)
    acts = told.acts(TOLD, now + timedelta(days=_LIFE_DAYS), person)
    return acts if acts[0].at <= now else told.acts(TOLD, now + timedelta(days=_LIFE_DAYS - 1), person)


async def _send(skipper: TimeSkipper, study: str, person: str, command_id: str, act: Act) -> None:
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        PARTICIPANT,
        ParticipantInput(study, person),
        id=participant_id(study, person),
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    await skipper.client.execute_update_with_start_workflow(
        COMMAND, wire(command_id, command_body(act.command)), id=command_id, start_workflow_operation=start
    )
