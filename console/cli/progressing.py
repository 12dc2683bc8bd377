"""Showing on stderr how far a long command is.

The rule that keeps it honest: only on a terminal; what is piped or kept stays free of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

Thing = TypeVar("Thing")


def shown_progress(things: Iterable[Thing], total: int, what: str) -> Iterator[Thing]:
    """The things as they come, with a bar on stderr that says how many of `total` did."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(things, total=total, description=what)
