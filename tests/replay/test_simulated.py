"""The whole engine under one seed: whatever is lost, doubled, late or cut off, every promise holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from activities.hearing import Hearing
from activities.orders import DeskOutcome
from domain.rows import rows_of
from domain.state import State
from tests.replay.simulated.promises import Broken
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


def test_a_wrong_list_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a desk that shows one stage too few, the simulation breaks, and says with which seed (INV-5)."""

    def wrong(state: State) -> Any:
        return rows_of(state.but(stage="")) if state.version > 12 else rows_of(state)

    monkeypatch.setattr("activities.hearing.rows_of", wrong)
    with pytest.raises(Broken, match=r"seed 3, step \d+: EX02-\d+ is shown else(?s:.*)make simulate SEEDS=3"):
        lived(3, tmp_path)


def test_another_answer_under_the_same_id_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a desk that forgets what a repeated command led to, the simulation breaks (INV-2)."""
    before = Hearing._as_before

    def forgetful(self: Hearing, *asked: Any) -> DeskOutcome:
        outcome = before(self, *asked)
        outcome.events.append("something.else")
        return outcome

    monkeypatch.setattr(Hearing, "_as_before", forgetful)
    with pytest.raises(Broken, match="INV-2"):
        lived(3, tmp_path)
