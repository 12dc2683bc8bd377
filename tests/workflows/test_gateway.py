"""The client side: an answer, a refusal, or "unknown, ask again"; and starting what should run."""

from __future__ import annotations

import asyncio
import gc
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from console.connecting import NoServer, connect
from console.embedded import EmbeddedTemporal, free_port
from console.gateway import CommandRefused, Gateway, Outcome, OutcomeUnknown
from settings import Settings
from tests.workflows.conftest import Serve
from tests.workflows.sending import STUDY, eventually
from tests.workflows.serving import serving
from tests.workflows.small_desk import SmallDesk

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Row:
    study: str
    participant: str


def _code() -> str:
    return f"P-{uuid.uuid4().hex[:10].upper()}"


async def test_a_command_is_recorded_or_refused(client: Client, serve: Serve) -> None:
    """Enrolment, repetition and refusal, each with its outcome; the same path starts what does not run."""
    async with serve() as queue:
        gateway, code = Gateway(client, queue), _code()
        assert await gateway.send(STUDY, code, "c-1", {"kind": "register"}) == Outcome(
            version=1, events=("register.done",), repeated=False, alerts=()
        )
        await gateway.send(STUDY, code, "c-1", {"kind": "register"})
        with pytest.raises(CommandRefused, match="not-applicable: this cannot be") as refused:
            await gateway.send(STUDY, code, "c-2", {"kind": "refuse"})
    assert (refused.value.code, refused.value.text) == ("not-applicable", "this cannot be")


@pytest.mark.parametrize(
    ("study", "participant", "command", "code"),
    [
        (STUDY, "P/1", {}, "malformed"),
        (STUDY, "", {}, "malformed"),
        ("../x", "P-1", {}, "malformed"),
        (STUDY, "P-1", {"text": "x" * 70_000}, "too-large"),
        (STUDY, "P-1", {"set": {1, 2}}, "malformed"),
    ],
)
async def test_what_cannot_be_sent_is_refused_here(
    study: str, participant: str, command: dict[str, object], code: str, client: Client
) -> None:
    """Codes that could not be told apart in an id, and too long commands, are not sent at all."""
    with pytest.raises(CommandRefused) as refused:
        await Gateway(client, "nobody serves this").send(study, participant, "c-1", command)
    assert refused.value.code == code


async def test_no_answer_is_unknown_and_asking_again_tells(
    client: Client, desk: SmallDesk, serve: Serve
) -> None:
    """While no worker runs the outcome is unknown; the same id later is answered, recorded once (INV-2)."""
    queue, code = str(uuid.uuid4()), _code()
    with pytest.raises(OutcomeUnknown, match="ask again with this id") as unknown:
        await Gateway(client, queue, patience=SECOND).send(STUDY, code, "c-1", {"kind": "register"})
    assert unknown.value.command_id == "c-1"
    async with serve(queue):
        outcome = await Gateway(client, queue).send(STUDY, code, "c-1", {"kind": "register"})
    assert outcome.version == 1
    assert [event[0] for event in desk.streams[code].events] == ["c-1"]


async def test_an_unsettled_command_can_be_asked_again(client: Client, desk: SmallDesk, serve: Serve) -> None:
    """After a fault of the desk the same id is asked anew, although this run remembers the failure."""
    faulty = True

    def fault(_: object) -> None:
        if faulty:
            raise KeyError("a mistake in our own code")

    async with serve() as queue:
        gateway, code = Gateway(client, queue), _code()
        await gateway.send(STUDY, code, "c-1", {"kind": "register"})
        desk.before = fault
        with pytest.raises(OutcomeUnknown, match="a mistake in our own code"):
            await gateway.send(STUDY, code, "c-2", {"kind": "note"})
        faulty = False
        assert (await gateway.send(STUDY, code, "c-2", {"kind": "note"})).version == 2


async def test_whoever_stops_waiting_is_let_go(client: Client) -> None:
    """A caller that is cancelled is cancelled, not kept until its patience ends."""
    sending = asyncio.create_task(
        Gateway(client, str(uuid.uuid4())).send(STUDY, _code(), "c-1", {"kind": "register"})
    )
    await asyncio.sleep(0.3)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(sending, 2)


