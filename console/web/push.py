"""Pushing: browsers are told that the record moved, and ask for their page again.

The rule that keeps it honest: what is sent is the store's own position, so a browser that was away names the
last one it saw and misses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from sse_starlette import ServerSentEvent

from console.letter import Outcome, Send
from store import Store, StoreError

LOOK_EVERY_S = 0.05
"""How often the store is asked for its position, which costs it one look at the end of an index."""
STILL_WELCOME_EVERY_S = 10.0
RETRY_MS = 1000

log = structlog.stdlib.get_logger(__name__)


class Pulse:
    """Follows the store's position, once for all browsers of this process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._moved = asyncio.Condition()
        self._asked = asyncio.Event()
        self._ending = False
        self.position = 0

    def telling(self, send: Send) -> Send:
        """The same way to the timelines, with a look at the store as soon as there is an outcome: what this
        process had recorded need not wait for the next look."""

        async def sent(study: str, participant: str, command_id: str, body: dict[str, Any]) -> Outcome:
            try:
                return await send(study, participant, command_id, body)
            finally:
                self._asked.set()

        return sent

    @asynccontextmanager
    async def following(self) -> AsyncGenerator[None]:
        """Follow the store for as long as the block lasts; then every stream ends."""
        follower = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            await self.end()
            follower.cancel()
            with suppress(asyncio.CancelledError):
                await follower

    async def end(self) -> None:
        """Let every stream end: the server is stopping."""
        self._ending = True
        async with self._moved:
            self._moved.notify_all()

    async def events(self, after: int | None, welcome: Callable[[], bool]) -> AsyncIterator[ServerSentEvent]:
        """One `moved` for each change after a position; `ended` when the browser is no longer welcome.

        `after` None: from now on.
        """
        seen = self.position if after is None else after
        # A position from before a restore would wait for a record that may never come again.
        seen = min(seen, self.position)
        yield ServerSentEvent(event="hello", id=str(seen), data=str(seen), retry=RETRY_MS)
        while not self._ending:
            if self.position > seen:
                seen = self.position
                yield ServerSentEvent(event="moved", id=str(seen), data=str(seen))
            elif not await self._moves(seen) and not await asyncio.to_thread(welcome):
                yield ServerSentEvent(event="ended", data="")
                return

    async def _moves(self, seen: int) -> bool:
        """Wait until the position is another one, but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STILL_WELCOME_EVERY_S), self._moved:
                await self._moved.wait_for(lambda: self.position > seen or self._ending)
        return self.position > seen or self._ending

    async def _follow(self) -> None:
        while True:
            try:
                position = await asyncio.to_thread(self._read)
            except StoreError as error:
                log.warning("the store does not answer", trouble=str(error))
            else:
                if position != self.position:
                    async with self._moved:
                        self.position = position
                        self._moved.notify_all()
            # `wait_for` may swallow a cancellation that comes with what it waits for, and then nothing ends.
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._asked.wait()
            self._asked.clear()

    def _read(self) -> int:
        with self._store.reading() as reading:
            return reading.position()
