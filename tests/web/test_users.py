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