async def test_trying_again_is_done_in_silence(temporal_address: str) -> None:
    """A server that turns every try away leaves one error for the caller, and nothing printed beside it."""
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    client = await Client.connect(temporal_address, namespace="nowhere")
    with pytest.raises(OutcomeUnknown, match="nowhere"):
        await Gateway(client, "q", patience=SECOND).send(STUDY, _code(), "c-1", {"kind": "register"})
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []


@pytest.mark.fault
async def test_a_killed_server_makes_the_outcome_unknown_not_failed(own_temporal: EmbeddedTemporal) -> None:
    """The server is killed while a command waits and comes back: the same id is answered, recorded once."""
    desk, code = SmallDesk(), _code()
    client = await Client.connect(own_temporal.address)
    async with serving(client, desk, "q"):
        await Gateway(client, "q").send(STUDY, code, "c-1", {"kind": "register"})
        own_temporal.kill()
        with pytest.raises(OutcomeUnknown):
            await Gateway(client, "q", patience=2 * SECOND).send(STUDY, code, "c-2", {"kind": "note"})
        waiting = asyncio.create_task(Gateway(client, "q").send(STUDY, code, "c-2", {"kind": "note"}))
        await asyncio.to_thread(own_temporal.restart)
        await asyncio.to_thread(own_temporal.wait_ready)
        assert (await waiting).version == 2
    assert [event[0] for event in desk.streams[code].events] == ["c-1", "c-2"]


async def test_two_rehydrations_at_once_start_each_timeline_once(
    client: Client, desk: SmallDesk, serve: Serve
) -> None:
    """Everything open runs afterwards, nothing twice, whoever asks and how often."""
    rows = [Row(STUDY, _code()) for _ in range(30)]
    for row in rows:
        desk.streams[row.participant].known = True
    async with serve() as queue:
        gateway = Gateway(client, queue)
        assert await gateway.idle(rows) == rows
        first, second = await asyncio.gather(gateway.rehydrate(rows), gateway.rehydrate(rows))
        third = await gateway.rehydrate(rows)
        assert await gateway.idle(rows) == []
    assert (first.started + second.started, first.running + second.running) == (30, 30)
    assert (third.started, third.running) == (0, 30)


async def test_a_rehydration_that_was_cut_off_goes_on(client: Client, desk: SmallDesk, serve: Serve) -> None:
    """Broken off in the middle, what was started runs and the rest is named; done again, everything runs, and
    each timeline is counted once it is done.
    """
    rows = [Row(STUDY, _code()) for _ in range(90)]
    for row in rows:
        desk.streams[row.participant].known = True
    async with serve() as queue:
        gateway = Gateway(client, queue)
        done: list[int] = []
        cut = asyncio.create_task(gateway.rehydrate(rows, lambda: done.append(1)))
        await eventually(lambda: len(done) >= 10)
        cut.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cut
        left = await gateway.idle(rows)
        assert 0 < len(left) <= 80
        looked: list[int] = []
        again = await gateway.rehydrate(rows, lambda: looked.append(1))
        assert len(looked) == 90
        # One that was on its way when it was cut may have begun since.
        assert again.started <= len(left)
        assert again.started + again.running == 90
        assert await gateway.idle(rows) == []


async def test_a_timeline_is_woken_whether_it_runs_or_not(
    client: Client, desk: SmallDesk, serve: Serve
) -> None:
    """When the store moved by itself, the timeline asks the desk again and sees it."""
    code = _code()
    desk.streams[code].known = True
    async with serve() as queue:
        gateway = Gateway(client, queue)
        await gateway.wake(STUDY, code)
        await eventually(lambda: desk.opened == 1)
        await gateway.wake(STUDY, code)
        await eventually(lambda: desk.opened == 2)


async def test_a_missing_server_is_said_plainly(tmp_path: Path) -> None:
    """No server: the text names the address that was tried, or what to set."""
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(NoServer, match=f"no Temporal server answers at {address}"):
        await connect(Settings(home=tmp_path, temporal_address=address))
    with pytest.raises(NoServer, match="no `dayzero up` runs from"):
        await connect(Settings(home=tmp_path, temporal_address=None))
