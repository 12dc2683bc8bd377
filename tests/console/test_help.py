"""Help answers at once and leaves nothing out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from console.cli.app import app
from settings import ROOT
from tests.console.terminal import Terminal

ASKED_FOR = [
    *("up", "worker", "web", "migrate", "publish", "doctor", "version"),
    *("enroll", "record", "result", "results", "sign", "decide", "unscheduled", "progression"),
    *("plan", "excuse", "miss", "correct", "withdraw", "death", "end"),
    *("status", "today", "timeline", "explain", "commands", "alerts", "ack", "snooze"),
    "endpoints",
    *("verify", "rebuild", "rehydrate", "replay"),
    *("crs", "icans", "response", "void-assessment", "safety"),
]
NESTED = [
    "protocol check",
    "protocol show",
    "protocol schema",
    "site check",
    "site show",
    *("client add", "client list", "client close"),
    *("webhook add", "webhook list", "webhook test", "webhook close"),
    "user add",
    "user list",
    "user close",
    "export jsonl",
    "export csv",
    "export endpoints",
    "replay rules",
    *("seal key", "seal make"),
    *("story new", "story run", "story record", "story coverage"),
    *("cohort simulate", "cohort play"),
    *("user log", "user unlock"),
    "amendment diff",
    "amendment preview",
    "amendment apply",
    "approval list",
    "approval request",
    "approval grant",
    "approval refuse",
    "deviation list",
    "deviation confirm",
    *("ae open", "ae grade", "ae change", "ae treat", "ae close", "ae reopen", "ae void", "ae inform"),
    *("report sent", "report withdrawn"),
    "product show",
    "product bind",
    "product correct-number",
    "product hand-over",
    "product clear",
    "product assess",
    "product made",
    "product test",
    "product release",
    "product fail",
    "booking make",
    "booking move",
    "booking cancel",
    "booking slip",
    "study show",
    "study recruitment",
    "study hold",
    "study lift",
    "study treatment",
    "study meeting",
    "study return-turn",
    "replay protocol",
    "replay change",
]
HEAVY = ("temporalio", "sqlalchemy", "alembic", "domain", "store", "activities", "workflows", "holidays")


def verbs() -> Iterator[tuple[str, Any]]:
    """Every verb as it is typed, with its command."""
    group: Any = typer.main.get_command(app)
    for name, command in group.commands.items():
        nested = getattr(command, "commands", None)
        if nested is None:
            yield name, command
            continue
        if command.invoke_without_command:
            yield name, command
        yield from ((f"{name} {inner}", each) for inner, each in nested.items())


def test_every_verb_is_there() -> None:
    """The verbs that scripts and people rely on exist, and there is none besides."""
    assert sorted(name for name, _ in verbs()) == sorted([*ASKED_FOR, *NESTED])


@pytest.mark.parametrize("verb", [*ASKED_FOR, *NESTED])
def test_every_verb_explains_itself(dayzero: Terminal, verb: str) -> None:
    """Each verb has help, and each of its arguments and options says what it is for."""
    said = dayzero(*verb.split(), "--help")
    assert said.code == 0
    command = dict(verbs())[verb]
    assert command.help
    assert [each.name for each in command.params if not getattr(each, "help", None)] == []


READING = [
    "status",
    "today",
    "timeline",
    "explain",
    "endpoints",
    "alerts",
    "commands",
    "protocol show",
    "verify",
    "doctor",
]


@pytest.mark.parametrize("verb", READING)
def test_everything_that_reads_prints_json_too(verb: str) -> None:
    """Each verb that reads takes `--json`."""
    options = {name for each in dict(verbs())[verb].params for name in each.opts}
    assert "--json" in options


@pytest.mark.parametrize("words", [["--help"], ["record", "--help"], ["protocol", "check", "--help"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    """Help needs no database, no Temporal client and not the domain: that is why it answers at once."""
    program = (
        "import sys, runpy\n"
        f"sys.argv = ['dayzero', *{words!r}]\n"
        "try:\n    runpy.run_module('console', run_name='__main__')\n"
        "except SystemExit:\n    pass\n"
        f"print('LOADED', sorted(set(sys.modules) & set({HEAVY!r})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.rstrip().endswith("LOADED []")
