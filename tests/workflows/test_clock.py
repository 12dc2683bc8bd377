"""The one timer: it is the next deadline, it is never early, and time passes by a command of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.testing import TimeSkipper

from tests.workflows.auditing import count, pending_timers
from tests.workflows.conftest import Serve
from tests.workflows.sending import Sender, eventually
from tests.workflows.small_desk import SmallDesk
from workflows.names import MOVED


@pytest.fixture(params=[1000, 0], ids=["cached", "replayed at every task"])
def cached(request: pytest.FixtureRequest) -> int:
    """Every promise here also holds when each task begins with a replay of the whole history."""
    size: int = request.param
    return size


async def test_every_deadline_is_reached_in_time(skipper: TimeSkipper, desk: SmallDesk, serve: Serve) -> None:
    """In a year of virtual time each deadline is decided at its instant or just after (INV-8, INV-9)."""
    due = [_in(days=30 * n) for n in range(1, 13)]
    async with serve() as queue:
        sender = Sender(skipper.client, queue)
        await sender.send("c-1", "register")
        await sender.send("c-2", "plan", due=due)
        await eventually(lambda: len(_reached(desk, sender)) == 12)
    assert [id_ for id_, _ in _reached(desk, sender)] == [f"clock/{at}" for at in due]
    for (_, at), wanted in zip(_reached(desk, sender), due, strict=True):
        late = datetime.fromisoformat(at) - datetime.fromisoformat(wanted)
        assert timedelta(0) <= late < timedelta(seconds=10)


async def test_one_timer_and_it_is_the_next_deadline(client: Client, serve: Serve) -> None:
    """However deadlines move, at most one timer is pending, and its instant is the next of them (INV-7)."""
    moves: list[tuple[str, list[str]]] = [
        ("plan", [_in(days=40)]),
        ("plan", [_in(days=20)]),
        ("plan", [_in(days=30)]),
        ("unplan", []),
        ("plan", [_in(days=50)]),
        ("note", []),
    ]
    wanted: list[str | None] = []
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        for number, (kind, due) in enumerate(moves):
            await sender.send(f"m-{number}", kind, due=due)
            wanted.append((await sender.standing())["due"])
        events = await sender.history()
    pending = list(pending_timers(events))
    assert max(len(timers) for timers in pending) == 1
    assert {_to_second(at) for timers in pending for at in timers.values()} == {at for at in wanted if at}
    assert count(events, EventType.EVENT_TYPE_TIMER_STARTED) == 3, "a deadline that stayed keeps its timer"


async def test_what_is_overdue_is_decided_at_once(client: Client, desk: SmallDesk, serve: Serve) -> None:
    """After an outage nothing waits for a timer: all that is overdue is decided right away."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        await sender.send("c-2", "plan", due=[_in(days=-2), _in(days=-1)])
        await eventually(lambda: len(_reached(desk, sender)) == 1)
        assert (await sender.standing())["due"] is None
        assert count(await sender.history(), EventType.EVENT_TYPE_TIMER_STARTED) == 0


async def test_a_deadline_that_comes_back_is_reached_again(
    client: Client, desk: SmallDesk, serve: Serve
) -> None:
    """A correction can make the same instant due again, although its command id is spent (INV-8)."""
    past = _in(hours=-1)
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        await sender.send("c-2", "plan", due=[past])
        await eventually(lambda: len(_reached(desk, sender)) == 1)
        await sender.send("c-3", "plan", due=[past])
        await eventually(lambda: len(_reached(desk, sender)) == 2)
    assert [id_ for id_, _ in _reached(desk, sender)] == [f"clock/{past}", f"clock/{past}/4"]


async def test_whoever_comes_first_decides(client: Client, desk: SmallDesk, serve: Serve) -> None:
    """When the watchdog has decided a deadline and wakes the workflow, its timer goes, undecided."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        await sender.send("c-2", "plan", due=[_in(days=3)])
        desk.streams[sender.participant].due.clear()
        await sender.handle.signal(MOVED)

        async def gone() -> bool:
            return count(await sender.history(), EventType.EVENT_TYPE_TIMER_CANCELED) == 1

        await eventually(gone)
    assert not [id_ for id_ in desk.asked if id_.startswith("clock/")]


async def test_a_faulty_desk_is_asked_again_each_minute(
    skipper: TimeSkipper, desk: SmallDesk, serve: Serve
) -> None:
    """A mistake in our own code makes no endless loop and no failed task; what was due is not forgotten."""

    def faulty(_: object) -> None:
        if len(desk.asked) < 10:
            raise TypeError("a mistake in our own code")

    async with serve() as queue:
        sender = Sender(skipper.client, queue)
        await sender.send("c-1", "register")
        desk.before = faulty
        desk.streams[sender.participant].due.append(_in(hours=-1))
        await sender.handle.signal(MOVED)
        await eventually(lambda: len(_reached(desk, sender)) == 1)
        events = await sender.history()
    assert count(events, EventType.EVENT_TYPE_TIMER_FIRED) == 4
    assert count(events, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED) == 0


def _in(**much: float) -> str:
    return (datetime.now(UTC).replace(microsecond=0) + timedelta(**much)).isoformat()


def _reached(desk: SmallDesk, sender: Sender) -> list[tuple[str, str]]:
    events = desk.streams[sender.participant].events
    return [(command_id, at) for command_id, kind, at in events if kind == "reach_clock"]


def _to_second(at: datetime) -> str:
    return (at + timedelta(milliseconds=500)).replace(microsecond=0).isoformat()
