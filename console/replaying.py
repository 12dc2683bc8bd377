"""Replaying workflow histories against this code, and folding every stream of the store.

The rule that keeps it honest: each history is replayed twice, as deployed and with the domain under the
sandbox's watch, because a clock read there is invisible to the first; what fails is named, never skipped.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import Replayer

from activities.rulebook import Rulebook
from console.folding import folded
from domain.study import fold_study
from store import Reading
from workflows.hosting import WORKFLOWS
from workflows.names import DIGEST, PARTICIPANT, STUDY, WATCHDOG
from workflows.trust import runner, watching_runner

_BATCH = 100
_RUNNERS = {"as deployed": runner, "domain watched": watching_runner}


@dataclass(frozen=True, slots=True)
class Failure:
    """A history or stream that today's code does not agree with."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """How much was looked at, and what failed."""

    count: int
    failures: tuple[Failure, ...]


async def live_histories(client: Client) -> AsyncIterator[WorkflowHistory]:
    """The history of every workflow of ours that the server still has."""
    query = " OR ".join(f"WorkflowType = '{each}'" for each in (PARTICIPANT, STUDY, DIGEST, WATCHDOG))
    async for history in client.list_workflows(query).map_histories():
        yield history


def stored_histories(directory: Path) -> list[WorkflowHistory]:
    """The histories in a folder's JSON files.

    Raises:
        ValueError: there is none, or a file is not a history.
    """
    files = sorted(directory.glob("*.json"))
    if not files:
        raise ValueError(f"{directory} holds no history (*.json)")
    return [WorkflowHistory.from_json(file.stem, file.read_text(encoding="utf-8")) for file in files]


async def replay(histories: AsyncIterable[WorkflowHistory], converter: DataConverter) -> Replayed:
    """Replay every history twice."""
    count, failures = 0, list[Failure]()
    batch: list[WorkflowHistory] = []
    async for history in histories:
        batch.append(history)
        count += 1
        if len(batch) == _BATCH:
            failures += await replayed_batch(batch, converter)
            batch = []
    failures += await replayed_batch(batch, converter)
    return Replayed(count, tuple(failures))


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
                        workflow_id = result.history.workflow_id
                        failures.append(Failure(f"{workflow_id}, {name}", str(result.replay_failure)))
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
