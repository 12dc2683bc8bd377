"""Where a replay finds its record: a store that is only read, or an exported archive.

The rule that keeps it honest: one snapshot, opened for reading; what is wrong with it is said in one line.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from console.cli.exits import Exit, Stopped
from console.cli.place import opened_store
from domain.events import UnknownEvent
from replay.archive import archive_files, read_archive
from replay.history import Foreign, History, history_of
from settings import read_settings

_NOT_BOTH = "say --store or --archive, not both"


def found_history(store: str | None, archive: Path | None) -> History:
    """The record that was named, or the one of this place.

    Raises:
        Stopped: two were named, or it cannot be read, or it is no record of ours.
    """
    if store is not None and archive is not None:
        raise Stopped(Exit.USAGE, _NOT_BOTH)
    with _said_in_a_line():
        return read_archive(archive) if archive is not None else _stored(store)


def found_records(store: str | None, archives: Sequence[Path]) -> list[tuple[str, History]]:
    """The records that were named, folders of archives among them, or the one of this place.

    Raises:
        Stopped: two kinds were named, or one cannot be read, or is no record of ours.
    """
    if store is not None and archives:
        raise Stopped(Exit.USAGE, _NOT_BOTH)
    with _said_in_a_line():
        if not archives:
            return [("", _stored(store))]
        return [(name, read_archive(path)) for name, path in archive_files(archives)]


@contextmanager
def _said_in_a_line() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise Stopped(Exit.USAGE, f"--archive {error.filename}: {error.strerror or error}") from error
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
