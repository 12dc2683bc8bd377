"""Files that a verb makes for somebody to go on with.

The rule that keeps it honest: only where nothing is; what somebody wrote is not overwritten.
"""

from __future__ import annotations

from pathlib import Path

from console.cli.exits import Exit, Stopped


def must_be_new(path: Path | None) -> None:
    """Say it before any work is done: the file is there.

    Raises:
        Stopped: it is.
    """
    if path is not None and path.exists():
        raise Stopped(Exit.USAGE, f"{path} is there already: choose another name, or remove it first")


def write_new(path: Path, text: str) -> None:
    """Write the file.

    Raises:
        Stopped: it has come there meanwhile, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{path}: {error.strerror or error}") from error
