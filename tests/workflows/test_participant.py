"""One participant's timeline on the real server: commands, repetition, order, the end."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from tests.workflows.conftest import Serve
from tests.workflows.sending import Sender
from tests.workflows.small_desk import SmallDesk


@pytest.fixture(params=[1000, 0], ids=["cached", "replayed at every task"])
def cached(request: pytest.FixtureRequest) -> int:
    """Every promise here also holds when each task begins with a replay of the whole history."""
    size: int = request.param
    return size


async def test_a_command_is_answered_with_what_was_recorded(client: Client, serve: Serve) -> None:
    """The first command starts the timeline and is answered with version and events."""
    async with serve() as queue:
        answer = await Sender(client, queue).send("c-1", "register")
    assert answer == {"version": 1, "events": ["register.done"], "repeated": False, "alerts": []}


async def test_a_command_sent_twice_is_done_once(client: Client, desk: SmallDesk, serve: Serve) -> None:
    """The same command id gets the first outcome again, also from two senders at once (INV-2)."""
    async with serve() as queue:
        sender = Sender(client, queue)
        first, second = await asyncio.gather(sender.send("c-1", "register"), sender.send("c-1", "register"))
        third = await sender.send("c-1", "register")
    assert first == second == third
    assert desk.streams[sender.participant].events[1:] == []


async def test_a_refusal_is_an_answer(client: Client, desk: SmallDesk, serve: Serve) -> None:
    """A refused command answers with the desk's code and text, and the timeline goes on."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await sender.send("c-2", "refuse")
        assert isinstance(refused.value.cause, ApplicationError)
        assert (refused.value.cause.type, refused.value.cause.message) == ("not-applicable", "this cannot be")
        assert (await sender.send("c-3", "note"))["version"] == 2


async def test_ten_writers_are_served_one_by_one(client: Client, desk: SmallDesk, serve: Serve) -> None:
    """Ten at once on one participant: each is decided once, none while another is (INV-2, INV-4)."""
    at_the_desk = 0

    async def alone(_: object) -> None:
        nonlocal at_the_desk
        at_the_desk += 1
        assert at_the_desk == 1, "two commands of one participant are at the desk at once"
        await asyncio.sleep(0.02)
        at_the_desk -= 1

    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-0", "register")
        desk.before = alone
        answers = await asyncio.gather(*(sender.send(f"w-{n}", "note") for n in range(10)))
    assert sorted(answer["version"] for answer in answers) == list(range(2, 12))


async def test_the_validator_cannot_be_raced(client: Client, serve: Serve) -> None:
    """Of two infusions sent at once one is recorded, one refused: what counts is decided under the lock."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        both = await asyncio.gather(
            sender.send("i-1", "infuse"), sender.send("i-2", "infuse"), return_exceptions=True
        )
    refused = [each for each in both if isinstance(each, WorkflowUpdateFailedError)]
    assert [str(each.cause) for each in refused] == ["not-applicable: this cannot be"]
    assert [each["version"] for each in both if isinstance(each, dict)] == [2]


async def test_an_unknown_participant_leaves_nothing_running(client: Client, serve: Serve) -> None:
    """A command for somebody who was never registered is refused and its run ends by itself."""
    async with serve() as queue:
        sender = Sender(client, queue)
        with pytest.raises(WorkflowUpdateFailedError):
            await sender.send("c-1", "note")
        await asyncio.wait_for(sender.handle.result(), 10)


async def test_a_closed_timeline_still_takes_late_records(client: Client, serve: Serve) -> None:
    """After the end the run completes; a late record starts it again, is recorded, and it completes again."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        await sender.send("c-2", "close")
        await asyncio.wait_for(sender.handle.result(), 10)
        late = await sender.send("c-3", "note")
        await asyncio.wait_for(sender.handle.result(), 10)
        assert late["version"] == 3
        assert (await sender.handle.describe()).status == WorkflowExecutionStatus.COMPLETED


async def test_the_standing_says_when_it_is_ready(client: Client, serve: Serve) -> None:
    """The query says how far the run is, so that nobody takes a beginning for an empty timeline."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        assert await sender.standing() == {"ready": True, "version": 1, "due": None, "draining": False}
