"""The way to Temporal for a process that must go on without it.

The rule that keeps it honest: while no server has answered, every question fails as it would if one were
down; nothing waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

import structlog
from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.service import RPCError, RPCStatusCode

from activities.server_clock import server_time
from console.connecting import NoServer, connect
from console.gateway import Gateway
from settings import Settings
from workflows.names import PARTICIPANT, STUDY

_TRY_AGAIN_SECONDS = 2.0

log = structlog.stdlib.get_logger(__name__)


class Reach:
    """A server, once it has answered. Every question raises RPCError while it has not, or is down."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client | None = None
        self._answered = asyncio.Event()

    @property
    def client(self) -> Client:
        if self._client is None:
            raise RPCError("no server has answered yet", RPCStatusCode.UNAVAILABLE, b"")
        return self._client

    async def connect(self, stop: asyncio.Event, runtime: Runtime | None = None) -> bool:
        """Try until a server answers; False: `stop` came first."""
        while not stop.is_set():
            try:
                self._client = await connect(self._settings, runtime=runtime)
            except NoServer as error:
                log.warning("waiting for Temporal", trouble=str(error))
                await pause(stop, _TRY_AGAIN_SECONDS)
            else:
                self._answered.set()
                return True
        return False

    async def answered(self, within_seconds: float) -> None:
        """Wait for a server, but not for long."""
        await pause(self._answered, within_seconds)

    async def open_workflows(self) -> Collection[str]:
        """Ids of all running workflows of participants and studies."""
        running = f"WorkflowType IN ('{PARTICIPANT}', '{STUDY}') AND ExecutionStatus = 'Running'"
        return {each.id async for each in self.client.list_workflows(running)}

    async def server_time(self) -> datetime | None:
        """What the server's clock said when a worker last asked for work (UTC); None if none has."""
        return await server_time(self.client, self._settings.task_queue)

    async def rouse(self, study: str, participant: str) -> None:
        """Tell a timeline that the store moved, starting it if there is none."""
        await Gateway(self.client, self._settings.task_queue).wake(study, participant)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not beyond `stop`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
