"""`amendment`, `approval`, `deviation`: what would change is shown first, what is signed is shown too."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.publishing import publish
from settings import ROOT
from tests.console.seeding import STUDY, Clerk, told_trial
from tests.console.terminal import Terminal, terminal
from tests.domain.amended import second
from tests.support.trial import COORDINATOR, ENGINEER, INVESTIGATOR, PROVENANCE, reopened

SECOND = str(ROOT / "protocols" / "amendments" / "NCT06642025-2.0.yaml")
SPONSOR = {"id": "sponsor-1", "role": "sponsor", "method": "cli"}


@pytest.fixture(scope="module")
def governed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """P-001 with day 21 late and classed, day 28 asked for outside its window; the amendment published."""
    folder = tmp_path_factory.mktemp("governed")
    url = told_trial(folder, "P-001", until="2026-03-04T09:00+08:00")
    trial = reopened(url)
    with trial.store.writing() as tx:
        publish(tx, second(), [], ENGINEER, datetime(2026, 3, 4, 2, tzinfo=UTC), PROVENANCE)
    _rulings(Clerk(trial))
    trial.store.close()
    return folder / "dayzero.sqlite3"


@pytest.fixture
def at_it(governed: Path, tmp_path: Path) -> Terminal:
    """The command line at that store, where no server runs."""
    return terminal(governed, tmp_path)


def _rulings(clerk: Clerk) -> None:
    def take(kind: str, actor: object = COORDINATOR, **fields: object) -> None:
        clerk.take("2026-03-06T10:00+08:00", "P-001", kind, actor, **fields)

    take("record_item", item="D21", happened="2026-03-06")
    words = "I have reviewed this deviation and class it as minor"
    take("confirm_deviation", INVESTIGATOR, deviation="D21/late", classed="minor", meaning=words)
    take("request_approval", item="D28", planned="2026-03-15", reason="holiday")
    take("request_approval", item="D60", planned="2026-04-20", reason="abroad")
    words = "I approve this visit outside its window"
    take("grant_approval", SPONSOR, approval="D60/approval", meaning=words)


def test_the_difference_between_two_versions_is_shown(dayzero: Terminal) -> None:
    """What the newer one says of itself, and what really differs, by code."""
    said = dayzero("amendment", "diff", STUDY, SECOND)
    assert said.code == 0
    assert "amends 1.0, needs consent: Simulated amendment" in said.out
    assert [line.split()[1] for line in said.lines[3:]] == ["D21", "D45", "M9"]
    rows = dayzero("amendment", "diff", STUDY, SECOND, "--json").data
    assert {(each["code"], each["how"]) for each in rows} == {
        ("D21", "changed"),
        ("D45", "added"),
        ("M9", "removed"),
    }
    assert "nothing differs" in dayzero("amendment", "diff", STUDY, STUDY).out


def test_an_amendment_is_previewed_and_nothing_is_saved(at_it: Terminal) -> None:
    """Windows now and then, alerts and deviations; the participant stays where they are."""
    said = at_it("amendment", "preview", "P-001", "2.0", "--on", "2026-03-10")
    assert said.code == 1
    assert "future-time" in said.err
    on_record = at_it("status", "P-001", "--json").data["version"]
    shown = Terminal(at_it.environment, "2026-03-11T10:00+08:00")
    preview = shown("amendment", "preview", "P-001", "2.0", "--on", "2026-03-10")
    assert preview.code == 0, preview.err
    assert "P-001: 1.0 → 2.0, not saved" in preview.out
    data = shown("amendment", "preview", "P-001", "2.0", "--on", "2026-03-10", "--json").data
    moved = {each["item"]: each for each in data["moved"]}
    assert set(moved) == {"D45", "M9"}
    assert (moved["D45"]["first_day_after"], moved["M9"]["first_day_after"]) == ("2026-03-24", None)
    assert at_it("status", "P-001", "--json").data["version"] == on_record


def test_an_unpublished_version_cannot_be_previewed(at_it: Terminal) -> None:
    """It is refused as it would be; a time that is none is a matter of usage."""
    assert "unknown-version" in at_it("amendment", "preview", "P-001", "9", "--on", "2026-03-05").err
    assert at_it("amendment", "preview", "P-001", "2.0", "--on", "yesterday").code == 2


def test_deviations_are_listed_with_their_classes(at_it: Terminal) -> None:
    """What the rules suggest beside what was signed, and by whom."""
    (row,) = at_it("deviation", "list", "--json").data
    assert (row["deviation"], row["suggested"], row["classed"]) == ("D21/late", "minor", "minor")
    assert row["classed_by"] == "investigator-1"
    assert "D21/late" in at_it("deviation", "list", "P-001").out


def test_classes_and_approvals_are_exported(at_it: Terminal, tmp_path: Path) -> None:
    """The table of deviations has a column for each."""
    assert at_it("export", "csv", "--to", str(tmp_path / "out")).code == 0
    (path,) = (tmp_path / "out").glob("*deviations.csv")
    with path.open(encoding="utf-8", newline="") as file:
        (told,) = csv.DictReader(file)
    assert (told["suggested"], told["classed"], told["classed_by"]) == ("minor", "minor", "investigator-1")
    assert told["approval"] == ""


def test_approvals_are_listed_with_their_answers(at_it: Terminal) -> None:
    """Waiting or answered, by whom, and until when an answer is needed."""
    rows = {each["approval"]: each for each in at_it("approval", "list", "--json").data}
    assert rows["D28/approval"]["answer"] == "waiting"
    assert (rows["D60/approval"]["answer"], rows["D60/approval"]["answered_by"]) == ("granted", "sponsor-1")
    assert rows["D28/approval"]["needed_by"] == "2026-03-13T16:00:00Z"
    assert "holiday" in at_it("approval", "list", "P-001").out


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("approval", "grant", "P-001", "D28/approval"), "holiday"),
        (("deviation", "confirm", "P-001", "D21/late", "important"), "2026-03-06"),
    ],
)
def test_what_is_signed_is_shown_first(at_it: Terminal, words: tuple[str, ...], shown: str) -> None:
    """Content and hash are printed; with nobody at the terminal nothing is sent unless one says so."""
    said = at_it(*words)
    assert said.code == 2
    assert shown in said.out
    assert "content " in said.out
    assert "--yes" in said.err
    assert at_it(*words, "--yes").code == 5


@pytest.mark.parametrize(
    "words",
    [
        ("amendment", "apply", "P-001", "2.0", "--on", "2026-03-05"),
        ("approval", "request", "P-001", "D90", "--on", "2026-06-30", "--reason", "x"),
        ("approval", "refuse", "P-001", "D28/approval", "--reason", "x"),
        ("approval", "grant", "P-001", "nothing/approval", "--yes"),
        ("deviation", "confirm", "P-001", "no/late", "minor", "--yes"),
    ],
)
def test_commands_are_sent_and_not_judged_here(at_it: Terminal, words: tuple[str, ...]) -> None:
    """The desk judges them: with no server each ends with 5."""
    assert at_it(*words).code == 5


def test_a_list_without_entries_says_so(dayzero: Terminal) -> None:
    """No approvals, no deviations: one line."""
    assert "nobody asked" in dayzero("approval", "list").out
    assert "no deviations" in dayzero("deviation", "list", "P-002").out
