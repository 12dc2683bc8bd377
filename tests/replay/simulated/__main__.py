"""A long run by hand: python -m tests.replay.simulated [SEEDS] [STEPS] [SECONDS].

SEEDS is 7, 0:500, or 0: for as many as fit into SECONDS.
"""

from __future__ import annotations

import sys

import structlog

from tests.replay.simulated.running import Ran, run_seeds, seeds_of


def main(seeds: str = "0:100", steps: str = "600", seconds: str = "") -> int:
    """Run seeds until one breaks or the time is over; what each did is told."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    ran = run_seeds(seeds_of(seeds), int(steps), float(seconds) if seconds else None, tell=_tell)
    sys.stdout.write(f"{ran.seeds} seeds, {ran.decisions} decisions in {ran.seconds:.0f} s\n")
    return 0


def _tell(seed: int, ran: Ran) -> None:
    sys.stdout.write(f"seed {seed}: {ran.decisions} decisions, {ran.crashes} crashes\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
