"""A batch of histories replayed in a process of its own, watched from outside.

The rule that keeps it honest: a history over which the replayer waits for ever, or ends its process, is named
as such, and all others are replayed all the same.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import Replayer, WorkflowReplayResult, WorkflowRunner

from console.histories import NoHistory, read_history
from console.history_shape import FEWEST_EVENTS, payloads_of
from console.replay_failures import Failure, place_of, said
from workflows.codec import data_converter, key_of
from workflows.hosting import WORKFLOWS
from workflows.trust import runner, watching_runner

PATIENCE_SECONDS = 180.0
"""How long one history may take before it counts as one that never ends."""

_STDERR = 2

_RUNNERS: Mapping[str, Callable[[], WorkflowRunner]] = {
    "as deployed": runner,
    "domain watched": watching_runner,
}


@dataclass(frozen=True, slots=True)
class _Step:
    """One history, to be replayed in one of the two ways."""

    how: str
    file: Path


def replay_batch(
    files: Sequence[Path],
    keys: Mapping[str, bytes],
    stop: Event | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> list[Failure]:
    """What fails of the histories in these files, each replayed in both ways.

    `keys` open their payloads; `stop`: set by another thread, it ends the work early.
    """
    stop = stop or Event()
    steps, failures = [_Step(how, file) for how in _RUNNERS for file in files], list[Failure]()
    while steps and not stop.is_set():
        process = _Process(steps, stop)
        failures += process.run(keys, patience_seconds)
        steps = [each for each in steps if each not in process.done]
    # A file that cannot be read is found so in both ways.
    return list(dict.fromkeys(failures))


@dataclass
class _Process:
    """A process that replays steps until one of them does not come to its end."""

    steps: Sequence[_Step]
    stop: Event
    done: set[_Step] = field(default_factory=set)
    _current: _Step | None = None

    def run(self, keys: Mapping[str, bytes], patience_seconds: float) -> list[Failure]:
        """What fails, the step that did not end included."""
        # Forked, the core's threads of this process would be missing in the other.
        context = get_context("spawn")
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_replay_steps, args=(there, self.steps, keys), daemon=True)
        process.start()
        there.close()
        failures: list[Failure] = []
        try:
            while len(self.done) < len(self.steps) and not self.stop.is_set():
                # Between two steps it loads its code, which is no history's fault.
                if not here.poll(PATIENCE_SECONDS if self._current is None else patience_seconds):
                    return [*failures, self._unended(f"its replay did not end within {patience_seconds:g} s")]
                failures += self._heard(here.recv())
        except EOFError:
            process.join()
            return [*failures, self._unended(f"its replay ended the whole process ({process.exitcode})")]
        finally:
            process.kill()
            process.join()
            here.close()
        return failures

    def _heard(self, told: _Told) -> Sequence[Failure]:
        step = self.steps[told.number]
        self._current = step if told.failures is None else None
        if told.failures is None:
            return ()
        self.done.add(step)
        return told.failures

    def _unended(self, why: str) -> Failure:
        if self._current is None:
            raise RuntimeError(f"nothing can be replayed here: {why}")
        self.done.add(self._current)
        return Failure(f"{self._current.file.name}, {self._current.how}", why)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the other process says of a step: None, that it begins with it; else, what failed of it."""

    number: int
    failures: Sequence[Failure] | None


def _replay_steps(pipe: Connection, steps: Sequence[_Step], keys: Mapping[str, bytes]) -> None:
    """The other process: replay all, and tell of each."""
    # What fails is told; the workflows' loggers and the core's panics would print it a second time.
    logging.disable(logging.CRITICAL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), _STDERR)
    asyncio.run(_replay_all(pipe, steps, keys))


async def _replay_all(pipe: Connection, steps: Sequence[_Step], keys: Mapping[str, bytes]) -> None:
    converter = data_converter(keys)
    for how, make in _RUNNERS.items():
        numbers = [number for number, step in enumerate(steps) if step.how == how]
        queue = _Queue(pipe, steps, numbers)
        # Making the sandbox ready costs more than a replay, so all share it.
        replayer = Replayer(
            workflows=WORKFLOWS, workflow_runner=make(), data_converter=converter, runtime=_quiet()
        )
        async with replayer.workflow_replay_iterator(queue.histories()) as results:
            async for result in results:
                queue.tell(await _failures_of(result, how, converter, keys))


@dataclass
class _Queue:
    """Hands out one history after another. `number`: of the step at hand."""

    pipe: Connection
    steps: Sequence[_Step]
    numbers: Sequence[int]
    number: int = 0

    async def histories(self) -> AsyncIterator[WorkflowHistory]:
        """Those that can be replayed; of the others it is told why not."""
        for number in self.numbers:
            self.number = number
            self.pipe.send(_Told(number, None))
            file = self.steps[number].file
            try:
                history = read_history(file)
            except NoHistory as error:
                self.tell([Failure(file.name, str(error))])
                continue
            if len(history.events) < FEWEST_EVENTS:
                self.tell([])
                continue
            yield history

    def tell(self, failures: Sequence[Failure]) -> None:
        """The step at hand is done."""
        self.pipe.send(_Told(self.number, failures))


async def _failures_of(
    result: WorkflowReplayResult, how: str, converter: DataConverter, keys: Mapping[str, bytes]
) -> list[Failure]:
    if result.replay_failure is None:
        return []
    error, history = result.replay_failure, result.history
    what = f"{history.workflow_id}, {how}"
    if locked := _locked(history, keys):
        return [Failure(what, f"it is encrypted with a key that is not held here: {', '.join(locked)}")]
    place = await place_of(history, error, _RUNNERS[how], converter, _quiet())
    return [Failure(what, said(error), place.event, place.code)]


def _locked(history: WorkflowHistory, keys: Mapping[str, bytes]) -> list[str]:
    """The keys that a history wants and that are not among these."""
    wanted = {key_of(payload) for event in history.events for payload in payloads_of(event)}
    return sorted(key for key in wanted if key is not None and key not in keys)


@cache
def _quiet() -> Runtime:
    # What fails is in the result; the core would tell it a second time, on stderr.
    return Runtime(telemetry=TelemetryConfig(logging=None))
