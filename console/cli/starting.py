"""Starting things that stay: everything on one machine, or one worker."""

from __future__ import annotations

import asyncio
import os
import sys

from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import opened_store
from console.cli.printing import print_line
from console.up import Options, run_up, stop_on_signals
from console.web.running import AddressTaken, run_web
from settings import ROOT, Settings, read_settings
from store import Store


def start_up(_local: Local, *, demo: bool, ui: bool, browse: bool) -> None:
    """Run until Ctrl-C or SIGTERM."""
    asyncio.run(_up(read_settings(), Options(demo=demo, ui=ui, browse=browse)))


def become_worker(_local: Local, *, current: bool) -> None:
    """Turn this process into the worker, so that signals reach it and nothing stands between."""
    line = [sys.executable, str(ROOT / "worker.py"), *(["--current"] if current else [])]
    os.execv(sys.executable, line)  # noqa: S606 - our own file


def serve_web(_local: Local) -> None:
    """Serve until Ctrl-C or SIGTERM.

    Raises:
        Stopped: the address cannot be listened on.
    """
    settings = read_settings()
    with opened_store(settings) as store:
        try:
            asyncio.run(_web(settings, store))
        except AddressTaken as taken:
            raise Stopped(Exit.USAGE, str(taken)) from taken


async def _web(settings: Settings, store: Store) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run_web(settings, store, print_line, stop)


async def _up(settings: Settings, options: Options) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run_up(settings, options, print_line, stop)
