"""Verifying and rebuilding, with the first broken link named."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from pathlib import Path

from activities.sealing import SealBroken
from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import opened_store
from console.cli.printing import print_json, print_line
from console.cli.sealing import seal_of_archive
from console.cli.shapes import Verified
from console.folding import verified
from console.kept_checkpoints import kept_checkpoints
from console.read_models import remade, told_rebuilt
from settings import read_settings
from store.checkpoint import Checkpoint, checkpoint
from store.verify_archive import NotAnArchive, opened, verify

_MOST_SHOWN = 20


def verify_store(local: Local, checkpoints: Iterable[str], public_key: str | None = None) -> None:
    """Verify the store of this place, and that it still is what the checkpoints were made of.

    Raises:
        Stopped: something does not hold, or a checkpoint is none.
    """
    kept = [found for each in checkpoints for found in _checkpoints(each, public_key)]
    with opened_store(read_settings()) as store, store.reading() as reading:
        report = verified(reading, kept)
        now = str(checkpoint(reading))
    counts = {
        "streams": report.streams,
        "events": report.events,
        "commands": report.commands,
        "documents": report.documents,
        "participants": report.participants,
    }
    _conclude(local, counts, map(str, report.problems), now)


def verify_archive(local: Local, archive: Path, public_key: str | None = None) -> None:
    """Verify an exported file, without any store.

    Raises:
        Stopped: something does not hold, or it is no archive.
    """
    try:
        with opened(archive) as file:
            checks = verify(file)
    except (OSError, EOFError, zlib.error, NotAnArchive) as error:
        raise Stopped(Exit.USAGE, f"{archive}: {error}") from None
    counts = {f"{kind}s": count for kind, count in sorted(checks.counts.items()) if kind != "header"}
    broken = seal_of_archive(archive, public_key) if public_key is not None else None
    _conclude(local, counts, [*([broken] if broken else []), *checks.problems])


def rebuild_models(local: Local) -> None:
    """Make all read models anew."""
    with opened_store(read_settings()) as store:
        made = remade(store)
    if local.as_json:
        print_json(made)
    else:
        print_line(told_rebuilt(made))


def _checkpoints(said: str, public_key: str | None) -> list[Checkpoint]:
    try:
        return kept_checkpoints(said, public_key)
    except SealBroken as error:
        raise Stopped(Exit.BROKEN, f"--checkpoint: {error}") from None
    except ValueError as error:
        raise Stopped(Exit.USAGE, f"--checkpoint: {error}") from None


def _conclude(local: Local, counts: dict[str, int], problems: Iterable[str], made: str | None = None) -> None:
    found = list(problems)
    counted = ", ".join(f"{count} {name}" for name, count in counts.items())
    data = Verified(not found, counts, found, made)
    if found:
        for problem in found[:_MOST_SHOWN] if not local.as_json else ():
            print_line(f"BROKEN  {problem}")
        raise Stopped(Exit.BROKEN, f"broken: {found[0]} ({len(found)} problems; looked at {counted})", data)
    if local.as_json:
        print_json(data)
    else:
        print_line(f"sound: {counted}")
        if made is not None:
            print_line(f"checkpoint to keep elsewhere: {made}")
