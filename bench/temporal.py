"""A Temporal server and a worker process for the length of one benchmark.

The rule that keeps it honest: the embedded server as the product starts it, with its file on disk; nothing is
measured before the worker has answered.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from temporalio.client import Client

from bench.floor import BareReport
from bench.pacing import until
from bench.serving import FLOOR_QUEUE, QUEUE
from console.embedded import EmbeddedTemporal, find_temporal_binary, free_port
from settings import ROOT
from workflows.codec import data_converter
from workflows.names import STANDING


@dataclass(frozen=True)
class Served:
    """A client of a server whose task queue is served."""

    client: Client

    async def bare_runs(self) -> tuple[int, float]:
        """How often the empty activity ran in the worker, and when last (Unix time)."""
        return await self.client.execute_workflow(
            BareReport.run, id=f"report-{uuid4()}", task_queue=FLOOR_QUEUE
        )

    async def ready(self, workflow_id: str) -> None:
        """Wait until a timeline, ours or bare, has done its first activity."""
        handle = self.client.get_workflow_handle(workflow_id)

        async def answers() -> bool:
            standing: dict[str, bool] = await handle.query(STANDING)
            return standing["ready"]

        await until(answers, 0.05)


@asynccontextmanager
async def served(
    folder: Path, store_url: str, *, virtual_time: bool = False, deployed: bool = False
) -> AsyncGenerator[Served]:
    """A server of its own in `folder`, and a worker over the store at `store_url`.

    `deployed`: our timelines are served by `worker.py` itself, with its watchdog, from the same queue.
    """
    server = EmbeddedTemporal.start(
        binary=find_temporal_binary().path,
        db_file=folder / f"temporal-{uuid4().hex}.sqlite3",
        port=free_port(),
        ui_port=None,
        log_file=folder / "temporal.log",
        virtual_time=virtual_time,
    )
    with server, ExitStack() as processes:
        await asyncio.to_thread(server.wait_ready)
        bench = ["-m", "bench.serving", server.address, store_url]
        processes.enter_context(_process(bench + ["--bare-only"] * deployed, folder, {}))
        if deployed:
            processes.enter_context(_process(["worker.py"], folder, _told(folder, server.address, store_url)))
        client = await Client.connect(server.address, data_converter=data_converter({}))
        serving = Served(client)
        async with asyncio.timeout(60):
            await serving.bare_runs()
        yield serving


def _told(folder: Path, address: str, store_url: str) -> dict[str, str]:
    return {
        "DAYZERO_HOME": str(folder),
        "DAYZERO_DATABASE_URL": store_url,
        "DAYZERO_TEMPORAL_ADDRESS": address,
        "DAYZERO_TASK_QUEUE": QUEUE,
        "DAYZERO_LOG_LEVEL": "error",
    }


@contextmanager
def _process(line: Sequence[str], folder: Path, told: Mapping[str, str]) -> Generator[None]:
    """A Python process of this checkout for the length of the block."""
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *line],
            cwd=ROOT,
            env={**os.environ, **told, "PYTHONTZPATH": ""},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
