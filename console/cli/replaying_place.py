"""Where a replay finds its record: a store that is only read, or an exported archive.

The rule that keeps it honest: one snapshot, opened for reading; what is wrong with it is said in one line.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from console.cli.exits import Exit, Stopped
from console.cli.place import opened_store
from domain.events import UnknownEvent
from replay.archive import read_archive
from replay.history import Foreign, History, history_of
from settings import read_settings


def found_history(store: str | None, archive: Path | None) -> History:
    """The record that was named, or the one of this place.

    Raises:
        Stopped: two were named, or it cannot be read, or it is no record of ours.
    """
    if store is not None and archive is not None:
        raise Stopped(Exit.USAGE, "say --store or --archive, not both")
    try:
        return read_archive(archive) if archive is not None else _stored(store)
    except OSError as error:
        raise Stopped(Exit.USAGE, f"--archive {archive}: {error.strerror or error}") from error
    except (Foreign, UnknownEvent) as error:
        raise Stopped(Exit.BROKEN, str(error)) from error


def _stored(url: str | None) -> History:
    settings = read_settings()
    if url is not None:
        settings = settings.model_copy(update={"database_url": SecretStr(url)})
    try:
        with opened_store(settings) as store, store.reading() as reading:
            return history_of(reading)
    except Foreign:
        raise
    except ValueError as error:
        raise Stopped(Exit.USAGE, f"--store: {error}") from error
