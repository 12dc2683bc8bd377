"""Where a command finds its settings, its store and its study.

The rule that keeps it honest: the store is the one that was named, or the one `dayzero up` announced, or the
one at home, in this order; a look never makes a store.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from activities.rulebook import Rulebook
from console.cli.endings import refused
from console.cli.exits import Exit, Stopped
from console.cli.options import Looking, LookingBack
from console.reading import StudyLook
from console.running import announced_run
from console.words import Language
from settings import Settings, read_settings
from store import Reading, Store, open_store

_SQLITE = "sqlite:///"


@contextmanager
def looking(said: Looking) -> Generator[StudyLook]:
    """One look at the study a verb was told, in one snapshot of the store, at the present moment or, where
    one was said, at a moment of the past: as the record was known, or as it was in truth."""
    with opened_store(read_settings()) as store, store.reading() as reading:
        study = chosen_study(reading, said.study)
        look = StudyLook(reading, Rulebook(), study, present(), Language(said.lang))
        yield _back(look, said)


def _back(look: StudyLook, said: Looking) -> StudyLook:
    if not isinstance(said, LookingBack) or (said.as_of, said.true_at) == (None, None):
        return look
    from console.cli.replaying_as_of import looked_back

    return looked_back(look, said.as_of, said.true_at)


@contextmanager
def opened_store(settings: Settings) -> Generator[Store]:
    """The store of this place, which must be there.

    Raises:
        Stopped: there is no such file.
    """
    url = store_url(settings)
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).exists():
        raise Stopped(
            Exit.UNREACHABLE,
            f"no store: {url.removeprefix(_SQLITE)} is not there; `dayzero up` or `migrate` makes it, "
            "or DAYZERO_DATABASE_URL names another",
        )
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


def store_url(settings: Settings) -> str:
    """Address of the store of this place."""
    run = None if settings.database_url is not None else announced_run(settings.home)
    # Only a file's address is whole without a password.
    return run.database_url if run and run.database_url.startswith(_SQLITE) else settings.store_url


def chosen_study(reading: Reading, said: str | None) -> str:
    """The study that was said, or the only one in the store.

    Raises:
        Stopped: there is no such study, or none was said and there is none, or several.
    """
    known = reading.studies()
    if said is not None and said not in known:
        there = f"there is {', '.join(known)}" if known else "nothing is published yet"
        raise refused("unknown-study", f"no protocol is published for study {said!r}; {there}", study=said)
    if said is not None:
        return said
    if len(known) == 1:
        return known[0]
    if not known:
        raise Stopped(Exit.USAGE, "the store holds no study yet: `dayzero publish` makes the first one")
    raise Stopped(Exit.USAGE, f"the store holds several studies: say --study, one of {', '.join(known)}")


def present() -> datetime:
    """The present moment (UTC): the one clock of the command line."""
    return datetime.now(UTC)
