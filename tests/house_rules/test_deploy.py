"""What production is set up with, run for real: the workers' rights, Temporal's namespace, shell scripts."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from activities.hearing import Provenance
from console.demo.script import read_script
from console.demo.seed import seed
from console.temporal_ready import SEARCH_ATTRIBUTES
from domain.roles import Role
from protocols.reading import read_protocol
from settings import ROOT
from sites.reading import read_site
from store import Store, open_store
from store.administration import Act, By, administer, problems
from store.sign_ins import User
from tests.house_rules.tree import named, tracked_files
from tests.support.postgres import find_postgres

WORKER_PASSWORD = "let-me-add"


def grant(url: str) -> None:
    """Run deploy/postgres/grants.sql as the compose file does, as the owner of the tables."""
    at = make_url(url)
    done = subprocess.run(
        [
            str(find_postgres() / "psql"),
            "--no-psqlrc",
            "--quiet",
            f"--file={ROOT}/deploy/postgres/grants.sql",
        ],
        env={
            **os.environ,
            "PGHOST": str(at.host),
            "PGPORT": str(at.port),
            "PGUSER": str(at.username),
            "PGPASSWORD": str(at.password),
            "PGDATABASE": str(at.database),
            "WORKER_PASSWORD": WORKER_PASSWORD,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def worker_url(postgres_url: str) -> str:
    """A migrated database, as the workers' role sees it."""
    owner = open_store(postgres_url)
    owner.migrate()
    owner.close()
    grant(postgres_url)
    grant(postgres_url)  # a second run changes nothing
    at = make_url(postgres_url).set(username="dayzero_worker", password=WORKER_PASSWORD)
    return at.render_as_string(hide_password=False)


@pytest.fixture
def worker_store(worker_url: str) -> Iterator[Store]:
    """The store, opened as a worker."""
    store = open_store(worker_url)
    yield store
    store.close()


def write_cohort(store: Store) -> int:
    """Nine participants' lives: every kind of row a worker writes. Gives the number of events."""
    script = read_script(ROOT / "console" / "demo" / "cohort.yaml")
    protocol, site = read_protocol(ROOT / script.protocol), read_site(ROOT / script.site)
    seeded = seed(store, script, protocol, site, datetime.now(UTC), Provenance("test", "test"))
    assert seeded is not None
    return seeded.events


def test_workers_role_can_do_all_of_a_workers_work(worker_store: Store) -> None:
    """With the rights it is given, a worker publishes, records, shows and owes notices."""
    assert worker_store.check() == []
    assert write_cohort(worker_store) > 100


def test_workers_role_can_let_people_in(worker_store: Store) -> None:
    """With the same rights the console opens a user, and `verify` finds nothing wrong with it."""
    at = datetime.now(UTC)
    user = User("engineer-1", Role.ENGINEER, "", demo=False, opened_at=at, administers=True)
    with worker_store.writing() as tx:
        administer(tx, Act.OPENED, user, By("engineer-1", "cli"), "the first", at)
    with worker_store.reading() as reading:
        assert list(problems(reading)) == []


FORBIDDEN = (
    "UPDATE events SET body = body",
    "DELETE FROM events",
    "TRUNCATE events",
    "UPDATE commands SET body_hash = ''",
    "DELETE FROM commands",
    "DELETE FROM documents",
    "UPDATE administration SET reason = ''",
    "DELETE FROM administration",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "DROP TABLE attempts",
    "UPDATE alembic_version SET version_num = 'x'",
    "SET session_replication_role = replica",
    "CREATE TABLE mine (id int)",
)


def test_workers_role_cannot_touch_what_is_on_the_record(worker_url: str) -> None:
    """INV-12: a worker is refused by rights, before any trigger: no change, no removal, no schema."""
    assert [statement for statement in FORBIDDEN if not _refused_by_rights(worker_url, statement)] == []


def _refused_by_rights(url: str, statement: str) -> bool:
    at = make_url(url)
    with psycopg.connect(
        host=at.host, port=at.port, user=at.username, password=at.password, dbname=at.database
    ) as connection:
        try:
            connection.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            return True
        return False


async def test_namespace_script_makes_what_workers_need(temporal_address: str) -> None:
    """namespace.sh makes a namespace with every search attribute; running it again changes nothing."""
    name = "scripted"
    environment = {
        **os.environ,
        "TEMPORAL_ADDRESS": temporal_address,
        "TEMPORAL_NAMESPACE": name,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    for _ in range(2):
        done = await asyncio.to_thread(_run_namespace_script, environment)
        assert done.returncode == 0, done.stderr
    client = await Client.connect(temporal_address, namespace=name)
    there = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=name))
    assert set(there.custom_attributes) >= set(SEARCH_ATTRIBUTES)
    described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=name))
    assert described.config.workflow_execution_retention_ttl.ToTimedelta().days == 30


def _run_namespace_script(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    script = ["/bin/sh", str(ROOT / "deploy" / "temporal" / "namespace.sh")]
    return subprocess.run(script, env=environment, capture_output=True, text=True, check=False)


def shell_scripts() -> list[Path]:
    """Every tracked file that a shell runs."""
    return [p for p in tracked_files() if p.suffix == ".sh" or named(p) == ".ci/run"]


@pytest.mark.parametrize("script", shell_scripts(), ids=named)
def test_shell_scripts_parse_and_may_be_run(script: Path) -> None:
    """Each shell script is executable, stops at the first failure or says why not, and parses."""
    first, *_ = script.read_text(encoding="utf-8").splitlines()
    shell = first.removeprefix("#!").split()[-1]
    assert os.access(script, os.X_OK)
    assert subprocess.run([shell, "-n", str(script)], check=False).returncode == 0
