"""INV-12: the record is only ever added to: the database itself refuses anything else."""

from __future__ import annotations

from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.chain import canonical
from domain.roles import Role
from store import Store, open_store
from store.administration import Act, By, administer
from store.sign_ins import User
from tests.store.making import START, record, visit
from tests.store.tampering import tamper

FORBIDDEN = {
    "sqlite": (
        "UPDATE {0} SET {1}",
        "DELETE FROM {0}",
        "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
        "REPLACE INTO {0} SELECT * FROM {0}",
    ),
    "postgresql": ("UPDATE {0} SET {1}", "DELETE FROM {0}", "TRUNCATE {0}", "TRUNCATE {0} CASCADE"),
}
RECORD = {
    "events": "seq = seq + 7",
    "commands": "text = 'other'",
    "documents": "body = '{}'",
    "administration": "reason = 'other'",
}


@pytest.fixture
def recorded(store: Store) -> Store:
    """A store with a row in each table of the record."""
    body = {"id": "NCT06642025"}
    with store.writing() as tx:
        record(tx, "P01", "c-1", [visit()])
        tx.publish("protocol", "NCT06642025", "1", sha256(canonical(body)).hexdigest(), body, START)
        user = User("coordinator-1", Role.COORDINATOR, "", demo=False, opened_at=START)
        administer(tx, Act.OPENED, user, By("engineer-1", "cli"), "begins", START)
    return store


def refused(store: Store, statement: str) -> bool:
    """Whether the database refuses because the table is append-only."""
    try:
        with store._database.engine.begin() as connection:
            connection.execute(text(statement))
    except DBAPIError as error:
        return "append-only" in str(error)
    return False


@pytest.mark.parametrize("table", RECORD)
def test_no_row_of_the_record_is_changed_or_removed(recorded: Store, table: str) -> None:
    """INV-12: UPDATE, DELETE, and what is like them on each database, are refused by triggers."""
    assert [
        each
        for each in FORBIDDEN[recorded.dialect]
        if not refused(recorded, each.format(table, RECORD[table]))
    ] == []


def test_missing_guards_are_reported(database_url: str) -> None:
    """A store whose triggers were removed or disabled says which."""
    store = open_store(database_url)
    store.migrate()
    assert store.check() == []
    if store.dialect == "sqlite":
        tamper(store, "DROP TRIGGER IF EXISTS events_no_update")
    else:
        tamper(store, *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in RECORD))
    said = store.check()
    assert [table for table in RECORD if f"{table}_no_" in str(said)] == list(RECORD)
    assert len(said) == (12 if store.dialect == "sqlite" else 8)
    store.close()
