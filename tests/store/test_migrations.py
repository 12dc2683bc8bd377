"""The schema goes from nothing to today's on both databases, once, whole, whoever asks."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from store import SchemaMismatch, open_store
from store.schema import metadata

ROOT = Path(__file__).parents[2]


def test_from_empty_to_head(database_url: str) -> None:
    """An empty database says so; migrated, it is at this release's revision, sound, and stays so."""
    store = open_store(database_url)
    before = store.schema()
    assert (before.current, before.up_to_date) == (None, False)
    store.migrate()
    store.migrate()
    after = store.schema()
    assert (after.current, after.up_to_date) == (before.head, True)
    assert store.check() == []
    store.close()


def test_migrations_make_the_schema_the_code_expects(database_url: str) -> None:
    """Alembic finds no difference between the migrated database and the tables in the code."""
    store = open_store(database_url)
    store.migrate()
    with store.reading() as reading:
        context = MigrationContext.configure(reading.connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    store.close()


def test_many_may_migrate_at_once(database_url: str) -> None:
    """Threads and a process that migrate an empty database at the same moment all succeed."""
    code = "import sys; from store import open_store; open_store(sys.argv[1]).migrate()"
    processes = [subprocess.Popen([sys.executable, "-c", code, database_url], cwd=ROOT) for _ in range(2)]

    def migrate(_: int) -> None:
        store = open_store(database_url)
        store.migrate()
        store.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, range(4)))
    assert [process.wait(60) for process in processes] == [0, 0]
    store = open_store(database_url)
    assert store.schema().up_to_date
    assert store.check() == []
    store.close()


def test_a_migration_that_fails_leaves_the_old_schema(database_url: str) -> None:
    """Fault 41: a migration stopped half way leaves nothing of itself behind."""
    store = open_store(database_url)
    with store._database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (mine TEXT)"))
    with pytest.raises(Exception, match="notes"):
        store.migrate()
    assert store.schema().current is None
    with store._database.engine.begin() as connection:
        connection.execute(text("DROP TABLE notes"))
    store.migrate()
    assert store.schema().up_to_date
    store.close()


def test_a_newer_schema_is_refused(database_url: str) -> None:
    """A release that does not know the database's revision says so instead of touching it."""
    store = open_store(database_url)
    store.migrate()
    with store._database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not store.schema().up_to_date
    with pytest.raises(SchemaMismatch, match="newer"):
        store.migrate()
    store.close()
