"""A terminal to type commands in, within the test's own process."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import time_machine
from typer.testing import CliRunner

from console.cli.app import app
from tests.console.seeding import NOW


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


def terminal(store: Path, home: Path) -> Terminal:
    """The command line at a store's file, with a home of its own."""
    return Terminal({"DAYZERO_HOME": str(home), "DAYZERO_DATABASE_URL": f"sqlite:///{store}"})
