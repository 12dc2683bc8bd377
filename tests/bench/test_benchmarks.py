"""Every benchmark runs at a tiny size on real parts. What it measures is never judged here."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.__main__ import Benchmark, measure
from bench.sizes import Sizes

TINY = Sizes(
    rounds=1,
    burst_rounds=1,
    lives=1,
    study=3,
    writers=2,
    writes=2,
    in_flight=2,
    commands=2,
    alone=1,
    recorded=3,
    nine=1,
    years=2,
    histories=2,
    simulated=2,
    virtual_deadlines=3,
    deadlines=3,
    lead_seconds=2.0,
    participants=3,
    shown=24,
    pushes=1,
)

PROMISED = {
    Benchmark.CORE: {"P8", "P9"},
    Benchmark.STUDY: {""},
    Benchmark.APPEND: {"P6"},
    Benchmark.ACROSS: {""},
    Benchmark.RECORD: {"P7", ""},
    Benchmark.CODE: {""},
    Benchmark.REPLAY: {"P9", ""},
    Benchmark.SIMULATE: {""},
    Benchmark.COMMANDS: {"P1", "P2", "P4"},
    Benchmark.VIRTUAL: {"P10", "P4"},
    Benchmark.SWEEP: {"P5"},
    Benchmark.TIMERS: {"P5"},
    Benchmark.REHYDRATE: {"P12"},
    Benchmark.PAGES: {""},
    Benchmark.PUSHES: {""},
}


SLOW = {Benchmark.CODE, Benchmark.TIMERS, Benchmark.VIRTUAL}


@pytest.mark.parametrize(
    "benchmark",
    [pytest.param(each, marks=[pytest.mark.slow] if each in SLOW else [], id=each) for each in Benchmark],
)
def test_a_benchmark_measures_what_it_promises(benchmark: Benchmark, tmp_path: Path) -> None:
    """It gives its rows, each with positive figures, as many of the floor's as of ours, and full cells."""
    rows = measure(benchmark, TINY, tmp_path)
    assert {row.number for row in rows} == PROMISED[benchmark]
    for row in rows:
        assert row.what
        assert len(row.ours) >= 1
        assert len(row.floor) in (0, len(row.ours))
        assert all(figure > 0 for figure in (*row.ours, *row.floor))
        assert (row.met is None) == (not row.targets)
        assert all("|" not in cell for cell in row.cells())
