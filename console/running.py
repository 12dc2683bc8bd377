"""What `dayzero up` tells the other commands: where its server is, in `<home>/run.json`.

The rule that keeps it honest: the file counts only while the process that wrote it lives and holds its lock,
so a server that is gone, or somebody else's, is never used by chance.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Run:
    """A running `dayzero up`. `database_url` holds no password; `ui_address` None: no pages are served."""

    temporal_address: str
    namespace: str
    ui_address: str | None
    database_url: str
    pid: int


class AlreadyRunning(RuntimeError):
    """Another `dayzero up` runs from this home."""


def run_file(home: Path) -> Path:
    """Where the run file of a home lies."""
    return home / "run.json"


@contextmanager
def announced(home: Path, run: Run) -> Generator[None]:
    """Let the other commands find this run for as long as the block lasts.

    Raises:
        AlreadyRunning: another process holds the file.
    """
    path = run_file(home)
    home.mkdir(parents=True, exist_ok=True)
    # Opened for appending: what another run says must not be emptied before the lock is ours.
    with path.open("a+", encoding="utf-8") as file:
        _hold(file.fileno(), path)
        file.truncate(0)
        file.write(json.dumps(asdict(run), indent=2) + "\n")
        file.flush()
        try:
            yield
        finally:
            # Emptied, not removed: the next run must lock the very file that readers look at.
            file.truncate(0)


def announced_run(home: Path) -> Run | None:
    """The run whose process lives, or None."""
    try:
        with run_file(home).open(encoding="utf-8") as file:
            if not _held(file.fileno()):
                return None
            return _read(json.load(file))
    except FileNotFoundError:
        return None
    except ValueError:
        # Held but not written to the end yet: about to run is not running.
        return None


def _hold(descriptor: int, path: Path) -> None:
    # A reader's look takes the lock for a moment; only one that stays is another run.
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise AlreadyRunning(f"another `dayzero up` runs from this home and holds {path}") from None
            time.sleep(0.05)
        else:
            return


def _held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _read(said: Any) -> Run:
    names = {field.name for field in fields(Run)}
    if not isinstance(said, dict) or not names <= said.keys():
        raise ValueError("not a run file of this release")
    return Run(**{name: said[name] for name in names})


def this_run(temporal_address: str, namespace: str, ui_address: str | None, database_url: str) -> Run:
    """A run of the present process."""
    return Run(temporal_address, namespace, ui_address, database_url, os.getpid())
