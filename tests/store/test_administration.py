"""What is done about users is only added to, and a user who was changed behind it is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from domain.roles import Role
from store import Store, open_store
from store.administration import Act, By, administer, entries, last_unlocked, problems
from store.migrating import _SCRIPTS
from store.sign_ins import User, user_named
from store.verify import verify
from tests.store.making import START
from tests.store.tampering import tamper

BY = By("engineer-1", "password")
USER = User("coordinator-1", Role.COORDINATOR, "$argon2id$one", demo=False, opened_at=START)


def let_in(store: Store, user: User = USER) -> None:
    """A user who was opened, and got another role a day later."""
    with store.writing() as tx:
        administer(tx, Act.OPENED, user, BY, "joins", START)
        changed = replace(user, role=Role.DATA_MANAGER)
        administer(tx, Act.ROLE_CHANGED, changed, BY, "moves", START + timedelta(days=1))


def found(store: Store) -> list[str]:
    """What `verify` says does not hold."""
    report = verify(store, lambda _: pytest.fail("there is no participant"))
    return [str(each) for each in report.problems]


def test_what_was_done_is_told_in_order(store: Store) -> None:
    """Each entry says who did what, when and why, the newest first; the user stands as the last one says."""
    let_in(store)
    with store.reading() as reading:
        told = entries(reading)
        assert [(each.number, each.act, each.by, each.reason) for each in told] == [
            (2, Act.ROLE_CHANGED, BY, "moves"),
            (1, Act.OPENED, BY, "joins"),
        ]
        assert told[0].at == START + timedelta(days=1)
        assert entries(reading, "somebody-else") == []
        kept = user_named(reading, "coordinator-1")
        assert kept == replace(USER, role=Role.DATA_MANAGER, password_at=START)
        assert last_unlocked(reading, "coordinator-1") is None
    assert found(store) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE users SET role = 'investigator'",
            "#2: user coordinator-1 was changed without an entry: role",
        ),
        ("UPDATE users SET administers = NOT administers", "without an entry: administers"),
        ("UPDATE users SET password_hash = '$argon2id$two'", "without an entry: password"),
        ("UPDATE users SET identity = 'mailto:x@example.org'", "without an entry: identity"),
        ("DELETE FROM users", "user coordinator-1 is gone without an entry"),
        (
            "UPDATE administration SET reason = 'other' WHERE number = 1",
            "#1: the entry is not what was hashed",
        ),
        (
            "UPDATE administration SET by_id = 'nobody' WHERE number = 2",
            "#2: the entry is not what was hashed",
        ),
        ("UPDATE administration SET stands = '{}' WHERE number = 2", "#2: the entry is not what was hashed"),
        ("DELETE FROM administration WHERE number = 1", "#1: the entry is missing"),
        ("DELETE FROM administration WHERE number = 2", "was changed without an entry: role"),
        ("DELETE FROM administration", "user coordinator-1 stands there without an entry"),
    ],
)
def test_whatever_is_changed_behind_it_is_found(store: Store, statement: str, said: str) -> None:
    """A user or an entry that somebody with rights on the database changed is named by `verify`."""
    let_in(store)
    tamper(store, statement)
    [problem] = found(store)
    assert problem.startswith("administration") and said in problem


def test_nothing_secret_is_in_it(store: Store) -> None:
    """Neither the hash of a password nor an e-mail address stands in what is kept for ever."""
    let_in(store, replace(USER, identity="mailto:c@example.org"))
    with store.reading() as reading:
        kept = str(reading.connection.execute(text("SELECT * FROM administration")).all())
    assert "argon2id" not in kept and "example.org" not in kept


def test_two_who_administer_at_once_make_one_chain(store: Store) -> None:
    """Many changes at the same moment stand one behind the other."""

    def change(number: int) -> None:
        user = replace(USER, user_id=f"coordinator-{number}")
        with store.writing() as tx:
            administer(tx, Act.OPENED, user, BY, "joins", START)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, range(12)))
    with store.reading() as reading:
        assert sorted(each.number for each in entries(reading)) == list(range(1, 13))
        assert list(problems(reading)) == []


def test_users_from_before_it_are_found(database_url: str) -> None:
    """A store of an older release keeps its users, each with an entry that says they were found."""
    store = open_store(database_url)
    with store._database.engine.begin() as connection:
        upgrade(connection, "0005")
        for name in ("auditor-1", "coordinator-1"):
            connection.execute(
                text(
                    "INSERT INTO users (user_id, role, password_hash, demo, opened_at, closed_at) "
                    "VALUES (:name, 'auditor', '$argon2id$x', false, '2026-03-01T00:00:00.000000+00:00', "
                    "NULL)"
                ),
                {"name": name},
            )
    store.migrate()
    with store.reading() as reading:
        assert [(each.user_id, each.act) for each in entries(reading)] == [
            ("coordinator-1", Act.FOUND),
            ("auditor-1", Act.FOUND),
        ]
        assert list(problems(reading)) == []
        kept = user_named(reading, "auditor-1")
    assert kept is not None and kept.role is Role.AUDITOR and not kept.administers
    store.close()


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the schema to an older release's."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS))
    command.upgrade(config, revision)
