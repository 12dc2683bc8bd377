"""One seed after another, for as long as there is time.

The rule that keeps it honest: time decides only how many seeds are run, never what one of them does; those
that ran are told, so each can be run again.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.replay.simulated.world import World


@dataclass(frozen=True, slots=True)
class Ran:
    """How many seeds ran to their end, what was decided in them, and how often the process crashed."""

    seeds: int = 0
    decisions: int = 0
    crashes: int = 0
    seconds: float = 0.0


def run_seeds(
    seeds: Iterable[int],
    steps: int,
    seconds: float | None,
    tell: Callable[[int, Ran], None] = lambda _, __: None,
) -> Ran:
    """Run each seed for so many steps, and begin none once `seconds` are over; at least one runs.

    Raises:
        Broken: a promise did not hold; the text names the seed.
    """
    began, ran = time.monotonic(), Ran()
    for seed in seeds:
        one = run_seed(seed, steps)
        passed = time.monotonic() - began
        ran = Ran(ran.seeds + 1, ran.decisions + one.decisions, ran.crashes + one.crashes, passed)
        tell(seed, one)
        if seconds is not None and passed >= seconds:
            break
    return ran


def run_seed(seed: int, steps: int) -> Ran:
    """One seed's world, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(seed, Path(folder))
        began = time.monotonic()
        try:
            world.run(steps)
        finally:
            world.close()
        decisions = sum(" heard " in line for line in world.trace)
        crashes = sum("crash" in line for line in world.trace)
        return Ran(1, decisions, crashes, time.monotonic() - began)


def seeds_of(said: str) -> Iterable[int]:
    """The seeds of `7`, `0:500`, or `0:` without end."""
    first, colon, last = said.partition(":")
    if not colon:
        return [int(first)]
    return range(int(first), int(last)) if last else count(int(first))
