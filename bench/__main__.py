"""`python -m bench [names]`: measure, print the table, and write it down.

The rule that keeps it honest: a full run with the usual sizes is what is committed; a smaller one is printed
and written only where it is asked to.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import structlog
import typer

from bench import (
    across,
    append,
    code,
    commands,
    core,
    pages,
    pushing,
    record,
    rehydrate,
    replaying,
    simulating,
    study,
    sweep,
    timers,
    virtual,
)
from bench.figures import Row
from bench.lives import Told, read_told
from bench.machine import facts
from bench.report import print_table, written
from bench.sizes import Sizes

REPORT = Path(__file__).parent / "REPORT.md"


class Benchmark(StrEnum):
    """What can be asked for by name."""

    CORE = "core"
    STUDY = "study"
    APPEND = "append"
    ACROSS = "across"
    RECORD = "record"
    CODE = "code"
    REPLAY = "replay"
    SIMULATE = "simulate"
    COMMANDS = "commands"
    VIRTUAL = "virtual"
    SWEEP = "sweep"
    TIMERS = "timers"
    REHYDRATE = "rehydrate"
    PAGES = "pages"
    PUSHES = "pushes"


Measure = Callable[[Told, Path, Sizes], list[Row]]

_MEASURES: dict[Benchmark, Measure] = {
    Benchmark.CORE: lambda told, _, sizes: core.measure(told, sizes.rounds, sizes.lives),
    Benchmark.STUDY: lambda _, __, sizes: study.measure(sizes.burst_rounds, sizes.study),
    Benchmark.APPEND: lambda told, folder, sizes: append.measure(
        told, folder, sizes.rounds, sizes.writers, sizes.writes
    ),
    Benchmark.ACROSS: lambda told, folder, sizes: across.measure(
        told, folder, sizes.rounds, sizes.in_flight, sizes.alone
    ),
    Benchmark.RECORD: lambda told, folder, sizes: record.measure(told, folder, sizes.rounds, sizes.recorded),
    Benchmark.CODE: lambda _, folder, sizes: code.measure(folder, sizes.burst_rounds, sizes.histories),
    Benchmark.REPLAY: lambda told, folder, sizes: replaying.measure(
        told, folder, sizes.rounds, sizes.recorded, sizes.nine, sizes.years
    ),
    Benchmark.SIMULATE: lambda _, __, sizes: simulating.measure(
        sizes.burst_rounds, sizes.simulated, sizes.study
    ),
    Benchmark.COMMANDS: lambda told, folder, sizes: commands.measure(
        told, folder, sizes.rounds, sizes.in_flight, sizes.commands, sizes.alone
    ),
    Benchmark.VIRTUAL: lambda told, folder, sizes: virtual.measure(
        told, folder, sizes.rounds, sizes.virtual_deadlines
    ),
    Benchmark.SWEEP: lambda told, folder, sizes: sweep.measure(
        told, folder, sizes.burst_rounds, sizes.deadlines
    ),
    Benchmark.TIMERS: lambda told, folder, sizes: timers.measure(
        told, folder, sizes.burst_rounds, sizes.deadlines, sizes.lead_seconds
    ),
    Benchmark.REHYDRATE: lambda told, folder, sizes: rehydrate.measure(
        told, folder, sizes.burst_rounds, sizes.participants
    ),
    Benchmark.PAGES: lambda told, folder, sizes: pages.measure(told, folder, sizes.rounds, sizes.shown),
    Benchmark.PUSHES: lambda told, folder, sizes: pushing.measure(
        told, folder, sizes.rounds, sizes.shown, sizes.pushes
    ),
}


def measure(benchmark: Benchmark, sizes: Sizes, folder: Path) -> list[Row]:
    """The rows of one benchmark; `folder` is empty and on a disk."""
    return _MEASURES[benchmark](read_told(), folder, sizes)


def main(
    names: Annotated[list[Benchmark] | None, typer.Argument(help="Which; without names, all.")] = None,
    rounds: Annotated[int, typer.Option(min=1)] = Sizes.rounds,
    burst_rounds: Annotated[int, typer.Option(min=1)] = Sizes.burst_rounds,
    in_flight: Annotated[int, typer.Option(min=1)] = Sizes.in_flight,
    deadlines: Annotated[int, typer.Option(min=1)] = Sizes.deadlines,
    participants: Annotated[int, typer.Option(min=1)] = Sizes.participants,
    report: Annotated[Path | None, typer.Option(help="Where to write the table.")] = None,
) -> None:
    """Measure what Day Zero costs beside the least the same work could cost."""
    sizes = Sizes(rounds, burst_rounds, in_flight=in_flight, deadlines=deadlines, participants=participants)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(40), cache_logger_on_first_use=False
    )
    machine, rows = facts(), list[Row]()
    for name in names or list(Benchmark):
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="dayzero-bench-") as folder:
            measured = measure(name, sizes, Path(folder))
        print_table(f"{name.value}, {time.perf_counter() - began:.0f} s", measured)
        rows += measured
    where = report or (REPORT if not names and sizes == Sizes() else None)
    if where is not None:
        where.write_text(written(machine, rows), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
