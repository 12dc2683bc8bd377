"""Workers with the small desk, set up as deployed ones are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from temporalio.client import Client

from tests.workflows.small_desk import SmallDesk
from workflows.hosting import Hosting, desk_worker, notices_worker


@asynccontextmanager
async def serving(
    client: Client,
    desk: SmallDesk,
    queue: str,
    *,
    cached: int = 1000,
    more: Sequence[Callable[..., Any]] = (),
    more_notices: Sequence[Callable[..., Any]] = (),
) -> AsyncGenerator[None]:
    """Serve `queue` for the length of a block; `more` activities beside the desk's and the notices'."""
    hosting = Hosting(queue, cached=cached)
    async with (
        notices_worker(client, hosting, [desk.deliver, *more_notices]),
        desk_worker(client, hosting, [desk.decide, desk.open, *more]),
    ):
        yield
