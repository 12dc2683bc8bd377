"""What the command line's tests share: a told trial, and a way to type at a moment."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import Settings
from tests.console.place import Place
from tests.console.seeding import told_trial
from tests.console.terminal import Terminal, terminal

WIDE = "220"


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with the told trial, for looking only."""
    folder = tmp_path_factory.mktemp("told")
    told_trial(folder)
    return folder / "dayzero.sqlite3"


@pytest.fixture
def own_store(told: Path, tmp_path: Path) -> Path:
    """A copy of the told trial that one test may change."""
    copy = tmp_path / "own.sqlite3"
    shutil.copy(told, copy)
    return copy


@pytest.fixture(autouse=True)
def bare_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the developer's own, neither from the environment nor from a .env file."""
    for name in (*Settings.model_fields, "study"):
        monkeypatch.delenv(f"DAYZERO_{name.upper()}", raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    monkeypatch.setenv("COLUMNS", WIDE)


@pytest.fixture
def dayzero(told: Path, tmp_path: Path) -> Terminal:
    """The command line at the told trial, where no server runs."""
    return terminal(told, tmp_path)


@pytest.fixture
def own_dayzero(own_store: Path, tmp_path: Path) -> Terminal:
    """The command line at a copy of the told trial."""
    return terminal(own_store, tmp_path)


@pytest.fixture(scope="module")
def place(temporal_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The first trial, published by the command line, with a worker at work."""
    place = Place(tmp_path_factory.mktemp("live"), temporal_address)
    assert place("migrate").code == 0
    assert place("publish", "NCT06642025", "demo").code == 0
    place.start_worker()
    try:
        yield place
    finally:
        place.stop_worker()
