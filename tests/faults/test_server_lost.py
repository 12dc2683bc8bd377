"""The Temporal server killed, and its database lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console.embedded import EmbeddedTemporal
from tests.faults.world import PARTICIPANT, World, result, until
from tests.support.temporal_server import start_temporal
from tests.support.trial import STUDY, SYSTEM

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@pytest.mark.timeout(180)
async def test_a_killed_server_loses_no_acknowledged_command(world: World) -> None:
    """INV-1: kill -9 and restart of the server under steady commands loses and doubles none."""
    world.start_worker()
    await world.enrolled()
    gateway = await world.gateway()

    async def kill_twice() -> None:
        for _ in range(2):
            await asyncio.sleep(1.5)
            world.temporal.kill()
            world.temporal.restart()
            await asyncio.to_thread(world.temporal.wait_ready)

    killing = asyncio.create_task(kill_twice())
    for number in range(20):
        await gateway.send(STUDY, PARTICIPANT, f"result-{number}", result(60 + number))
        await asyncio.sleep(0.2)
    await killing

    ids = [each.stamp.command_id for each in world.record() if each.stamp.command_id.startswith("result-")]
    assert ids == [f"result-{number}" for number in range(20)]


@pytest.mark.timeout(180)
async def test_losing_temporals_database_loses_nothing(world: World, tmp_path: Path) -> None:
    """INV-25: on an empty server, `rehydrate` brings every open participant back; two at once do no harm."""
    world.start_worker()
    for number in range(1, 5):
        await world.enrolled(f"EX02-00{number}")
    before = {number: len(world.record(f"EX02-00{number}")) for number in range(1, 5)}
    world.stop_workers()
    world.temporal.kill()
    world.temporal = _empty_server(tmp_path)
    try:
        world.start_worker()
        with world.store.reading() as reading:
            rows = reading.participants(STUDY)
        gateways = await world.gateway(), await world.gateway()
        one, two = await asyncio.gather(*(gateway.rehydrate(rows) for gateway in gateways))

        # The worker's own watchdog may have been quicker for some of them.
        assert one.started + two.started <= 4
        for number in range(1, 5):
            participant = f"EX02-00{number}"
            await until(lambda p=participant: world.is_running(p), 30, f"{participant} runs again")
            outcome = await gateways[0].send(STUDY, participant, f"after-{number}", result(70))
            assert outcome.version == before[number] + 1
    finally:
        world.stop_workers()
        world.temporal.kill()


@pytest.mark.timeout(120)
async def test_deadlines_are_decided_while_temporal_is_down(world: World) -> None:
    """INV-8: with no Temporal at all the watchdog raises what has become overdue, from the store alone."""
    world.start_worker()
    await world.enrolled()
    world.stop_workers()
    world.temporal.kill()
    with world.store.reading() as reading:
        row = reading.participant(STUDY, PARTICIPANT)
    assert row is not None and row.next_due is not None

    # The deadline is weeks ahead; a worker whose clock has come there stands for weeks of waiting.
    hours = (row.next_due - world.record()[-1].stamp.recorded_at).total_seconds() / 3600 + 1
    world.start_worker(DAYZERO_TEST_CLOCK_HOURS=str(hours))

    def raised() -> bool:
        with world.store.reading() as reading:
            return any(alert.kind == "due_soon" for alert in reading.alerts(STUDY, PARTICIPANT))

    await until(raised, 60, "the alert that became due")
    raised_by = [each.stamp.actor.role.value for each in world.record() if each.event.TYPE == "alert.raised"]
    assert raised_by == [SYSTEM["role"]]


def _empty_server(folder: Path) -> EmbeddedTemporal:
    fresh = folder / "fresh"
    fresh.mkdir()
    return start_temporal(fresh)
