"""The store locked, and the store gone, while commands come in."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.embedded import EmbeddedTemporal
from tests.faults.world import PARTICIPANT, World, make_world, result
from tests.support.postgres import PostgresCluster
from tests.support.trial import STUDY

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@pytest.mark.timeout(180)
async def test_a_locked_store_makes_commands_wait_and_then_succeed(world: World) -> None:
    """Commands given while another holds the lock are answered when it is free, each recorded once."""
    world.start_worker()
    await world.enrolled()
    gateway = await world.gateway()
    file = world.database.removeprefix("sqlite:///")

    def hold(seconds: float) -> None:
        with sqlite3.connect(file, isolation_level=None) as connection:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")
        connection.close()

    holding = asyncio.create_task(asyncio.to_thread(hold, 12.0))
    await asyncio.sleep(0.3)
    started = time.monotonic()
    outcomes = await asyncio.gather(
        *(gateway.send(STUDY, PARTICIPANT, f"result-{number}", result(60 + number)) for number in range(3))
    )
    await holding

    assert time.monotonic() - started > 8, "the lock was not in the way"
    assert len({outcome.version for outcome in outcomes}) == 3
    for number in range(3):
        assert world.events_of(f"result-{number}") == ["result.recorded"]


@pytest.fixture
def cluster() -> Iterator[PostgresCluster]:
    """A PostgreSQL cluster that this test may kill."""
    made = PostgresCluster.start()
    yield made
    made.stop()


@pytest.fixture
def postgres_world(
    tmp_path: Path, cluster: PostgresCluster, own_temporal: EmbeddedTemporal
) -> Iterator[World]:
    """A trial on PostgreSQL."""
    made = make_world(tmp_path, cluster.new_database(), own_temporal)
    yield made
    made.stop_workers()
    made.store.close()


@pytest.mark.timeout(240)
async def test_a_killed_database_loses_no_acknowledged_command(
    postgres_world: World, cluster: PostgresCluster
) -> None:
    """INV-1: PostgreSQL killed for ten seconds; the command given meanwhile is answered and recorded once."""
    world = postgres_world
    world.start_worker()
    await world.enrolled()
    gateway = await world.gateway()
    await gateway.send(STUDY, PARTICIPANT, "before", result(70))

    await asyncio.to_thread(cluster.kill)
    asked = asyncio.create_task(gateway.send(STUDY, PARTICIPANT, "meanwhile", result(71)))
    await asyncio.sleep(10)
    assert not asked.done()
    await asyncio.to_thread(cluster.restart)
    await asked

    assert world.events_of("before") == ["result.recorded"]
    assert world.events_of("meanwhile") == ["result.recorded"]
