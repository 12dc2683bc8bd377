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
        # One by one: a result names its history only by a run id that two files could share.
        for history in batch:
            result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
            if result.replay_failure is not None:
                failures.append(Failure(f"{history.workflow_id}, {name}", str(result.replay_failure)))
    return failures


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
