"""A desk of one page: it keeps lists in memory, so that what the shell does can be told from the desk.

The rule that keeps it honest: it answers by the same contract as the real desk (repetition by command id,
version, the next deadline, owed notices), knows nothing of a trial, and can be made to fail on purpose.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from temporalio import activity

from activities.orders import (
    DECIDE,
    DELIVER,
    DIGEST,
    OPEN,
    SWEEP,
    DeliverOrder,
    DeskOrder,
    DeskOutcome,
    DigestOrder,
    DigestOutcome,
    Due,
    Moved,
    OpenOrder,
    SweepOutcome,
)


@dataclass
class Stream:
    """What the desk knows of one participant."""

    events: list[tuple[str, str, str]] = field(default_factory=list)  # command id, kind, at
    answered: dict[str, DeskOutcome] = field(default_factory=dict)
    due: list[str] = field(default_factory=list)
    owed: list[str] = field(default_factory=list)
    stage: str = "screening"
    known: bool = False
    closed: bool = False


@dataclass
class SmallDesk:
    """`before` and `after` the append are called with the order, and may raise or wait."""

    streams: dict[str, Stream] = field(default_factory=lambda: defaultdict(Stream))
    asked: list[str] = field(default_factory=list)
    opened: int = 0
    delivered: list[str] = field(default_factory=list)
    delivering: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    before: Callable[[DeskOrder], Any] = lambda _: None
    after: Callable[[DeskOrder], Any] = lambda _: None
    channel: Callable[[DeliverOrder], Any] = lambda _: None

    @activity.defn(name=DECIDE)
    async def decide(self, order: DeskOrder) -> DeskOutcome:
        self.asked.append(order.command_id)
        await _call(self.before, order)
        stream = self.streams[order.participant]
        first = stream.answered.get(order.command_id)
        if first is None:
            first = stream.answered[order.command_id] = _append(stream, order)
        await _call(self.after, order)
        repeated = self.asked.count(order.command_id) > 1
        return replace(
            _standing(stream), events=first.events, refused=first.refused, text=first.text, repeated=repeated
        )

    @activity.defn(name=OPEN)
    async def open(self, order: OpenOrder) -> DeskOutcome:
        self.opened += 1
        return _standing(self.streams[order.participant])

    @activity.defn(name=DELIVER)
    async def deliver(self, order: DeliverOrder) -> None:
        self.delivering[order.notice] += 1
        try:
            assert self.delivering[order.notice] == 1, "a notice is on its way twice at once"
            await _call(self.channel, order)
            self.delivered.append(order.notice)
            for stream in self.streams.values():
                stream.owed = [each for each in stream.owed if each != order.notice]
        finally:
            self.delivering[order.notice] -= 1


class Rounds:
    """Digest and watchdog activities that note what they were asked."""

    def __init__(self, moved: list[Moved] | None = None) -> None:
        self.digests: list[DigestOrder] = []
        self.sweeps = 0
        self._moved = moved or []

    @activity.defn(name=DIGEST)
    async def digest(self, order: DigestOrder) -> DigestOutcome:
        self.digests.append(order)
        return DigestOutcome(day="2026-03-02", sent=1, said=True)

    @activity.defn(name=SWEEP)
    async def sweep(self) -> SweepOutcome:
        self.sweeps += 1
        return SweepOutcome(moved=self._moved)


async def _call(hook: Callable[[Any], Any], order: Any) -> None:
    waited = hook(order)
    if asyncio.iscoroutine(waited):
        await waited


def _append(stream: Stream, order: DeskOrder) -> DeskOutcome:
    kind = order.command.get("kind")
    once = kind == "infuse" and any(event[1] == kind for event in stream.events)
    if kind == "refuse" or once or (not stream.known and kind != "register"):
        return DeskOutcome(refused="not-applicable", text="this cannot be")
    match kind:
        case "register":
            stream.known = True
        case "plan":
            stream.due = sorted([*stream.due, *order.command["due"]])
        case "unplan":
            stream.due = []
        case "reach_clock":
            reached = [at for at in stream.due if at <= order.at]
            stream.due = [at for at in stream.due if at > order.at]
            stream.owed += [f"{order.participant}/{at}/rung-1" for at in reached]
        case "enter":
            stream.stage = order.command["stage"]
        case "close":
            stream.closed, stream.due = True, []
        case _:
            pass
    stream.events.append((order.command_id, kind, order.at))
    return DeskOutcome(events=[f"{kind}.done"])


def _standing(stream: Stream) -> DeskOutcome:
    return DeskOutcome(
        version=len(stream.events),
        due=Due(stream.due[0], f"deadline {stream.due[0]}") if stream.due else None,
        notices=list(stream.owed),
        attributes={"stage": stream.stage, "open_alerts": len(stream.owed)},
        headline=f"in {stream.stage}",
        known=stream.known,
        closed=stream.closed,
    )
