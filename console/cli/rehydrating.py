"""Starting the workflows of all open participants, and of each study, again from the store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from console.cli.options import Local
from console.cli.place import opened_store
from console.cli.printing import print_json, print_line
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
        _name_idle(local, asyncio.run(_idle(settings, rows)), len(rows))
        return
    done = asyncio.run(_started(settings, rows, tell=not local.as_json))
    if local.as_json:
        print_json(RehydrationDone(len(rows), done.started, done.running))
    else:
        print_line(f"{len(rows)} open timelines: {done.started} started, {done.running} ran already")


async def _idle(settings: Settings, rows: Sequence[Subject]) -> list[Subject]:
    gateway = Gateway(await connect(settings), settings.task_queue)
    return [
        each
        for first in range(0, len(rows), _BATCH)
        for each in await gateway.idle(rows[first : first + _BATCH])
    ]


def _name_idle(local: Local, idle: Sequence[Subject], of: int) -> None:
    if local.as_json:
        print_json(RehydrationDone(of, 0, of - len(idle)))
        return
    for each in idle:
        print_line(f"{each.study} {each.participant} does not run")
    print_line(f"{of} open timelines: {len(idle)} do not run; nothing was started")


async def _started(settings: Settings, rows: Sequence[Subject], *, tell: bool) -> Rehydrated:
    gateway = Gateway(await connect(settings), settings.task_queue)
    started = running = 0
    for first in range(0, len(rows), _BATCH):
        batch = await gateway.rehydrate(rows[first : first + _BATCH])
        started, running = started + batch.started, running + batch.running
        if tell and len(rows) > _BATCH:
            print_line(f"{started + running} of {len(rows)}")
    return Rehydrated(started, running)
