"""Doing much at once, but not all of it, and waiting for what is not told.

The rule that keeps it honest: both sides of a ratio are paced by the same few functions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 32


async def each_of(things: Iterable[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Do all of it, `AT_ONCE` at a time."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(thing: T) -> None:
        async with turn:
            await work(thing)

    async with asyncio.TaskGroup() as group:
        for thing in things:
            group.create_task(one(thing))


async def until(found: Callable[[], Awaitable[bool]], every_seconds: float) -> None:
    """Look now and then, until it is so."""
    while not await found():  # noqa: ASYNC110 - another process knows, and nothing tells us
        await asyncio.sleep(every_seconds)
