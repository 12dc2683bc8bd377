"""Real processes to break: a Temporal server, a store, workers, and somebody who sends commands."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowExecutionStatus

from console.embedded import EmbeddedTemporal
from console.gateway import Gateway, Outcome
from domain.recorded import Recorded, participant_stream
from store import Store
from tests.support.trial import COORDINATOR, ROOT, STUDY, Trial, open_trial, register_body
from workflows.names import participant_id

QUEUE = "dayzero"
PARTICIPANT = "EX02-001"


@dataclass
class World:
    """One trial on parts that a test may break."""

    folder: Path
    database: str
    temporal: EmbeddedTemporal
    trial: Trial
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.trial.store

    def start_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """A worker process of its own; it ends with the test at the latest."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DAYZERO_")}
        told = {
            "DAYZERO_HOME": str(self.folder / "home"),
            "DAYZERO_TEMPORAL_ADDRESS": self.temporal.address,
            "DAYZERO_DATABASE_URL": self.database,
            "DAYZERO_TEST_FAULTS": str(self.folder),
            "DAYZERO_WATCHDOG_EVERY": "1",
            "DAYZERO_LOG_FORMAT": "json",
            "PYTHONTZPATH": "",
            "PYTHONPATH": str(ROOT),
        }
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.faulty_worker"],
                cwd=ROOT, env={**clean, **told, **environment}, stdout=log, stderr=log,
            )  # fmt: skip
        self.workers.append(process)
        return process

    def stop_workers(self) -> None:
        for process in self.workers:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.workers.clear()

    def tell(self, fault: str) -> None:
        """Arm a kill point of the workers."""
        (self.folder / fault).touch()

    async def client(self) -> Client:
        return await Client.connect(self.temporal.address)

    async def gateway(self, patience: timedelta = timedelta(seconds=60)) -> Gateway:
        return Gateway(await self.client(), QUEUE, patience=patience)

    async def enrolled(self, participant: str = PARTICIPANT, days_ago: int = 3) -> Outcome:
        """A participant who consented some days ago, through the real way in."""
        day = (datetime.now(self.trial.site.zone) - timedelta(days=days_ago)).date().isoformat()
        gateway = await self.gateway()
        return await gateway.send(STUDY, participant, f"consent-{participant}", register_body(day))

    def record(self, participant: str = PARTICIPANT) -> list[Recorded]:
        """The participant's stream."""
        with self.store.reading() as reading:
            return reading.events(participant_stream(STUDY, participant))

    def events_of(self, command_id: str, participant: str = PARTICIPANT) -> list[str]:
        """The types of the events that a command led to."""
        return [each.event.TYPE for each in self.record(participant) if each.stamp.command_id == command_id]

    async def is_running(self, participant: str = PARTICIPANT) -> bool:
        client = await self.client()
        handle = client.get_workflow_handle(participant_id(STUDY, participant))
        return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


def make_world(folder: Path, database: str, temporal: EmbeddedTemporal) -> World:
    """A published trial on the parts given, without a worker yet."""
    return World(folder, database, temporal, open_trial(database))


def result(value: int, day: str | None = None) -> dict[str, Any]:
    """A blood count: the smallest record that can be made many times."""
    stated = {"observation": "hb", "value": str(value), "unit": "g/L", **({"on": day} if day else {})}
    return {"kind": "record_result", "actor": COORDINATOR, "result": stated}


def plan(item: str, days_ahead: int, reason: str | None = None) -> dict[str, Any]:
    """An appointment some days ahead."""
    day = (datetime.now(UTC) + timedelta(days=days_ahead)).date().isoformat()
    body = {"kind": "plan_item", "actor": COORDINATOR, "item": item, "appointment": day}
    return {**body, "reason": reason} if reason else body


async def until(condition: Any, seconds: float, what: str) -> None:
    """Wait for a condition of the store or the server; `what` says what did not happen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def killed_by_signal(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process died of SIGKILL."""
    return process.wait(60) == -signal.SIGKILL
