"""What is not there for a while: the store, a worker, a channel. Commands wait, then succeed, once."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import TimeSkipper

from tests.workflows.conftest import Serve
from tests.workflows.sending import Sender, eventually
from tests.workflows.small_desk import SmallDesk
from workflows.names import MOVED


async def test_a_command_waits_for_the_store(client: Client, desk: SmallDesk, serve: Serve) -> None:
    """A store that is down for some tries delays the answer and changes nothing else."""

    def down(order: object) -> None:
        if desk.asked.count("c-2") in range(1, 4):
            raise OSError("the store is down")

    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        desk.before = down
        answer = await sender.send("c-2", "note")
    assert desk.asked.count("c-2") == 4
    assert (answer["version"], answer["repeated"]) == (2, True)
    assert [each[0] for each in desk.streams[sender.participant].events] == ["c-1", "c-2"]


async def test_a_desk_lost_after_its_commit_repeats_its_answer(
    client: Client, desk: SmallDesk, serve: Serve
) -> None:
    """The gap after a commit: the second try finds the first one's outcome, nothing is doubled (INV-2)."""

    def lost(order: object) -> None:
        if desk.asked.count("c-2") == 1:
            raise OSError("lost after the commit")

    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        desk.after = lost
        answer = await sender.send("c-2", "note")
    assert answer == {"version": 2, "events": ["note.done"], "repeated": True, "alerts": []}
    assert [each[0] for each in desk.streams[sender.participant].events] == ["c-1", "c-2"]


async def test_a_fault_of_the_desk_stops_one_command_only(
    client: Client, desk: SmallDesk, serve: Serve
) -> None:
    """A mistake in our own code is answered at once as unsettled, never as refused; others go on (INV-21)."""

    def faulty(order: object) -> None:
        if desk.asked[-1] == "c-2":
            raise KeyError("a mistake in our own code")

    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        desk.before = faulty
        other = asyncio.create_task(sender.send("c-3", "note"))
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await sender.send("c-2", "note")
        assert (await other)["version"] == 2
    assert isinstance(failed.value.cause, ApplicationError)
    assert failed.value.cause.type == "unsettled"
    assert "a mistake in our own code" in failed.value.cause.message


async def test_a_command_sent_while_no_worker_runs_is_answered_when_one_does(
    client: Client, desk: SmallDesk, serve: Serve
) -> None:
    """Workers may come and go: a command sent in between is answered once one is back."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
    sent = asyncio.create_task(sender.send("c-2", "note"))
    await asyncio.sleep(0.5)
    async with serve(queue):
        assert (await sent)["version"] == 2


@pytest.mark.parametrize("tries", [3, 20])
async def test_a_notice_goes_out_when_its_channel_is_back(
    tries: int, skipper: TimeSkipper, desk: SmallDesk, serve: Serve
) -> None:
    """A channel down for an hour or two delays the notice and nothing else; it goes out once."""
    tried = 0

    def down(_: object) -> None:
        nonlocal tried
        tried += 1
        if tried < tries:
            raise OSError("no line")

    desk.channel = down
    async with serve() as queue:
        sender = Sender(skipper.client, queue)
        await sender.send("c-1", "register")
        await sender.send("c-2", "plan", due=["2001-01-01T00:00:00+00:00"])
        await eventually(lambda: tried > 0)
        assert (await sender.send("c-3", "note"))["version"] == 4, "a command waited for a notice"
        await eventually(lambda: desk.delivered != [])
        await sender.send("c-4", "close")
        await asyncio.wait_for(sender.handle.result(), 10)
    assert desk.delivered == [f"{sender.participant}/2001-01-01T00:00:00+00:00/rung-1"]
    assert tried == tries


async def test_a_timeline_ends_only_when_its_notices_are_out(
    client: Client, desk: SmallDesk, serve: Serve
) -> None:
    """The run does not complete while a notice is on its way."""
    line = asyncio.Event()
    desk.channel = lambda _: line.wait()
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        await sender.send("c-2", "plan", due=["2001-01-01T00:00:00+00:00"])
        await eventually(lambda: any(desk.delivering.values()))
        await sender.send("c-3", "close")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sender.handle.result(), 0.5)
        line.set()
        await asyncio.wait_for(sender.handle.result(), 10)
    assert len(desk.delivered) == 1


async def test_a_cancelled_timeline_answers_what_it_had_taken(
    client: Client, desk: SmallDesk, serve: Serve
) -> None:
    """Whoever cancels the run from outside loses no command that was already taken (INV-1)."""
    door = asyncio.Event()
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        desk.before = lambda _: door.wait()
        sent = asyncio.create_task(sender.send("c-2", "note"))
        await eventually(lambda: "c-2" in desk.asked)
        await sender.handle.cancel()
        await asyncio.sleep(0.2)
        door.set()
        assert (await sent)["version"] == 2
        assert (await sender.send("c-3", "note"))["version"] == 3, "the next command starts a new run"


async def test_a_channel_that_hangs_keeps_no_command_waiting(
    client: Client, desk: SmallDesk, serve: Serve
) -> None:
    """Notices are sent from a queue of their own: with more of them stuck than fit, commands go on."""
    line = asyncio.Event()
    desk.channel = lambda _: line.wait()
    async with serve() as queue:
        senders = [Sender(client, queue) for _ in range(12)]
        for sender in senders:
            await sender.send("c-1", "register")
            await sender.send("c-2", "plan", due=["2001-01-01T00:00:00+00:00"])
        await eventually(lambda: sum(desk.delivering.values()) > 0)
        async with asyncio.timeout(5):
            await asyncio.gather(*(sender.send("c-3", "note") for sender in senders))
        line.set()
        await eventually(lambda: not any(desk.streams[sender.participant].owed for sender in senders))


async def test_a_cancellation_is_not_taken_for_a_fault(client: Client, desk: SmallDesk, serve: Serve) -> None:
    """Cancelled while its deadline is at the desk, the run ends as cancelled instead of asking on."""
    door = asyncio.Event()
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        desk.before = lambda _: door.wait()
        desk.streams[sender.participant].due.append("2001-01-01T00:00:00+00:00")
        await sender.handle.signal(MOVED)
        await eventually(lambda: desk.asked[-1].startswith("clock/"))
        await sender.handle.cancel()
        with pytest.raises(WorkflowFailureError) as ended:
            await asyncio.wait_for(sender.handle.result(), 10)
        door.set()
    assert isinstance(ended.value.cause, CancelledError)
