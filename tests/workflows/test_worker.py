"""The worker as a process: when it begins, when it waits, how it ends, and who gets the work."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion

from console.embedded import EmbeddedTemporal
from console.gateway import Gateway
from settings import ROOT
from tests.support.trial import STUDY, Trial, open_trial, register_body
from tests.workflows.sending import Sender, eventually
from tests.workflows.small_desk import SmallDesk
from workflows.deployment import current_build, stand_in
from workflows.hosting import Hosting, desk_worker

CONSENT = register_body("2026-03-02")

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def trial(sqlite_url: str) -> Trial:
    """A published study in the store that `start` uses."""
    return open_trial(sqlite_url)


@pytest.fixture
def start(tmp_path: Path, sqlite_url: str) -> Iterator[Start]:
    """Start `worker.py` on the test's store; killed at the end at the latest."""
    processes: list[subprocess.Popen[str]] = []

    def begin(**settings: str) -> subprocess.Popen[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DAYZERO_")}
        told = {"HOME": str(tmp_path), "DATABASE_URL": sqlite_url, "TASK_QUEUE": "q", **settings}
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "worker.py")],
            env={**clean, **{f"DAYZERO_{name}": value for name, value in told.items()}},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


async def test_a_worker_that_is_asked_to_end_finishes_and_ends(
    own_temporal: EmbeddedTemporal, trial: Trial, start: Start
) -> None:
    """SIGTERM: what was sent is answered or left to the next worker, and the process ends with 0."""
    process = start(TEMPORAL_ADDRESS=own_temporal.address)
    gateway = Gateway(await Client.connect(own_temporal.address), "q", patience=timedelta(seconds=60))
    assert (await gateway.send(STUDY, "EX02-001", "c-1", CONSENT)).version > 0
    process.send_signal(signal.SIGTERM)
    said, _ = await asyncio.to_thread(process.communicate, timeout=30)
    assert process.returncode == 0, said
    assert "finishing what was begun" in said


async def test_a_worker_waits_for_temporal(
    own_temporal: EmbeddedTemporal, trial: Trial, start: Start
) -> None:
    """Started first, it says what it waits for, and serves when the server comes."""
    own_temporal.stop()
    start(TEMPORAL_ADDRESS=own_temporal.address)
    await asyncio.sleep(3)
    await asyncio.to_thread(own_temporal.restart)
    await asyncio.to_thread(own_temporal.wait_ready)
    gateway = Gateway(await Client.connect(own_temporal.address), "q", patience=timedelta(seconds=60))
    assert (await gateway.send(STUDY, "EX02-001", "c-1", CONSENT)).version > 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "is not this release's: run `dayzero migrate`"),
        ({"DATABASE_URL": "mysql://nowhere"}, "is not a database the store runs on"),
        ({"METRICS_PORT": "seven"}, "DAYZERO_METRICS_PORT"),
        ({"PAYLOAD_KEYS": "no-key"}, "DAYZERO_PAYLOAD_KEYS"),
    ],
)
def test_a_worker_that_cannot_begin_says_why_in_a_line(
    settings: dict[str, str], said: str, start: Start
) -> None:
    """No half-started worker and no traceback: exit code 1 and the reason."""
    process = start(TEMPORAL_ADDRESS="127.0.0.1:1", **settings)
    text, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said in text
    assert "Traceback" not in text


async def test_a_deserted_version_is_taken_over(client: Client) -> None:
    """The first version gets the work; the next one only when the first one's workers are gone."""
    queue, name, desk = str(uuid.uuid4()), f"test-{uuid.uuid4()}", SmallDesk()
    old, new = WorkerDeploymentVersion(name, "old"), WorkerDeploymentVersion(name, "new")
    soon = timedelta(seconds=3)
    sender = Sender(client, queue)
    async with desk_worker(client, Hosting(queue, old), [desk.decide, desk.open]):
        assert await stand_in(client, queue, old)
        await sender.send("c-1", "register")
        async with desk_worker(client, Hosting(queue, new), [desk.decide, desk.open]):
            assert not await stand_in(client, queue, new)
            assert await current_build(client, name) == "old"
    async with desk_worker(client, Hosting(queue, new), [desk.decide, desk.open]):
        await eventually(lambda: stand_in(client, queue, new, after=soon))
        assert await current_build(client, name) == "new"
        assert (await sender.send("c-2", "note"))["version"] == 2, "an open timeline moved to the new version"
