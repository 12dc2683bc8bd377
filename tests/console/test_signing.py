"""`sign`: nobody signs words that were not shown, unless they say so."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from settings import ROOT
from tests.console.seeding import STUDY
from tests.console.terminal import Terminal


def test_a_gate_is_shown_with_everything_it_asks_for(dayzero: Terminal) -> None:
    """Before a signature each criterion is shown with its answer and its reason; a script must say --yes."""
    said = dayzero("sign", "P-002", "eligibility")
    assert said.code == 2
    assert "--yes" in said.err
    assert "before enrolment, signed by the investigator" in said.out
    age = next(line for line in said.lines if line.startswith("I4"))
    assert "met" in age
    assert "age is 61 years (2026-02-25)" in age
    assert "ecog is not recorded" in said.out


@pytest.mark.parametrize(("answer", "code", "ends"), [("n\n", 1, "not signed"), ("y\n", 5, "no server: ")])
def test_a_person_at_the_terminal_is_asked(
    told: Path, tmp_path: Path, answer: str, code: int, ends: str
) -> None:
    """At a terminal the gate's own words are asked for; no means that nothing is sent, yes that it is."""
    keyboard, screen = pty.openpty()
    os.write(keyboard, answer.encode())
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DAYZERO_")}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "console", "sign", "P-002", "eligibility", "--study", STUDY],
            cwd=ROOT, stdin=screen, capture_output=True, text=True, timeout=60, check=False,
            env={**clean, "DAYZERO_HOME": str(tmp_path), "DAYZERO_DATABASE_URL": f"sqlite:///{told}"},
        )  # fmt: skip
    finally:
        os.close(keyboard)
        os.close(screen)
    assert "Sign as investigator: “I confirm eligibility”?" in done.stdout
    assert done.returncode == code
    assert ends in done.stderr
