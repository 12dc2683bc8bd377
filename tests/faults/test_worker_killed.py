"""kill -9 of the worker at named points around the desk's commit: random kills never hit the gap after it."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.faulty_worker import AFTER_COMMIT, BEFORE_COMMIT, BEFORE_HEARING
from tests.faults.world import PARTICIPANT, World, killed_by_signal, result
from tests.support.trial import STUDY

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", [BEFORE_HEARING, BEFORE_COMMIT, AFTER_COMMIT])
async def test_a_killed_worker_loses_and_doubles_nothing(world: World, point: str) -> None:
    """INV-1 and INV-2: the caller gets the answer from the next worker, and the record has it once."""
    first = world.start_worker()
    await world.enrolled()
    world.tell(point)
    gateway = await world.gateway()
    asked = asyncio.create_task(gateway.send(STUDY, PARTICIPANT, "victim-1", result(71)))
    assert await asyncio.to_thread(killed_by_signal, first)
    committed = world.events_of("victim-1")
    assert committed == (["result.recorded"] if point == AFTER_COMMIT else [])

    world.start_worker()
    outcome = await asked

    assert world.events_of("victim-1") == ["result.recorded"]
    assert outcome.version == len(world.record())


@pytest.mark.timeout(180)
async def test_commands_go_on_through_random_kills(world: World) -> None:
    """INV-4: under kill after kill every acknowledged command is recorded once, in order, without a gap."""
    world.start_worker()
    await world.enrolled()
    gateway = await world.gateway()

    async def kill_now_and_then() -> None:
        for _ in range(3):
            await asyncio.sleep(2.5)
            world.stop_workers()
            world.start_worker()

    killing = asyncio.create_task(kill_now_and_then())
    for number in range(25):
        await gateway.send(STUDY, PARTICIPANT, f"result-{number}", result(60 + number))
    await killing

    record = world.record()
    assert [each.seq for each in record] == list(range(1, len(record) + 1))
    ids = [each.stamp.command_id for each in record if each.stamp.command_id.startswith("result-")]
    assert ids == [f"result-{number}" for number in range(25)]
