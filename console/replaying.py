"""Replaying workflow histories against this code, and folding every stream of the store.

The rule that keeps it honest: each history is replayed twice, as deployed and with the domain under the
sandbox's watch, because a clock read there is invisible to the first; what fails is named, never skipped.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import ceil
from multiprocessing import get_context
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import Replayer, WorkflowRunner

from activities.rulebook import Rulebook
from console.folding import folded
from console.histories import NoHistory, read_history
from console.replay_failures import place_of, said
from domain.study import fold_study
from store import Reading
from workflows.codec import data_converter
from workflows.hosting import WORKFLOWS
from workflows.trust import runner, watching_runner

_FEWEST = 25
"""Histories that are worth another process: it needs seconds until its sandbox is ready."""
_RUNNERS: Mapping[str, Callable[[], WorkflowRunner]] = {
    "as deployed": runner,
    "domain watched": watching_runner,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A history or stream that today's code does not agree with.

    `event`: number and type of the first event that does not fit; `code`: the line that gave the last order
    before it. None: it is no history, or nobody can say.
    """

    what: str
    why: str
    event: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """How much was looked at, and what failed."""

    count: int
    failures: tuple[Failure, ...]


def replay_files(files: Sequence[Path], keys: Mapping[str, bytes], jobs: int) -> Replayed:
    """Replay the histories in these files, each twice, in `jobs` processes; `keys` open their payloads."""
    size = max(_FEWEST, ceil(len(files) / jobs))
    batches = [list(files[first : first + size]) for first in range(0, len(files), size)]
    if jobs < 2 or len(batches) < 2:
        found = [_replayed(batch, keys) for batch in batches]
    else:
        # Forked, the core's threads of this process would be missing in the others.
        with ProcessPoolExecutor(min(jobs, len(batches)), mp_context=get_context("spawn")) as pool:
            found = list(pool.map(_replayed, batches, [keys] * len(batches)))
    return Replayed(len(files), tuple(failure for batch in found for failure in batch))


def _replayed(files: Sequence[Path], keys: Mapping[str, bytes]) -> list[Failure]:
    histories, failures = list[WorkflowHistory](), list[Failure]()
    for file in files:
        try:
            histories.append(read_history(file))
        except NoHistory as error:
            failures.append(Failure(file.name, str(error)))
    return failures + asyncio.run(replayed_batch(histories, data_converter(keys)))


def fold_streams(reading: Reading) -> Replayed:
    """Fold every stream of the store with today's code."""
    streams, rulebook = reading.streams(), Rulebook()
    return Replayed(len(streams), tuple(_unfoldable(reading, rulebook, streams)))


async def replayed_batch(batch: Sequence[WorkflowHistory], converter: DataConverter) -> list[Failure]:
    """What fails of some histories, each replayed twice."""
    failures: list[Failure] = []
    for name, make in _RUNNERS.items():
        replayer = Replayer(
            workflows=WORKFLOWS, workflow_runner=make(), data_converter=converter, runtime=_quiet()
        )
        # Making the sandbox ready costs more than a replay, so many share it.
        for some in _told_apart(batch):
            async with replayer.workflow_replay_iterator(_each(some)) as results:
                async for result in results:
                    if result.replay_failure is not None:
                        error, history = result.replay_failure, result.history
                        place = await place_of(history, error, make, converter, _quiet())
                        what = f"{history.workflow_id}, {name}"
                        failures.append(Failure(what, said(error), place.event, place.code))
    return failures


def _told_apart(batch: Sequence[WorkflowHistory]) -> list[list[WorkflowHistory]]:
    """The histories in groups of different runs: a result finds its history by the run id alone."""
    groups: list[dict[str, WorkflowHistory]] = []
    for history in batch:
        group = next((each for each in groups if history.run_id not in each), None)
        if group is None:
            groups.append(group := {})
        group[history.run_id] = history
    return [list(each.values()) for each in groups]


async def _each(histories: Sequence[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for history in histories:
        yield history


@cache
def _quiet() -> Runtime:
    # What fails is in the result; the core would tell it a second time, on stderr.
    return Runtime(telemetry=TelemetryConfig(logging=None))


def _unfoldable(reading: Reading, rulebook: Rulebook, streams: list[str]) -> Iterator[Failure]:
    for stream in streams:
        try:
            record = reading.events(stream)
            if stream.startswith("study/"):
                fold_study(each.event for each in record)
            else:
                folded(reading, rulebook, record)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
            yield Failure(stream, f"{type(error).__name__}: {error}")
