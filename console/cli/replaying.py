"""Replaying everything and saying what no longer agrees."""

from __future__ import annotations

import asyncio
from pathlib import Path

from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import opened_store
from console.cli.printing import print_json, print_line
from console.cli.shapes import ReplayDone
from console.connecting import connect
from console.replaying import Replayed, fold_streams, live_histories, replay, replayed_batch, stored_histories
from settings import Settings, read_settings
from workflows.codec import data_converter


def replay_all(local: Local, directory: Path | None) -> None:
    """Replay live histories and fold all streams; with `directory`, replay its histories only.

    Raises:
        Stopped: something failed to replay or to fold.
    """
    settings = read_settings()
    histories = asyncio.run(_replayed(settings, directory))
    streams = Replayed(0, ())
    if directory is None:
        with opened_store(settings) as store, store.reading() as reading:
            streams = fold_streams(reading)
    failures = (*histories.failures, *streams.failures)
    looked_at = f"{histories.count} histories replayed twice, {streams.count} streams folded"
    data = ReplayDone(histories.count, streams.count, failures)
    if local.as_json:
        print_json(data)
    elif not failures:
        print_line(f"agrees: {looked_at}")
    else:
        for failure in failures:
            print_line(f"FAILED  {failure.what}: {failure.why}")
    if failures:
        raise Stopped(Exit.BROKEN, f"{len(failures)} failures ({looked_at}); first: {failures[0].what}")


async def _replayed(settings: Settings, directory: Path | None) -> Replayed:
    if directory is None:
        client = await connect(settings)
        return await replay(live_histories(client), client.data_converter)
    try:
        stored = stored_histories(directory)
    except ValueError as error:
        raise Stopped(Exit.USAGE, str(error)) from error
    failures = await replayed_batch(stored, data_converter(settings.encryption_keys()))
    return Replayed(len(stored), tuple(failures))
