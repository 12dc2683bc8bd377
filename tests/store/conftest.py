"""A migrated, empty store on each database, made cheaply: the schema is built once for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from store import Store, open_store
from store.schema import metadata
from tests.support.postgres import PostgresCluster


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema and nothing else."""
    path = tmp_path_factory.mktemp("migrated") / "store.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres_cluster: PostgresCluster) -> str:
    """A PostgreSQL database with the schema, emptied before each test that asks for it."""
    url = postgres_cluster.new_database()
    _migrate(url)
    return url


@pytest.fixture(scope="session")
def emptier(migrated_database: str) -> Iterator[Engine]:
    """A connection kept for emptying the database between tests."""
    engine = create_engine(migrated_database)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty, migrated store: once on SQLite, once on PostgreSQL."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("migrated_database")
        _empty(request.getfixturevalue("emptier"))
        return url
    path = tmp_path / "store.sqlite3"
    shutil.copy(request.getfixturevalue("migrated_file"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty, migrated store, opened."""
    opened = open_store(store_url)
    yield opened
    opened.close()


def _migrate(url: str) -> None:
    made = open_store(url)
    made.migrate()
    made.close()


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        # The guards of the record stand aside for this transaction only.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in metadata.tables.values():
            connection.execute(table.delete())
