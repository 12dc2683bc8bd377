"""The whole engine under one seed: whatever is lost, doubled, late or cut off, every promise holds."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from tests.replay.simulated.running import run_seeds
from tests.replay.simulated.world import World

STEPS = 130


def lived(seed: int, folder: Path, steps: int = STEPS) -> World:
    """A world that ran to its end."""
    world = World(seed, folder)
    try:
        world.run(steps)
    finally:
        world.close()
    return world


@pytest.mark.parametrize("seed", [3, 11, 20])
def test_every_promise_holds_after_every_step(seed: int, tmp_path: Path) -> None:
    """Crashes between any two calls, errors of the store, lost answers, doubles, late and disordered orders,
    clocks that are behind: after each step the record is whole, what is shown is its fold, every id has one
    answer, and no rung is told twice or early; in the end nothing due is left, every chain holds, and all
    of it decided again is the same (INV-1, 2, 4, 5, 6, 8, 9, 13, 17, 27)."""
    world = lived(seed, tmp_path)
    assert sum(" heard " in line for line in world.trace) > STEPS / 4


def test_a_seed_replays_exactly(tmp_path: Path) -> None:
    """The same seed gives the same trace, word by word: a failing one can be looked at again."""
    (tmp_path / "again").mkdir()
    first, again = lived(7, tmp_path, 60), lived(7, tmp_path / "again", 60)
    assert first.trace == again.trace
    assert len(first.trace) > 40


def test_as_many_seeds_as_there_is_time_for() -> None:
    """Each day other seeds, as many as fit into DAYZERO_TEST_SIMULATE_SECONDS (20): every promise holds in
    all of them; a failure names its seed."""
    seconds = float(os.environ.get("DAYZERO_TEST_SIMULATE_SECONDS", "20"))
    first = datetime.now(UTC).date().toordinal() * 10_000
    ran = run_seeds(count(first), 300, seconds)
    sys.stdout.write(
        f"seeds {first} to {first + ran.seeds - 1}: {ran.decisions} decisions, {ran.crashes} crashes"
    )
    assert ran.decisions > 50 * ran.seeds
