"""Playing a story on a real Temporal server, every workflow in virtual time.

The rule that keeps it honest: deadlines pass by the workflows' own timers, commands go through the gateway;
only what came before the story, and a registration, are heard beside them, because a workflow that begins
later than now can only be the child of one whose time has come that far.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Worker

from activities.channels import Channels
from activities.desk import Desk
from activities.hearing import Hearing, stream_of
from activities.metrics import Metrics
from activities.notify import Notifier
from activities.orders import REACH_CLOCK, DeskOrder, DeskOutcome, clock_command_id
from activities.publishing import publish
from activities.rulebook import Rulebook
from console.gateway import CommandRefused, Gateway
from domain.protocol.expanded import Protocol
from domain.recorded import STUDY_SUBJECT
from domain.refusal import Refused
from domain.site import Site
from protocols.reading import protocol_body, published_document
from replay.story.moving import CYCLE, moved, moved_instant
from replay.story.playing import BEFORE_THE_FIRST, PROVENANCE, PUBLISHER, Played
from replay.story.story import Line, Story
from sites.reading import load_site, site_body
from store import Reading, Store, Writing, open_store
from workflows import names
from workflows.hosting import Hosting, desk_worker, notices_worker
from workflows.stage import Stage
from workflows.start import ParticipantInput
from workflows.trust import runner

Event = tuple[str, str, datetime]
"""Stream, type, and when it was recorded, as the story tells the time."""

_LEASE_SECONDS = 60
_PATIENCE = 60.0
_AWAY = timedelta(days=1)
_NEAR = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class ServerPlayed:
    """What came out: events by stream in their order, and refusals as (who, code) in theirs."""

    events: dict[str, list[Event]]
    refusals: list[tuple[str, str]]


def disagreements(core: Played, server: ServerPlayed) -> list[str]:
    """Where the server did otherwise than the pure core: streams, events, moments, refusals.

    Moments agree within a few seconds: a workflow's time goes on a little while it is at work.
    """
    streams: dict[str, list[Event]] = {}
    for each in core.events:
        streams.setdefault(each.stream, []).append((each.stream, each.event.TYPE, each.stamp.recorded_at))
    found = [
        line
        for stream in sorted(streams.keys() | server.events.keys())
        for line in _unlike(stream, streams.get(stream, []), server.events.get(stream, []))
    ]
    refusals = [(who, code) for _, who, _, code in core.refusals]
    if refusals != server.refusals:
        found.append(f"refused on the server: {server.refusals}; on the core: {refusals}")
    return found


async def play_on_server(story: Story, address: str, folder: Path) -> ServerPlayed:
    """Play a story on the server at `address`, with a store of its own in `folder`.

    Raises:
        TimeoutError: a deadline was not decided in time.
    """
    client = await Client.connect(address)
    queue = f"story-{uuid.uuid4()}"
    store = open_store(f"sqlite:///{folder / 'story.sqlite3'}")
    store.migrate()
    hearing = Hearing(Rulebook(), PROVENANCE)
    still = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
    try:
        async with _served(client, store, hearing, queue, folder):
            played = _OnServer(still, store, hearing, story, queue)
            try:
                return await played.play()
            finally:
                await played.leave()
    finally:
        store.close()


def years_ahead(story: Story) -> int:
    """How many years, whole cycles of the calendar, take a story into the future: time only goes on."""
    first, now = story.lines[0].at, datetime.now(UTC)
    return 0 if first > now + _AWAY else -(-(now + _AWAY - first) // timedelta(days=365.25 * CYCLE)) * CYCLE


def _unlike(stream: str, core: Sequence[Event], server: Sequence[Event]) -> Iterator[str]:
    for number, (told, came) in enumerate(zip_longest(core, server), start=1):
        if told is None or came is None or told[1] != came[1] or abs(told[2] - came[2]) > _NEAR:
            on_core, on_server = (_said(each) for each in (told, came))
            yield f"{stream}, event {number}: on the core {on_core}, on the server {on_server}"
            return


def _said(event: Event | None) -> str:
    return "nothing" if event is None else f"{event[1]} at {event[2].isoformat()}"


@asynccontextmanager
async def _served(
    client: Client, store: Store, hearing: Hearing, queue: str, folder: Path
) -> AsyncGenerator[None]:
    def now() -> datetime:
        return datetime.now(UTC)

    channels = Channels({}, file=folder / "notices.jsonl", clock=now)
    notifier = Notifier(store, Rulebook(), channels, Metrics(CollectorRegistry()), now)
    desk, hosting = Desk(store, hearing), Hosting(queue, runner=runner())
    async with (
        notices_worker(client, hosting, [notifier.deliver]),
        desk_worker(client, hosting, [desk.decide, desk.open]),
        Worker(client, task_queue=f"{queue}-stage", workflows=[Stage], workflow_runner=runner()),
    ):
        yield


@dataclass
class _OnServer:
    """One story whose time is the player's."""

    skipper: TimeSkipper
    store: Store
    hearing: Hearing
    story: Story
    queue: str
    _entered: dict[str, None] = field(default_factory=dict)
    _refusals: list[tuple[str, str]] = field(default_factory=list)
    _asked: int = 0

    def __post_init__(self) -> None:
        self._years = years_ahead(self.story)

    async def play(self) -> ServerPlayed:
        if self.story.protocol is not None:
            self._publish(self.story.protocol, [self.story.site], self.story.lines[0].at - BEFORE_THE_FIRST)
        # What came before one participant's first step may still happen to another after it.
        first = next(number for number, line in enumerate(self.story.lines) if not line.told)
        for line in self.story.lines[:first]:
            self._tell(line)
        for line in self.story.lines[first:]:
            await self._take(line)
        return ServerPlayed(self._events(), self._refusals)

    async def leave(self) -> None:
        """End every workflow of the story, so that another may begin under the same names."""
        for subject in self._entered:
            try:
                await self._handle(subject).terminate("the story is over")
            except RPCError as error:
                # A timeline with nothing left to wait for has ended by itself.
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise

    def _at(self, line: Line) -> datetime:
        return moved_instant(line.at, self._years)

    def _tell(self, line: Line) -> None:
        """What came before, heard beside the server."""
        with self.store.writing() as tx:
            while due := _due(tx, self._at(line)):
                self._hear(tx, due[0], REACH_CLOCK, due[1], clock_command_id(due[1].isoformat()))
            for body in line.bodies:
                self._hear(tx, line.who, moved(body, self._years), self._at(line), self._next_id(line))

    async def _take(self, line: Line) -> None:
        at = self._at(line)
        for subject in [*self._known(), STUDY_SUBJECT]:
            if subject not in self._entered and self.story.protocol is not None:
                await self._enter(subject, at)
        await self._pass_time(at)
        if line.news is not None:
            self._announce(line)
        for body in line.bodies:
            refused = await self._ask(line, moved(body, self._years), at)
            if refused is not None:
                self._refusals.append((line.who, refused))

    async def _ask(self, line: Line, body: dict[str, Any], at: datetime) -> str | None:
        command_id = self._next_id(line)
        if line.who not in self._entered:
            with self.store.writing() as tx:
                outcome = self._hear(tx, line.who, body, at, command_id)
            if outcome.refused is None and body.get("kind") == "register_participant":
                await self._enter(line.who, at)
            return outcome.refused
        await self._forward(self._workflow(line.who), at)
        try:
            gateway = Gateway(self.skipper.client, self.queue)
            await gateway.send(self.story.study, line.who, command_id, body)
        except CommandRefused as refused:
            return refused.code
        return None

    def _announce(self, line: Line) -> None:
        protocol = line.news if isinstance(line.news, Protocol) else self.story.protocol
        assert protocol is not None, "a site is published with its protocol"
        try:
            self._publish(protocol, [line.news] if isinstance(line.news, Site) else [], line.at)
        except Refused as refused:
            self._refusals.append((line.who, refused.code.value))

    def _publish(self, protocol: Protocol, sites: list[Site], at: datetime) -> None:
        later = published_document(moved(protocol_body(protocol), self._years))
        places = [load_site(moved(site_body(each), self._years)) for each in sites]
        with self.store.writing() as tx:
            publish(tx, later, places, PUBLISHER, moved_instant(at, self._years), PROVENANCE)

    def _hear(
        self, tx: Writing, who: str, body: dict[str, Any], at: datetime, command_id: str
    ) -> DeskOutcome:
        order = DeskOrder(self.story.study, who, command_id, body, at.isoformat())
        outcome = self.hearing.hear(tx, order)
        for notice in outcome.notices:
            tx.claim(order.study, notice, at, _LEASE_SECONDS)
            tx.delivered(order.study, notice, at, "told before the story")
        return outcome

    async def _enter(self, subject: str, at: datetime) -> None:
        stage_id = f"stage/{self.queue}/{subject}"
        client = self.skipper.client
        stage = await client.start_workflow(Stage.run, id=stage_id, task_queue=f"{self.queue}-stage")
        since = self._earliest(subject, at)
        await self._forward(stage_id, since)
        await stage.execute_update("enter", args=[ParticipantInput(self.story.study, subject), self.queue])
        self._entered[subject] = None

    def _earliest(self, subject: str, at: datetime) -> datetime:
        """When a timeline begins: before its first deadline, after its newest event."""
        with self.store.reading() as reading:
            newest = reading.head(stream_of(self.story.study, subject)).recorded_at
        return newest or at - BEFORE_THE_FIRST

    async def _pass_time(self, until: datetime) -> None:
        while True:
            with self.store.reading() as reading:
                due = _due(reading, until)
            if due is None:
                return
            await self._forward(self._workflow(due[0]), due[1])
            async with asyncio.timeout(_PATIENCE):
                while self._still(due, until):  # noqa: ASYNC110 - another process may decide it
                    await asyncio.sleep(0.02)

    def _still(self, due: tuple[str, datetime], until: datetime) -> bool:
        with self.store.reading() as reading:
            return _due(reading, until) == due

    async def _forward(self, workflow_id: str, at: datetime) -> None:
        handle = self.skipper.client.get_workflow_handle(workflow_id)
        remains = at - await self.skipper.get_current_time(handle)
        if remains > timedelta(0):
            await self.skipper.fast_forward(handle, remains)

    def _known(self) -> list[str]:
        with self.store.reading() as reading:
            return [
                each for each in self.story.people
                if reading.head(stream_of(self.story.study, each)).version
            ]  # fmt: skip

    def _next_id(self, line: Line) -> str:
        self._asked += 1
        return line.said.id or f"told/{self._asked:04}"

    def _workflow(self, subject: str) -> str:
        return names.subject_id(self.story.study, subject)

    def _handle(self, subject: str) -> WorkflowHandle[Any, Any]:
        return self.skipper.client.get_workflow_handle(self._workflow(subject))

    def _events(self) -> dict[str, list[Event]]:
        with self.store.reading() as reading:
            return {
                stream: [
                    (stream, each.event.TYPE, moved_instant(each.stamp.recorded_at, -self._years))
                    for each in reading.events(stream)
                ]
                for stream in reading.streams()
            }


def _due(reading: Reading, until: datetime) -> tuple[str, datetime] | None:
    return next(((row.participant, row.next_due) for row in reading.due(until, 1)), None)
