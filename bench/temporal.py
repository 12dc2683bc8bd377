"""A Temporal server and a worker process for the length of one benchmark.

The rule that keeps it honest: the embedded server as the product starts it, with its file on disk; nothing is
measured before the worker has answered.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from temporalio.client import Client

from bench.floor import BareReport
from bench.serving import QUEUE
from console.embedded import EmbeddedTemporal, find_temporal_binary, free_port
from settings import ROOT
from workflows.codec import data_converter


@dataclass(frozen=True)
class Served:
    """A client of a server whose task queue is served."""

    client: Client
    worker_pid: int

    async def bare_runs(self) -> tuple[int, float]:
        """How often the empty activity ran in the worker, and when last (Unix time)."""
        return await self.client.execute_workflow(BareReport.run, id=f"report-{uuid4()}", task_queue=QUEUE)


@asynccontextmanager
async def served(folder: Path, store_url: str, *, virtual_time: bool = False) -> AsyncIterator[Served]:
    """A server of its own in `folder`, and a worker over the store at `store_url`."""
    server = EmbeddedTemporal.start(
        binary=find_temporal_binary().path,
        db_file=folder / f"temporal-{uuid4().hex}.sqlite3",
        port=free_port(),
        ui_port=None,
        log_file=folder / "temporal.log",
        virtual_time=virtual_time,
    )
    with server:
        await asyncio.to_thread(server.wait_ready)
        worker = _worker(server.address, store_url, folder / "worker.log")
        try:
            client = await Client.connect(server.address, data_converter=data_converter({}))
            serving = Served(client, worker.pid)
            async with asyncio.timeout(60):
                await serving.bare_runs()
            yield serving
        finally:
            worker.send_signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(worker.wait, 20)
            except subprocess.TimeoutExpired:
                worker.kill()


def _worker(address: str, store_url: str, log_file: Path) -> subprocess.Popen[bytes]:
    with log_file.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "bench.serving", address, store_url],
            cwd=ROOT,
            env={**os.environ, "PYTHONTZPATH": ""},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
