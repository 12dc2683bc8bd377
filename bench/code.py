"""Workflow histories replayed against this code, in one process and in as many as there are cores.

The rule that keeps it honest: the whole of `dayzero replay --directory`, processes and sandboxes included;
the floor is the SDK's own replayer over the same files in the same two ways, and nothing around it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from bench.figures import Row, alternated, seconds
from console.histories import read_history
from console.replaying import replay_files
from settings import ROOT
from workflows.codec import data_converter
from workflows.hosting import WORKFLOWS
from workflows.trust import runner, watching_runner

_STORED = ROOT / "tests" / "workflows" / "histories"


def measure(folder: Path, rounds: int, histories: int) -> list[Row]:
    """Histories and events a second, each replayed as deployed and watched."""
    files = _copies(folder, histories)
    events = sum(len(read_history(file).events) for file in files)
    cores = os.cpu_count() or 1
    taken = alternated(
        rounds,
        {
            "one": lambda: seconds(lambda: _ours(files, 1)),
            "all": lambda: seconds(lambda: _ours(files, cores)),
            "alone": lambda: seconds(lambda: asyncio.run(_alone(files))),
        },
    )
    floor = taken["alone"]
    rows: list[Row] = []
    for side, where in (("one", "one process"), ("all", f"{cores} processes")):
        what = f"code replay of {len(files)} histories, as deployed and watched, in {where}"
        beside = "beside the Replayer alone in one"
        rows += [
            _row(f"{what}, {beside}: histories", len(files), taken[side], floor),
            _row(f"{what}, {beside}: events", events, taken[side], floor),
        ]
    return rows


def _row(what: str, many: int, ours: Sequence[float], floor: Sequence[float]) -> Row:
    return Row("", what, "/s", tuple(many / each for each in ours), tuple(many / each for each in floor))


def _copies(folder: Path, count: int) -> list[Path]:
    """So many of the stored histories, in turn."""
    stored = sorted(_STORED.glob("*.json"))
    files: list[Path] = []
    for number in range(count):
        file = folder / f"{number:05}.json"
        file.write_bytes(stored[number % len(stored)].read_bytes())
        files.append(file)
    return files


def _ours(files: Sequence[Path], jobs: int) -> None:
    failures = replay_files(files, {}, jobs).failures
    if failures:
        raise RuntimeError(f"a stored history does not replay: {failures[0]}")


async def _alone(files: Sequence[Path]) -> None:
    for make in (runner, watching_runner):
        replayer = Replayer(workflows=WORKFLOWS, workflow_runner=make(), data_converter=data_converter({}))
        async with replayer.workflow_replay_iterator(_read(files)) as results:
            async for _ in results:
                pass


async def _read(files: Sequence[Path]) -> AsyncIterator[WorkflowHistory]:
    for file in files:
        yield WorkflowHistory.from_json(file.stem, file.read_text(encoding="utf-8"))
