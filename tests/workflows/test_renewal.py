"""Giving way to a new run: nothing is lost or doubled, however steadily commands come."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.client import Client
from temporalio.worker import Replayer

from console.gateway import Gateway
from tests.workflows.conftest import Serve
from tests.workflows.sending import STUDY, Sender, eventually
from tests.workflows.small_desk import SmallDesk
from workflows.attributes import KEYS
from workflows.hosting import WORKFLOWS
from workflows.trust import runner

_WRITERS, _EACH = 6, 150


@pytest.mark.slow
async def test_continue_as_new_under_steady_commands(client: Client, desk: SmallDesk, serve: Serve) -> None:
    """Six writers who never pause: several runs, every command once, each answer its own (INV-2)."""
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        first_run = (await sender.handle.describe()).run_id

        async def write(writer: int) -> list[int]:
            gateway = Gateway(client, queue)
            return [(await _note(gateway, sender, f"w-{writer}-{n}")) for n in range(_EACH)]

        written = await asyncio.gather(*(write(writer) for writer in range(_WRITERS)))
        described = await sender.handle.describe()
    assert described.run_id != first_run
    assert described.history_length < 2_200, "a run that should have given way went on"
    for run in (first_run, described.run_id):
        history = await client.get_workflow_handle(sender.handle.id, run_id=run).fetch_history()
        await Replayer(workflows=WORKFLOWS, workflow_runner=runner()).replay_workflow(history)
    ids = [command_id for command_id, _, _ in desk.streams[sender.participant].events]
    assert len(ids) == len(set(ids)) == 1 + _WRITERS * _EACH
    versions = sorted(version for each in written for version in each)
    assert versions == list(range(2, 2 + _WRITERS * _EACH))


@pytest.mark.slow
async def test_a_new_run_takes_over_what_was_waiting(client: Client, desk: SmallDesk, serve: Serve) -> None:
    """Deadline, search attributes and a notice still on its way go on in the new run; nothing is doubled."""
    closed_channel = True

    def channel(_: object) -> None:
        if closed_channel:
            raise OSError("no line")

    desk.channel = channel
    async with serve() as queue:
        sender = Sender(client, queue)
        await sender.send("c-1", "register")
        await sender.send("c-2", "plan", due=["2001-01-01T00:00:00+00:00", "2099-01-01T00:00:00+00:00"])
        await sender.send("c-3", "enter", stage="infused")
        await eventually(lambda: desk.streams[sender.participant].owed != [])
        first_run = (await sender.handle.describe()).run_id
        gateway, number = Gateway(client, queue), 0
        while (await sender.handle.describe()).run_id == first_run:
            number += 1
            await asyncio.gather(*(_note(gateway, sender, f"n-{number}-{each}") for each in range(8)))
        closed_channel = False
        await eventually(lambda: desk.delivered != [])
        described = await sender.handle.describe()
        standing = await sender.standing()
    assert standing["due"] == "2099-01-01T00:00:00+00:00"
    assert described.typed_search_attributes[KEYS["stage"]] == "infused"
    assert desk.delivered == [f"{sender.participant}/2001-01-01T00:00:00+00:00/rung-1"]


async def _note(gateway: Gateway, sender: Sender, command_id: str) -> int:
    return (await gateway.send(STUDY, sender.participant, command_id, {"kind": "note"})).version


@pytest.mark.slow
async def test_a_run_that_gives_way_does_not_end_with_a_notice_owed(
    client: Client, desk: SmallDesk, serve: Serve
) -> None:
    """The end comes while a delivery is being held: the next run sends the notice, and then ends."""
    line, tries = asyncio.Event(), 0

    async def channel(_: object) -> None:
        nonlocal tries
        tries += 1
        await line.wait()
        if tries == 1:
            raise OSError("no line")

    desk.channel = channel
    async with serve() as queue:
        sender, gateway, number = Sender(client, queue), Gateway(client, queue), 0
        await sender.send("c-1", "register")
        await sender.send("c-2", "plan", due=["2001-01-01T00:00:00+00:00"])
        await eventually(lambda: tries == 1)
        while (await sender.handle.describe()).history_length <= 2_100:
            number += 1
            await asyncio.gather(*(_note(gateway, sender, f"n-{number}-{each}") for each in range(8)))
        await sender.send("c-3", "close")
        line.set()
        await asyncio.wait_for(sender.handle.result(), 30)
    assert len(desk.delivered) == 1
    assert tries == 2
