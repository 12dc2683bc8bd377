"""INV-13: whatever is changed in any column of any table is found, or it is said why it cannot be.

A table or column that is added fails here until `verify` finds a change of it, or its reason stands below and
in docs/reference/store.md.
"""

# ruff: noqa: S608 (a tamperer writes SQL by hand)
from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Boolean, Column, Connection, Integer, Table

from console.folding import verified
from domain.roles import Role
from settings import ROOT
from store import Reading, Store, open_store
from store.administration import Act, By, administer
from store.instants import Instant
from store.schema import metadata
from store.sign_ins import User
from tests.console.seeding import NOW, STUDY, Clerk, tell_all
from tests.store.tampering import tamper
from tests.support.trial import open_trial

UNPROVEN = {
    "notes": "operational: what the last sweep, digest or replay found",
    "sessions": "who is signed in now; ended by signing out",
    "sign_ins": "tries of the last days, for lock-outs; swept away",
    "round_trips": "ways to the identity provider, each gone once; swept away",
    "preferences": "language and theme of the console",
    "feeds": "addresses of calendars, made and withdrawn by their user",
    "clients": "programs and their roles; what each asked for is on the record under its id",
    "client_tries": "wrong tokens of the last quarter of an hour",
    "webhooks": "who is told of events, and how far",
    "webhook_messages": "copies of events on their way out; swept away",
}
"""Tables outside the record, each with its reason."""

UNPROVEN_COLUMNS = {
    ("participants", "token"): "names the write that left the rows; another one has them compared",
    ("notices", "leased_until"): "a lease, which ends by itself",
}
"""Columns of proven tables that nothing follows from, each with its reason."""

