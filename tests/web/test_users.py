"""Who may sign in is said at the command line, and told without a secret."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli.app import app
from store import open_store
from store.sign_ins import user_named
from tests.console.terminal import Said
from tests.web.house import QUICK

PASSWORD = "a long enough password"


@pytest.fixture
def place(told_store: Path, tmp_path: Path) -> Path:
    """A store of its own."""
    return Path(shutil.copy(told_store, tmp_path / "own.sqlite3"))


def typed(place: Path, *words: str, password: str = PASSWORD) -> Said:
    """One command line, with a password on its standard input."""
    home = {"DAYZERO_HOME": str(place.parent), "DAYZERO_DATABASE_URL": f"sqlite:///{place}"}
    done = CliRunner(env=home).invoke(app, list(words), input=f"{password}\n")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Said(done.exit_code, done.stdout, done.stderr)


def test_a_user_is_added_listed_and_closed(place: Path) -> None:
    """A user is added with a role, listed, given another role by being added again, and closed."""
    first = typed(place, "user", "add", "coordinator-7", "--role", "coordinator", "--json")
    assert first.data == {"user": "coordinator-7", "role": "coordinator", "open": True, "administers": False}
    store = open_store(f"sqlite:///{place}")
    with store.reading() as reading:
        kept = user_named(reading, "coordinator-7")
    store.close()
    assert kept is not None and QUICK.match(kept.password_hash, PASSWORD) and not kept.demo
    typed(place, "user", "add", "coordinator-7", "--role", "data_manager")
    assert typed(place, "user", "close", "coordinator-7").code == 0
    assert typed(place, "user", "list", "--json").data == [
        {"user": "coordinator-7", "role": "data_manager", "open": False, "administers": False}
    ]
    assert "closed" in typed(place, "user", "list").out


@pytest.mark.parametrize(
    ("words", "password", "complaint"),
    [
        (["user", "add", "A Person", "--role", "coordinator"], PASSWORD, "is no id"),
        (["user", "add", "coordinator-7", "--role", "boss"], PASSWORD, "is no role; say one of coordinator"),
        (["user", "add", "day-zero", "--role", "system"], PASSWORD, "is no role"),
        (["user", "add", "coordinator-7", "--role", "coordinator"], "short", "10 to 200 characters"),
        (["user", "close", "nobody-7"], PASSWORD, "there is no user"),
    ],
)
def test_what_cannot_be_is_said(place: Path, words: list[str], password: str, complaint: str) -> None:
    """A wrong id, role or password ends with 2 and says what would be right, and never the password."""
    said = typed(place, *words, password=password)
    assert said.code == 2
    assert complaint in said.err
    assert "short" not in said.err.replace("shortest", "")
    assert typed(place, "user", "list", "--json").data == []


def test_what_was_done_about_users_is_told(place: Path) -> None:
    """Each thing done at the command line is on the chain, the newest first, with who and why."""
    typed(place, "user", "add", "engineer-7", "--role", "engineer", "--administers", "--reason", "the first")
    typed(place, "user", "add", "coordinator-7", "--role", "coordinator")
    typed(place, "user", "unlock", "coordinator-7", "--reason", "mistyped")
    told = typed(place, "user", "log", "--json").data
    assert [(each["number"], each["user"], each["act"], each["reason"]) for each in told] == [
        (3, "coordinator-7", "unlocked", "mistyped"),
        (2, "coordinator-7", "opened", "at the command line"),
        (1, "engineer-7", "opened", "the first"),
    ]
    assert {each["method"] for each in told} == {"cli"}
    assert "mistyped" not in typed(place, "user", "log", "engineer-7").out
    assert "the first" in typed(place, "user", "log", "engineer-7").out
    assert typed(place, "verify").code == 0


def test_a_user_changed_behind_the_chain_breaks_verify(place: Path) -> None:
    """A role given in the database itself ends `verify` with 4 and the name of the user."""
    typed(place, "user", "add", "coordinator-7", "--role", "coordinator")
    store = open_store(f"sqlite:///{place}")
    with store.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE users SET role = 'investigator'")
    store.close()
    said = typed(place, "verify")
    assert said.code == 4
    assert "coordinator-7 was changed without an entry: role" in said.err


def test_the_last_who_administers_is_not_closed(place: Path) -> None:
    """At the command line too, somebody stays who administers."""
    typed(place, "user", "add", "engineer-7", "--role", "engineer", "--administers")
    refused = typed(place, "user", "close", "engineer-7")
    assert refused.code == 2 and "last who administers" in refused.err
    taken = typed(place, "user", "add", "engineer-7", "--role", "engineer", "--administers-not")
    assert taken.code == 2
    typed(place, "user", "add", "engineer-8", "--role", "engineer", "--administers")
    assert typed(place, "user", "close", "engineer-7").code == 0


def test_a_user_of_the_identity_provider_has_no_password(place: Path) -> None:
    """A user opened under an address is asked for no password; an address that is none is refused."""
    added = typed(place, "user", "add", "coordinator-7", "--role", "coordinator", "--email", "C@Example.org")
    assert added.code == 0
    store = open_store(f"sqlite:///{place}")
    with store.reading() as reading:
        kept = user_named(reading, "coordinator-7")
    store.close()
    assert kept is not None and (kept.password_hash, kept.identity) == ("", "mailto:c@example.org")
    for words, complaint in (
        (["--email", "nobody"], "is no e-mail address"),
        (["--subject", "f3a9"], "set DAYZERO_OIDC_ISSUER"),
        (["--email", "c@example.org"], "this identity is of coordinator-7"),
    ):
        refused = typed(place, "user", "add", "coordinator-8", "--role", "coordinator", *words)
        assert refused.code == 2 and complaint in refused.err
