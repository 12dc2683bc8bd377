"""`safety`: one page of adverse events, assessments, reports owed, and what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.console.seeding import Clerk, told_trial
from tests.console.terminal import Terminal, terminal
from tests.support.trial import INVESTIGATOR, reopened

WHEN = "2026-03-06T10:00+08:00"


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """P-001 with a serious event of unknown day, CRS called milder than advised, and one report sent."""
    folder = tmp_path_factory.mktemp("safety")
    trial = reopened(told_trial(folder, "P-001", until="2026-03-06T09:00+08:00"))
    clerk = Clerk(trial)

    def take(kind: str, actor: Any = INVESTIGATOR, **fields: Any) -> None:
        clerk.take(WHEN, "P-001", kind, actor, **fields)

    take(
        "open_adverse_event", term="Neutropenia", onset="2026-02", grade=4, scale="CTCAE", known="2026-03-06",
    )  # fmt: skip
    take(
        "open_adverse_event", term="Sepsis", onset="2026-03-05", grade=3, scale="CTCAE",
        serious=["hospitalisation"], stated_serious=False, known="2026-03-05T12:00:00+08:00",
    )  # fmt: skip
    take("send_report", clock="AE2.sponsor_24h", sent="2026-03-05T20:00:00+08:00", reference="S-1")
    take("receive_information", ae="AE2", what="culture positive", known="2026-03-06T09:00:00+08:00")
    take(
        "assess_toxicity", grade=1, scale="ASTCT-CRS", happened="2026-02-13", reason="sedation",
        crs={"temperature": 39, "hypotension": "no_vasopressor", "hypoxia": "none"},
    )  # fmt: skip
    take("assess_response", category="CR", happened="2026-03-05")
    trial.store.close()
    return folder / "dayzero.sqlite3"


@pytest.fixture
def at_it(followed: Path, tmp_path: Path) -> Terminal:
    """The command line at that store, where no server runs."""
    return terminal(followed, tmp_path)


def test_safety_is_one_page(at_it: Terminal) -> None:
    """Events with their grades, the call beside the advice, the reports owed and the missing observations."""
    said = at_it("safety", "P-001")
    assert said.code == 0, said.err
    sepsis = next(line for line in said.lines if line.startswith("AE2"))
    assert "hospitalisation (disputed)" in sepsis
    assert "unknown" in next(line for line in said.lines if line.startswith("AE1"))
    assert "CRS grade 2 by hypotension" in said.out
    assert "worst CRS: 1 (ASTCT-CRS 2019, TOX1)" in said.out
    assert "AE2.sponsor_24h.2" in said.out
    assert "D1 ice, D1 crs" in said.out


def test_safety_is_data_too(at_it: Terminal) -> None:
    """The same as JSON: states of clocks at this moment, reports, and what was stated."""
    data = at_it("safety", "P-001", "--json").data
    assert [each["state"] for each in data["clocks"]] == ["reported", "running", "running"]
    assert data["clocks"][0]["reports"] == ["RPT1 S-1 2026-03-05T20:00:00+08:00 sent"]
    assert [each["emergent"] for each in data["events"]] == ["unknown", "yes"]
    assert {"visit": "D3", "assessment": "crs", "overdue": False} not in data["missing"]
    overdue = Terminal(at_it.environment, "2026-03-08T10:00+08:00")("safety", "P-001", "--json").data
    assert [each["state"] for each in overdue["clocks"]] == ["reported", "running", "overdue"]


def test_every_event_of_safety_has_its_line_in_the_timeline(at_it: Terminal) -> None:
    """The timeline tells each of them in words."""
    out = at_it("timeline", "P-001", "--all").out
    for words in ("adverse event opened: AE2 Sepsis", "report owed: AE2.sponsor_24h due 2026-03-06 12:00"):
        assert words in out


def test_who_has_no_event_is_said_so(dayzero: Terminal) -> None:
    """An empty page is no error."""
    assert "P-002: no adverse events" in dayzero("safety", "P-002").out


@pytest.mark.parametrize(
    ("words", "said_"),
    [
        (("icans", "P-001", "1", "--on", "2026-02-13", "--ice-parts", "4,3,1"), "write five points"),
        (
            ("ae", "change", "P-001", "AE1", "--reason", "x", "--serious", "death", "--not-serious"),
            "one of them",
        ),
        (("report", "sent", "P-001", "AE1.sponsor_24h", "--reference", "S-1"), "--on DAY or --at TIME"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_sent(
    dayzero: Terminal, words: tuple[str, ...], said_: str
) -> None:
    """A contradiction on the command line is a matter of usage."""
    said = dayzero(*words)
    assert said.code == 2
    assert said_ in said.err
