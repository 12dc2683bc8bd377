"""What every test may ask for: a Temporal server and empty databases of both kinds, all real.

Each test process (pytest-xdist's workers too) has a server and a cluster of its own, started when first asked
for. Nothing here replaces a part by an imitation.
"""

from __future__ import annotations

import os
import zoneinfo
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from console.embedded import EmbeddedTemporal
from tests.support.postgres import PostgresCluster, PostgresMissing
from tests.support.temporal_server import start_temporal

# Zone data comes from the pinned tzdata package, here and in every process a test starts.
os.environ["PYTHONTZPATH"] = ""
zoneinfo.reset_tzpath(())

# An example that was slow because the machine was busy is not a broken promise. Where CI runs, the examples
# are the same each time, so that a red build can be repeated; elsewhere they differ, and new ones are tried.
settings.register_profile("busy-machine", deadline=None, print_blob=True)
settings.register_profile("ci-machine", settings.get_profile("busy-machine"), derandomize=True)
settings.load_profile("ci-machine" if os.environ.get("CI") else "busy-machine")


@pytest.fixture(scope="session")
def temporal_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedTemporal]:
    """The session's Temporal server. Tests that kill a server take `own_temporal`."""
    server = start_temporal(tmp_path_factory.mktemp("temporal"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def temporal_address(temporal_server: EmbeddedTemporal) -> str:
    """Host and port of the session's Temporal server; time can be skipped on it."""
    return temporal_server.address


@pytest.fixture
def own_temporal(tmp_path: Path) -> Iterator[EmbeddedTemporal]:
    """A Temporal server for one test alone, which may kill it and start it again."""
    server = start_temporal(tmp_path)
    yield server
    server.kill()


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    """The session's PostgreSQL cluster. Tests that kill it make one of their own."""
    if os.environ.get("DAYZERO_TEST_POSTGRES") == "skip":
        pytest.skip("DAYZERO_TEST_POSTGRES=skip")
    try:
        cluster = PostgresCluster.start()
    except PostgresMissing as missing:
        pytest.exit(str(missing), returncode=3)
    yield cluster
    cluster.stop()


@pytest.fixture
def postgres_url(postgres_cluster: PostgresCluster) -> Iterator[str]:
    """Address of an empty PostgreSQL database for one test."""
    url = postgres_cluster.new_database()
    yield url
    postgres_cluster.drop_database(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of an SQLite file for one test; the file is not there yet."""
    return f"sqlite:///{tmp_path / 'dayzero.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of an empty database for one test: once SQLite, once PostgreSQL."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(fixture)
    return url