PROVEN = {name: table for name, table in metadata.tables.items() if name not in UNPROVEN}
ROWS = {
    "events": "type = 'milestone.reached' AND stream LIKE '%P-001'",
    "commands": "stream LIKE '%P-001' AND ord = 5",
    "streams": "stream LIKE '%P-001'",
    "documents": "kind = 'protocol'",
    "participants": "participant = 'P-001'",
    "items": "participant = 'P-001' AND item = 'D21'",
    "notices": "status = 'delivered'",
    "attempts": "attempt = 2",
    "administration": "number = 1",
}
"""Which row is changed, where it matters."""


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A told trial with a row in every table of the record, its guards taken off."""
    url = f"sqlite:///{tmp_path_factory.mktemp('tampered') / 'dayzero.sqlite3'}"
    trial = open_trial(url)
    clerk = Clerk(trial)
    tell_all(clerk, "P-001 P-003")
    clerk.take("2026-03-06T16:00+08:00", "P-001", "miss_visit", item="D21", reason="snow")
    trial.store.close()
    store = open_store(url)
    _deliver(store)
    _let_in(store)
    tamper(store)
    yield store
    store.close()


def _deliver(store: Store) -> None:
    at = datetime.fromisoformat(NOW)
    with store.reading() as reading:
        [first, *_] = reading.notices(STUDY)
    with store.writing() as tx:
        assert tx.claim(STUDY, first.notice, at, 60)
        tx.failed(STUDY, first.notice, at, "no answer in time", final=False)
        assert tx.claim(STUDY, first.notice, at, 60)
        tx.delivered(STUDY, first.notice, at + timedelta(minutes=1), "accepted")


def _let_in(store: Store) -> None:
    at = datetime.fromisoformat(NOW)
    user = User("coordinator-1", Role.COORDINATOR, "$argon2id$one", demo=False, opened_at=at)
    by = By("engineer-1", "password")
    with store.writing() as tx:
        administer(tx, Act.OPENED, user, by, "joins", at)
        left = replace(user, closed_at=at + timedelta(days=1), identity="mailto:c@example.org")
        administer(tx, Act.CLOSED, left, by, "leaves", at + timedelta(days=1))


@contextmanager
def undone(store: Store, *statements: str) -> Generator[list[str]]:
    """What `verify` finds after these statements; afterwards they never were."""
    with store._database.engine.connect() as connection, connection.begin() as transaction:
        for statement in statements:
            assert _run(connection, statement) > 0, statement
        yield [str(each) for each in verified(Reading(connection)).problems]
        transaction.rollback()


def _run(connection: Connection, statement: str) -> int:
    return connection.exec_driver_sql(statement).rowcount


def test_an_untouched_record_is_sound(proven: Store) -> None:
    """Nothing is found before anything was changed, and every proven table has a row to change."""
    with undone(proven) as found:
        assert found == []
    with proven.reading() as reading:
        for name in PROVEN:
            assert reading.connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar(), name


@pytest.mark.parametrize("name", PROVEN)
def test_a_change_in_any_column_is_found(proven: Store, name: str) -> None:
    """Another value in any column of a row is found, but for those that nothing follows from."""
    unfound = []
    for column in PROVEN[name].c:
        with undone(proven, _changed(PROVEN[name], column)) as found:
            if not found and (name, column.name) not in UNPROVEN_COLUMNS:
                unfound.append(column.name)
            assert not (found and (name, column.name) in UNPROVEN_COLUMNS), f"{name}.{column.name} is proven"
    assert unfound == []


@pytest.mark.parametrize("name", PROVEN)
def test_a_row_taken_out_is_found(proven: Store, name: str) -> None:
    """A row of any proven table that is taken out is found."""
    with undone(proven, f"DELETE FROM {name} WHERE {_one(PROVEN[name])}") as found:
        assert found


@pytest.mark.parametrize("name", PROVEN)
def test_a_row_put_in_is_found(proven: Store, name: str) -> None:
    """A copy of a row under another key is found in any proven table."""
    table = PROVEN[name]
    keys = {column.name for column in table.primary_key} or {"number"}
    unique = {"seq", "ord", "command_id"} & set(table.c.keys()) if name in ("events", "commands") else set()
    taken = ", ".join(_other(each) if each.name in keys | unique else each.name for each in table.c)
    if name == "users":
        taken = taken.replace("identity", "NULL")
    with undone(proven, f"INSERT INTO {name} SELECT {taken} FROM {name} WHERE {_one(table)}") as found:
        assert found


def _changed(table: Table, column: Column[object]) -> str:
    return f"UPDATE {table.name} SET {column.name} = {_other(column)} WHERE {_one(table)}"


def _other(column: Column[object]) -> str:
    """SQL of another value than the one that is there."""
    match column.type:
        case Boolean():
            return f"NOT {column.name}"
        case Integer():
            return f"coalesce({column.name}, 0) + 1000"
        case Instant():
            return "'2001-01-01T00:00:00.000000+00:00'"
        case _:
            return f"coalesce({column.name}, '') || 'x'"


def _one(table: Table) -> str:
    keys = ", ".join(column.name for column in table.primary_key)
    where = ROWS.get(table.name, "true")
    return f"({keys}) = (SELECT {keys} FROM {table.name} WHERE {where} ORDER BY {keys} LIMIT 1)"


def test_what_cannot_be_proven_is_said() -> None:
    """The reference has a row for every table of the schema, and names every column that nothing follows
    from; no exemption outlives its table.
    """
    page = (ROOT / "docs" / "reference" / "store.md").read_text(encoding="utf-8")
    section = page.partition("## What is proven")[2].partition("\n## ")[0]
    told = re.findall(r"^\| (.+?) \|", section, re.MULTILINE)
    named = {name for cell in told for name in re.findall(r"`(\w+)`", cell)}
    assert named >= set(metadata.tables)
    assert all(column in section for _, column in UNPROVEN_COLUMNS)
    assert set(UNPROVEN) <= set(metadata.tables)
    assert all(column in metadata.tables[name].c for name, column in UNPROVEN_COLUMNS)
