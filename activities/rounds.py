"""The watchdog's rounds: sweeping, checking and delivering, again and again, inside the worker's process.

The rule that keeps it honest: a round that fails is told and tried again, and never ends the rounds; the
heartbeat follows healthy checks only, so whatever goes wrong in here, silence tells it outside.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from temporalio.service import RPCError

from activities.anchoring import Anchoring
from activities.drift import Condition, Drift, What
from activities.heartbeat import Heartbeat
from activities.watchdog import Watchdog
from store import StoreError

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")

SHORTEST_PAUSE = 0.2
LONGEST_CALL = 10.0
MOST_SKEW = timedelta(minutes=10)
"""A clock further from the server's is not acted on. The server's is known to a few minutes only."""
DELIVERED_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class TemporalView:
    """What Temporal can tell and be told; any call may raise RPCError when it is down.

    `open_workflows`: ids of all running participant workflows. `server_time`: about now, None if unknown yet.
    `rouse`: tell a participant's workflow that the store moved, and start it if there is none.
    """

    open_workflows: Callable[[], Awaitable[Collection[str]]]
    server_time: Callable[[], Awaitable[datetime | None]]
    rouse: Callable[[str, str], Awaitable[None]]


async def run_watchdog(
    watchdog: Watchdog,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    every_seconds: float,
    *,
    temporal: TemporalView | None = None,
    heartbeat: Heartbeat | None = None,
    anchoring: Anchoring | None = None,
) -> None:
    """Watch until `stop` is set: at least every `every_seconds`, and as soon as a deadline is not kept."""
    rounds = Rounds(watchdog, clock, every_seconds, temporal, heartbeat, anchoring)
    async with asyncio.TaskGroup() as group:
        for step in (rounds.sweep, rounds.check, rounds.deliver, rounds.anchor):
            group.create_task(_repeat(step, stop, every_seconds))


class Rounds:
    """One step of each kind; each says how many seconds to pause after it."""

    def __init__(
        self,
        watchdog: Watchdog,
        clock: Callable[[], datetime],
        every_seconds: float,
        temporal: TemporalView | None,
        heartbeat: Heartbeat | None,
        anchoring: Anchoring | None = None,
    ) -> None:
        self._watchdog, self._clock, self._every = watchdog, clock, every_seconds
        self._temporal, self._heartbeat, self._anchoring = temporal, heartbeat, anchoring
        self._unanchored: list[Condition] = []
        self._skew: timedelta | None = None
        self._looks_at_server = 0
        self._trouble: str | None = None

    async def sweep(self) -> float:
        """Decide what is due, unless this machine's clock cannot be right; tell the workflows concerned."""
        now = self._clock()
        if not await self._clock_is_right(now):
            return 1.0 if self._skew is None else self._every
        try:
            swept = await asyncio.to_thread(self._watchdog.sweep, now)
        except Exception as error:
            self._trouble = type(error).__name__
            raise
        self._trouble = None
        await self._rouse((each.study, each.participant) for each in swept.moved)
        return await asyncio.to_thread(self._watchdog.seconds_to_next, self._clock(), self._every)

    async def check(self) -> float:
        """Look for drift and tell it; beat when there is none."""
        now = self._clock()
        running, conditions = await self._running(), list(self._own_conditions())
        if self._temporal is not None and running is None:
            conditions.append(Condition(What.TEMPORAL, 1, "the Temporal server does not answer"))
        try:
            drift = await asyncio.to_thread(self._watchdog.check, now, running)
        except StoreError as error:
            drift = Drift((Condition(What.STORE, 1, type(error).__name__),))
        drift = replace(drift, conditions=(*drift.conditions, *conditions))
        await asyncio.to_thread(self._watchdog.alarm, drift, now)
        await self._rouse(drift.without_workflow)
        if drift.healthy and self._heartbeat is not None:
            await asyncio.to_thread(self._heartbeat.beat, now)
        return self._every

    async def deliver(self) -> float:
        """Deliver some of what nobody else delivers."""
        delivered = await asyncio.to_thread(
            self._watchdog.deliver_neglected, self._clock(), DELIVERED_AT_ONCE
        )
        return SHORTEST_PAUSE if delivered == DELIVERED_AT_ONCE else self._every

    async def anchor(self) -> float:
        """Keep a checkpoint wherever one is due."""
        if self._anchoring is not None:
            self._unanchored = await asyncio.to_thread(self._anchoring.anchor, self._clock())
        return self._every

    async def _clock_is_right(self, now: datetime) -> bool:
        """Whether to act on this clock. While the server cannot be asked, the last answer counts."""
        if self._temporal is None:
            return True
        server = await _asked(self._temporal.server_time())
        if server is not None:
            self._skew = now - server
        if self._skew is not None:
            return abs(self._skew) <= MOST_SKEW
        # It is up but has not seen this worker yet, or it is down; then the store must not wait for it.
        self._looks_at_server += 1
        return self._looks_at_server > LOOKS_AT_SERVER

    def _own_conditions(self) -> Iterable[Condition]:
        yield from self._unanchored
        if self._trouble is not None:
            yield Condition(What.ROUND, 1, f"the last sweep failed: {self._trouble}")
        if self._skew is not None and abs(self._skew) > MOST_SKEW:
            minutes = round(self._skew.total_seconds() / 60)
            yield Condition(What.CLOCK, 1, f"this machine's clock is {minutes} minutes off the server's")

    async def _running(self) -> Collection[str] | None:
        if self._temporal is None:
            return None
        return await _asked(self._temporal.open_workflows())

    async def _rouse(self, participants: Iterable[tuple[str, str]]) -> None:
        if self._temporal is None:
            return
        for study, participant in participants:
            try:
                await self._temporal.rouse(study, participant)
            except RPCError as error:
                # The workflow asks the desk anyway when its own timer rings.
                log.warning("workflow not told", study=study, participant=participant, trouble=error.message)


LOOKS_AT_SERVER = 15
"""How often an unknown server clock is waited for, about a second each, before our own must do."""


async def _asked(call: Awaitable[T]) -> T | None:
    try:
        return await asyncio.wait_for(call, LONGEST_CALL)
    except (RPCError, TimeoutError):
        return None


async def _repeat(step: Callable[[], Awaitable[float]], stop: asyncio.Event, every_seconds: float) -> None:
    while not stop.is_set():
        try:
            pause = await step()
        except StoreError as error:
            log.warning("watchdog without the store", trouble=type(error).__name__, text=str(error))
            pause = every_seconds
        except Exception:
            log.exception("watchdog step failed")
            pause = every_seconds
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), max(pause, SHORTEST_PAUSE))
