"""Replaying workflow histories against this code, and folding every stream of the store.

The rule that keeps it honest: each history is replayed twice, as deployed and with the domain under the
sandbox's watch, because a clock read there is invisible to the first; what fails is named, never skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from threading import Event

from activities.rulebook import Rulebook
from console.folding import folded
from console.replay_batches import replay_batch
from console.replay_failures import Failure
from domain.study import fold_study
from store import Reading

_FEWEST, _MOST = 25, 500
"""Histories that are worth another process (it needs seconds until its sandbox is ready), and that are enough
for one."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """How much was looked at, and what failed."""

    count: int
    failures: tuple[Failure, ...]


def replay_files(files: Sequence[Path], keys: Mapping[str, bytes], jobs: int) -> Replayed:
    """Replay the histories in these files, each twice, in `jobs` processes; `keys` open their payloads."""
    size = min(_MOST, max(_FEWEST, ceil(len(files) / jobs)))
    batches = [files[first : first + size] for first in range(0, len(files), size)]
    stop = Event()
    # A thread only waits for its process.
    with ThreadPoolExecutor(jobs) as pool:
        try:
            found = list(pool.map(lambda batch: replay_batch(batch, keys, stop), batches))
        except BaseException:
            stop.set()
            raise
    return Replayed(len(files), tuple(failure for batch in found for failure in batch))


def fold_streams(reading: Reading) -> Replayed:
    """Fold every stream of the store with today's code."""
    streams, rulebook = reading.streams(), Rulebook()
    return Replayed(len(streams), tuple(_unfoldable(reading, rulebook, streams)))


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
