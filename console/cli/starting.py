"""Starting things that stay: everything on one machine, or one worker."""

from __future__ import annotations

import asyncio
import os
import sys

from console.cli.options import Local
from console.cli.printing import print_line
from console.up import Options, run_up, stop_on_signals
from settings import ROOT, Settings, read_settings


def start_up(_local: Local, *, demo: bool, ui: bool) -> None:
    """Run until Ctrl-C or SIGTERM."""
    asyncio.run(_up(read_settings(), Options(demo=demo, ui=ui)))


def become_worker(_local: Local, *, current: bool) -> None:
    """Turn this process into the worker, so that signals reach it and nothing stands between."""
    line = [sys.executable, str(ROOT / "worker.py"), *(["--current"] if current else [])]
    os.execv(sys.executable, line)  # noqa: S606 - our own file


async def _up(settings: Settings, options: Options) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run_up(settings, options, print_line, stop)
