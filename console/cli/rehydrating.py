"""Starting the workflows of all open participants, and of each study, again from the store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.cli.options import Local
from console.cli.place import opened_store
from console.cli.printing import print_json, print_line
from console.cli.progress import Tell, progress
from console.cli.shapes import RehydrationDone
from console.gateway import Gateway, Rehydrated, connect
from domain.decide import Subject
from settings import Settings, read_settings

_BATCH = 500


def rehydrate_all(local: Local, *, dry_run: bool = False) -> None:
    """Start what does not run, and count; with `dry_run` only name it."""
    settings = read_settings()
    with opened_store(settings) as store, store.reading() as reading:
        rows = [Subject(*each) for each in reading.subjects()]
    if dry_run:
        _name_idle(local, asyncio.run(_idle(settings, rows, quiet=local.as_json)), len(rows))
        return
    done = asyncio.run(_started(settings, rows, quiet=local.as_json))
    if local.as_json:
        print_json(RehydrationDone(len(rows), done.started, done.running))
    else:
        print_line(f"{len(rows)} open timelines: {done.started} started, {done.running} ran already")


async def _idle(settings: Settings, rows: Sequence[Subject], *, quiet: bool) -> list[Subject]:
    gateway = Gateway(await connect(settings), settings.task_queue)
    with progress("timelines looked at", quiet=quiet) as tell:
        counting = _Counting(tell, len(rows))
        return [each for batch in _batches(rows) for each in await gateway.idle(batch, counting)]


def _name_idle(local: Local, idle: Sequence[Subject], of: int) -> None:
    if local.as_json:
        print_json(RehydrationDone(of, 0, of - len(idle)))
        return
    for each in idle:
        print_line(f"{each.study} {each.participant} does not run")
    print_line(f"{of} open timelines: {len(idle)} do not run; nothing was started")


async def _started(settings: Settings, rows: Sequence[Subject], *, quiet: bool) -> Rehydrated:
    gateway = Gateway(await connect(settings), settings.task_queue)
    with progress("timelines", quiet=quiet) as tell:
        counting = _Counting(tell, len(rows))
        done = [await gateway.rehydrate(batch, counting) for batch in _batches(rows)]
    return Rehydrated(sum(each.started for each in done), sum(each.running for each in done))


def _batches(rows: Sequence[Subject]) -> Iterator[Sequence[Subject]]:
    for first in range(0, len(rows), _BATCH):
        yield rows[first : first + _BATCH]


@dataclass
class _Counting:
    """Counts one more at each call."""

    tell: Tell
    of: int
    done: int = 0

    def __call__(self) -> None:
        self.done += 1
        self.tell(self.done, self.of)
