"""How far a long piece of work is, on standard error: a bar for people, plain lines for everything else.

The rule that keeps it honest: it counts what is done, never what was only begun, and what is over quickly is
not talked about.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Tell = Callable[[int, int | None], None]
"""Told how many are done, and of how many, if that is known."""

EVERY_SECONDS = 2.0
"""Time between two plain lines, and before the first."""


@contextmanager
def progress(
    what: str, *, quiet: bool = False, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic
) -> Generator[Tell]:
    """Tell how far `what` is until the block ends. `quiet`: not at all, as for JSON."""
    stream = out or sys.stderr
    if quiet:
        yield lambda _done, _of: None
    elif stream.isatty():
        with _bar(what, stream) as tell:
            yield tell
    else:
        yield _lines(what, stream, clock)


@contextmanager
def _bar(what: str, stream: TextIO) -> Generator[Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, of: shown.update(task, completed=done, total=of)


def _lines(what: str, stream: TextIO, clock: Callable[[], float]) -> Tell:
    last = clock()

    def tell(done: int, of: int | None) -> None:
        nonlocal last
        if clock() - last >= EVERY_SECONDS:
            last = clock()
            print(f"{what}: {done}{f' of {of}' if of is not None else ''}", file=stream, flush=True)

    return tell
