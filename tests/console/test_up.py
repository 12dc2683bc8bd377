"""`dayzero up --demo` as a newcomer runs it: real processes, real time."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.trial import ROOT

ALERT = "EX02-005/H6/overdue"


class Terminal:
    """A running `dayzero up --demo` and what it has printed so far."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.printed = home.parent / f"up-{time.monotonic_ns()}.txt"
        with self.printed.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "console", "up", "--demo"],
                cwd=ROOT, env=environment(home), stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def wait_for(self, pattern: str, seconds: float) -> str:
        """Block until a printed line matches; the line."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for line in self.text.splitlines():
                if re.search(pattern, line):
                    return line
            assert self.process.poll() is None, f"it ended by itself:\n{self.text}"
            time.sleep(0.2)
        raise AssertionError(f"nothing like {pattern!r} within {seconds} s in:\n{self.text}")

    @property
    def text(self) -> str:
        return self.printed.read_text(encoding="utf-8")

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)


def environment(home: Path) -> dict[str, str]:
    """A machine on which nothing is set but the data folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DAYZERO_")}
    return {**clean, "DAYZERO_HOME": str(home), "PYTHONTZPATH": "", "PYTHONUNBUFFERED": "1"}


def dayzero(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command in a second terminal."""
    return subprocess.run(
        [sys.executable, "-m", "console", *words],
        cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty data folder."""
    return tmp_path / "var"


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_newcomer_sees_an_alert_climb_and_stops_it(home: Path) -> None:
    """A window closes, an alert is raised, climbs, is acknowledged, stays; a restart finds it as it was."""
    first = Terminal(home)
    try:
        first.wait_for(r"Day Zero is up", 60)
        first.wait_for(rf"{ALERT}: alert raised", 75)
        first.wait_for(rf"{ALERT}: rung 1", 10)
        first.wait_for(rf"{ALERT}: rung 2", 40)
        answer = dayzero(home, "ack", ALERT)
        assert answer.returncode == 0, answer.stderr
        first.wait_for(rf"{ALERT}: acknowledged", 10)
        time.sleep(25)
        assert f"{ALERT}: rung 3" not in first.text
    finally:
        code = first.stop()
    assert code == 0

    second = Terminal(home)
    try:
        second.wait_for(r"as it was", 60)
        second.wait_for(r"Day Zero is up", 60)
        shown = dayzero(home, "alerts", "--json")
        assert shown.returncode == 0, shown.stderr
        assert f'"{ALERT}"' in shown.stdout and '"acknowledged"' in shown.stdout
    finally:
        assert second.stop() == 0
