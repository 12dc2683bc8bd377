"""What the console's tests share: a told trial, a copy of it to change, and a house of people over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.rulebook import Rulebook
from store import open_store
from tests.console.endpoints.told import AFTERWARDS, told_outcomes
from tests.console.seeding import told_trial
from tests.web.house import House


@pytest.fixture(scope="session")
def told_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with the told trial."""
    folder = tmp_path_factory.mktemp("told-web")
    told_trial(folder)
    return folder / "dayzero.sqlite3"


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The published documents, read once: they never change under their hash."""
    return Rulebook()


@pytest.fixture
def house(told_store: Path, tmp_path: Path, rulebook: Rulebook) -> Iterator[House]:
    """A console over a copy of the told trial."""
    copy = tmp_path / "own.sqlite3"
    shutil.copy(told_store, copy)
    store = open_store(f"sqlite:///{copy}")
    yield House(store, rulebook)
    store.close()


@pytest.fixture(scope="session")
def outcomes_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with outcomes: an infusion with toxicity and a response, a death without one."""
    folder = tmp_path_factory.mktemp("outcomes-web")
    told_outcomes(folder)
    return folder / "dayzero.sqlite3"


@pytest.fixture
def reviewed(outcomes_store: Path, tmp_path: Path, rulebook: Rulebook) -> Iterator[House]:
    """A console over a copy of the trial with outcomes, three months later."""
    copy = tmp_path / "outcomes.sqlite3"
    shutil.copy(outcomes_store, copy)
    store = open_store(f"sqlite:///{copy}")
    yield House(store, rulebook, now=datetime.fromisoformat(AFTERWARDS).astimezone(UTC))
    store.close()
