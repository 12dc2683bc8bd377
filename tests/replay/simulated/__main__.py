"""A long run by hand: python -m tests.replay.simulated [SEEDS] [STEPS]; SEEDS is 7 or 0:500."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import structlog

from tests.replay.simulated.world import World


def main(seeds: str = "0:100", steps: str = "600") -> int:
    """Run seeds until one breaks; its trace and its number are told."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    first, _, last = seeds.partition(":")
    begun, heard = time.monotonic(), 0
    for seed in range(int(first), int(last or int(first) + 1)):
        with tempfile.TemporaryDirectory() as folder:
            world = World(seed, Path(folder))
            try:
                world.run(int(steps))
            finally:
                world.close()
            heard += sum(" heard " in line for line in world.trace)
            crashes = sum("crash" in line for line in world.trace)
            _say(f"seed {seed}: {len(world.trace)} steps told, {crashes} crashes, up to {world.now:%Y-%m-%d}")
    _say(f"{heard} decisions in {time.monotonic() - begun:.0f} s")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
