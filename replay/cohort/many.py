"""Many studies at once: played in several processes, told in the order of their seeds.

The rule that keeps it honest: what comes back is small and comes in order, whoever finishes first, so that
the number of processes changes no figure; a study that fails names its seed.
"""

from __future__ import annotations

import pickle
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import active_children, get_context

from replay.cohort.observed import Observed, observe
from replay.cohort.played import PlayedStudy

Play = Callable[[int], PlayedStudy]
"""Plays the study of a seed to its end. It goes to other processes, so it must be picklable."""
_AHEAD = 3
"""Batches for each process that wait or are done: enough that none is idle."""
_MOST_IN_A_BATCH = 8


class StudyFailed(Exception):
    """A study could not be played or observed. `seed` plays it alone."""

    def __init__(self, seed: int, why: str) -> None:
        super().__init__(f"the study of seed {seed} failed: {why}")
        self.seed = seed


class ProcessLost(Exception):
    """A process ended before its studies did, as when memory runs out."""


@dataclass(frozen=True, slots=True)
class _Failed:
    seed: int
    why: str


def observe_many(play: Play, seeds: Sequence[int], jobs: int) -> Generator[Observed]:
    """Play the study of every seed in `jobs` processes; what was observed comes in the order of `seeds`.

    Raises:
        StudyFailed: a study failed, after all before it were told.
        ProcessLost: a process of ours was ended by somebody else.
    """
    batches = _batches(seeds, jobs)
    with closing(_in_processes(play, batches, jobs) if jobs > 1 else _in_this_one(play, batches)) as told:
        for batch in told:
            for each in batch:
                if isinstance(each, _Failed):
                    raise StudyFailed(each.seed, each.why)
                yield each


def _batches(seeds: Sequence[int], jobs: int) -> Iterator[tuple[int, ...]]:
    size = max(1, min(_MOST_IN_A_BATCH, len(seeds) // (jobs * _AHEAD))) if jobs > 1 else 1
    waiting = iter(seeds)
    while batch := tuple(islice(waiting, size)):
        yield batch


def _in_this_one(play: Play, batches: Iterator[tuple[int, ...]]) -> Generator[list[Observed | _Failed]]:
    for batch in batches:
        yield _observed(play, batch)


def _in_processes(
    play: Play, batches: Iterator[tuple[int, ...]], jobs: int
) -> Generator[list[Observed | _Failed]]:
    """The batches in order, with no more than a few of them on their way at any time."""
    sent = pickle.dumps(play)
    waiting: deque[Future[list[Observed | _Failed]]] = deque()
    with _pool(jobs) as pool:
        try:
            for batch in batches:
                waiting.append(pool.submit(_observed_there, sent, batch))
                if len(waiting) >= jobs * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise ProcessLost(
                "a process that played studies was ended; fewer at once (--jobs) need less memory"
            ) from error


@contextmanager
def _pool(jobs: int) -> Generator[ProcessPoolExecutor]:
    """Processes that are ended at once when the play is given up."""
    others = active_children()
    # Spawned, not forked: threads of this process would be missing in the others.
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_leave_interrupts)
    finished = False
    try:
        yield pool
        finished = True
    finally:
        for child in set(active_children()) - set(others) if not finished else ():
            child.terminate()
        pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    # Ctrl-C reaches every process of the terminal: the first one decides, and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _observed_there(sent: bytes, seeds: Iterable[int]) -> list[Observed | _Failed]:
    return _observed(_received(sent), seeds)


@cache
def _received(sent: bytes) -> Play:
    # Documents and all: read once by each process, not once for each batch.
    play: Play = pickle.loads(sent)  # noqa: S301 - made by the process that started this one
    return play


def _observed(play: Play, seeds: Iterable[int]) -> list[Observed | _Failed]:
    """What was observed for each seed; a failure is the last."""
    found: list[Observed | _Failed] = []
    for seed in seeds:
        try:
            found.append(observe(play(seed)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told with the seed that shows it
            found.append(_Failed(seed, f"{type(error).__name__}: {error}"))
            break
    return found
