"""Replaying everything and saying what no longer agrees."""

from __future__ import annotations

import asyncio
import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import opened_store, present
from console.cli.printing import print_json, print_line
from console.cli.shapes import ReplayDone
from console.connecting import connect
from console.histories import NoHistory, Taken, history_files, take_histories
from console.last_replay import keep_replay
from console.replay_failures import Failure
from console.replaying import Replayed, fold_streams, replay_files
from settings import Settings, read_settings


def replay_all(local: Local, directory: Path | None, keep: Path | None, jobs: int | None) -> None:
    """Replay live histories and fold all streams; with `directory`, replay its histories only.

    `keep`: where live histories are put, and found again by the next run; `jobs`: processes at once.

    Raises:
        Stopped: something failed to replay or to fold.
    """
    settings = read_settings()
    at_once = jobs or os.cpu_count() or 1
    histories = (
        _live(local, settings, keep, at_once) if directory is None else _stored(settings, directory, at_once)
    )
    streams = Replayed(0, ())
    if directory is None:
        with opened_store(settings) as store, store.reading() as reading:
            streams = fold_streams(reading)
    failures = (*histories.failures, *streams.failures)
    looked_at = f"{histories.count} histories replayed twice, {streams.count} streams folded"
    data = ReplayDone(histories.count, streams.count, failures)
    if directory is None:
        _keep(settings, data)
    if local.as_json:
        print_json(data)
    elif not failures:
        print_line(f"agrees: {looked_at}")
    else:
        for failure in failures:
            print_line(_told(failure))
    if failures:
        raise Stopped(Exit.BROKEN, f"{len(failures)} failures ({looked_at}); first: {failures[0].what}")


def _keep(settings: Settings, done: ReplayDone) -> None:
    """Leave beside the record what was found, for the console's page of the system."""
    said = [f"{each.what}: {each.why}" for each in done.failures]
    with opened_store(settings) as store, store.writing() as tx:
        keep_replay(tx, present(), settings.build_id, done.histories, done.streams, said)


def _live(local: Local, settings: Settings, keep: Path | None, at_once: int) -> Replayed:
    folder: AbstractContextManager[str | Path] = (
        nullcontext(keep) if keep is not None else TemporaryDirectory()
    )
    with folder as place:
        try:
            taken = asyncio.run(_taken(settings, Path(place), tell=not local.as_json))
        except NoHistory as error:
            raise Stopped(Exit.USAGE, f"--keep {error}") from error
        return replay_files(taken.files, settings.encryption_keys(), at_once)


async def _taken(settings: Settings, folder: Path, *, tell: bool) -> Taken:
    client = await connect(settings)

    def told(done: int) -> None:
        if tell:
            print_line(f"{done} histories taken")

    return await take_histories(client, folder, told)


def _stored(settings: Settings, directory: Path, at_once: int) -> Replayed:
    try:
        files = history_files(directory)
    except NoHistory as error:
        raise Stopped(Exit.USAGE, str(error)) from error
    return replay_files(files, settings.encryption_keys(), at_once)


def _told(failure: Failure) -> str:
    where = [f"event {failure.event}"] if failure.event else []
    where += [f"after {failure.code}"] if failure.code else []
    place = f" ({', '.join(where)})" if where else ""
    return f"FAILED  {failure.what}{place}: {failure.why}"
