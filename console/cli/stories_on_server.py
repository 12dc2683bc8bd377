"""Playing stories on a server of our own as well, and saying where it did otherwise than the core."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from console.embedded import EmbeddedTemporal, find_temporal_binary, free_port
from console.story_server import disagreements, play_on_server
from replay.story.playing import Difference, Played


def on_server_too(played: Sequence[Played]) -> list[Played]:
    """The same stories, with what was different on an embedded Temporal server in virtual time.

    Raises:
        console.embedded.EmbeddedTemporalError: the server cannot be started.
    """
    # Desk and workers tell what they do, which here nobody asked for.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedTemporal.start(
            binary=find_temporal_binary().path,
            db_file=Path(folder) / "temporal.sqlite3",
            port=free_port(),
            ui_port=None,
            log_file=Path(folder) / "temporal.log",
            virtual_time=True,
        )
        try:
            server.wait_ready()
            return [asyncio.run(_compared(each, server.address)) for each in played]
        finally:
            server.stop()


async def _compared(core: Played, address: str) -> Played:
    with tempfile.TemporaryDirectory() as folder:
        server = await play_on_server(core.story, address, Path(folder))
    first = next(line for line in core.story.lines if not line.told)
    found = tuple(
        Difference(first.file, first.line, first.number, first.said.at, f"on the server: {each}")
        for each in disagreements(core, server)
    )
    return replace(core, differences=(*core.differences, *found))
