"""What the workflow tests share: a client, a worker with the small desk, a way to send a command."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from temporalio.client import Client
from temporalio.testing import TimeSkipper

from tests.workflows.serving import serving
from tests.workflows.small_desk import SmallDesk

Serve = Callable[..., AbstractAsyncContextManager[str]]


@pytest.fixture
async def client(temporal_address: str) -> Client:
    """A client of the tests' Temporal server."""
    return await Client.connect(temporal_address)


@pytest.fixture
def skipper(client: Client) -> TimeSkipper:
    """Workflows started through `skipper.client` do not wait for their timers: time is skipped."""
    return TimeSkipper(client)


@pytest.fixture
def desk() -> SmallDesk:
    """The desk that `serve` puts behind the workflows."""
    return SmallDesk()


@pytest.fixture
def cached() -> int:
    """How many workflows the worker keeps in memory; modules that also try none override this."""
    return 1000


@pytest.fixture
def serve(client: Client, desk: SmallDesk, cached: int) -> Serve:
    """Run a worker with the small desk for the length of a block; gives its task queue."""

    @asynccontextmanager
    async def on(queue: str | None = None) -> AsyncGenerator[str]:
        queue = queue or f"test-{uuid.uuid4()}"
        async with serving(client, desk, queue, cached=cached):
            yield queue

    return on
