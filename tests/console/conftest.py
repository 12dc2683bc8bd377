"""What the command line's tests share: a told trial, and a way to type at a moment."""

from __future__ import annotations

import json
import shutil
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from typer.testing import CliRunner

from console.cli.app import app
from settings import Settings
from tests.console.seeding import NOW, told_trial

WIDE = "220"


@dataclass(frozen=True)
class Said:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass(frozen=True)
class Terminal:
    """Types commands in a place, at a moment; None: now."""

    environment: dict[str, str]
    at: str | None = NOW

    def __call__(self, *words: str) -> Said:
        """Type one command line."""
        with time_machine.travel(self.at, tick=False) if self.at else nullcontext():
            result = CliRunner(env=self.environment).invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)


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


def terminal(store: Path, home: Path) -> Terminal:
    """The command line at a store's file, with a home of its own."""
    return Terminal({"DAYZERO_HOME": str(home), "DAYZERO_DATABASE_URL": f"sqlite:///{store}"})
