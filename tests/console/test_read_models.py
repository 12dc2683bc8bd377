"""A store of an older release is brought up whole: its schema, and what its lists show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from activities.rulebook import Rulebook
from console.folding import study_views_in, views_in
from console.health import Health
from console.read_models import bring_up
from console.store_health import examine_store
from store import Store, open_store
from store.rebuild import rebuild_is_due
from store.verify import verify_snapshot
from tests.console.seeding import NOW, told_trial
from tests.console.terminal import terminal
from tests.store.tampering import tamper

MIGRATIONS = Path(__file__).parents[2] / "store" / "migrations"
OLD_ROWS = (
    "UPDATE participants SET day_zero = NULL",
    "UPDATE alerts SET next_role = NULL",
    "INSERT INTO notes VALUES ('read models', 'to be made anew')",
)
"""What migration 0004 leaves of rows that an older release wrote."""


@pytest.fixture
def older(tmp_path: Path) -> Iterator[Store]:
    """A told trial whose lists are an older release's."""
    store = open_store(told_trial(tmp_path))
    tamper(store, *OLD_ROWS)
    yield store
    store.close()


@pytest.mark.parametrize(("streams", "due"), [(0, False), (1, True)])
def test_a_migrated_record_waits_for_its_lists(tmp_path: Path, streams: int, due: bool) -> None:
    """The migration that adds to lists says that they must be made anew, unless there is nothing to list."""
    store = open_store(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with store._database.engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, "0003")
        for _ in range(streams):
            connection.execute(text("INSERT INTO streams VALUES ('study/S', 0, '', NULL, 0, '')"))
    store.migrate()
    with store.reading() as reading:
        assert rebuild_is_due(reading) is due
    store.close()


def test_bringing_a_store_up_makes_its_lists_anew(older: Store) -> None:
    """The lists of an older release are said to be wrong; brought up, they are what the events say, once."""
    assert "read models" in _bad(older)
    made = bring_up(older)
    assert made is not None
    assert made.participants == 3
    assert "read models" not in _bad(older)
    with older.reading() as reading:
        rulebook = Rulebook()
        report = verify_snapshot(
            reading, views_in(reading, rulebook), study_views_of=study_views_in(reading, rulebook)
        )
    assert report.sound, report.first
    assert bring_up(older) is None


def test_migrate_says_what_it_made_anew(older: Store, tmp_path: Path) -> None:
    """`dayzero migrate` makes the lists anew and says so; the second time there is nothing to say."""
    dayzero = terminal(tmp_path / "dayzero.sqlite3", tmp_path)
    assert "read models of 3 participants made" in dayzero("migrate").out
    assert "read models" not in dayzero("migrate").out
    tamper(older, "UPDATE notes SET value = 'to be made anew' WHERE key = 'read models'")
    assert dayzero("migrate", "--json").data["rebuilt"] == 3


def _bad(store: Store) -> set[str]:
    now = datetime.fromisoformat(NOW).astimezone(UTC)
    return {each.part for each in examine_store(store, now, ()) if each.health is Health.BAD}
