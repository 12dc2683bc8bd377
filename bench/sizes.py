"""How much is measured.

The rule that keeps it honest: the usual sizes are stated here once; a full run of them takes about ten
minutes on two quiet cores.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """`rounds`: how often each side has its turn; `burst_rounds` where a turn takes half a minute.

    `lives`: lives per figure of the core. `study`: participants of the study that is lived as a whole.
    `writers` and `writes`: how many write at once, and what each does.
    `in_flight`, `commands`, `alone`: participants, commands of each in a round, and commands at rest.
    `recorded`: lives in the record that is gone through as a whole; `nine`, `years`: participants of the
    study that is decided again as a whole, and how long it lasts. `histories`: workflow histories replayed.
    `simulated`: studies that are played in a round; `study` is also how many take part in the large one.
    `shown`: participants of the study whose pages are asked for; `pushes`: changes shown in a round.
    `lead_seconds`: the least time between arming timers and the instant they wait for.
    """

    rounds: int = 5
    burst_rounds: int = 2
    lives: int = 3
    study: int = 1000
    writers: int = 64
    writes: int = 8
    in_flight: int = 50
    commands: int = 6
    alone: int = 60
    recorded: int = 60
    nine: int = 9
    years: int = 10
    histories: int = 10
    simulated: int = 16
    virtual_deadlines: int = 25
    deadlines: int = 1000
    lead_seconds: float = 8.0
    participants: int = 1000
    shown: int = 1000
    pushes: int = 5
