"""The Temporal server's clock as a worker can see it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.server_clock import server_time


@activity.defn(name="test.nothing")
async def nothing() -> None:
    """Nothing to do: the worker only asks for work."""


async def test_the_servers_time_is_known_from_our_own_polls(temporal_address: str) -> None:
    """Unknown while no worker has asked for work; then the server's time, not long ago."""
    client = await Client.connect(temporal_address)
    assert await server_time(client, "test-clock") is None
    async with Worker(client, task_queue="test-clock", activities=[nothing]):
        seen = None
        while seen is None:
            await asyncio.sleep(0.1)
            seen = await server_time(client, "test-clock")
    assert abs(datetime.now(UTC) - seen) < timedelta(minutes=2)
