"""As of: the record as it was known on any day, the same for every list, page and export."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from activities.rulebook import Rulebook
from console.reading import StudyLook
from domain.stated import parse_instant
from replay.as_of import AsOf
from replay.paper import NotOnPaper
from store import Reading
from tests.console.terminal import Terminal, terminal
from tests.replay.record import FIRST, SECOND, Recording, recording
from tests.support.lives import Teller
from tests.support.trial import STUDY

INFUSION = "2026-02-16T16:00:00+08:00"


@pytest.fixture
def dayzero(lives: Recording, tmp_path: Path) -> Terminal:
    """The command line at the record, after everything."""
    return Terminal(terminal(lives.file, tmp_path).environment, "2027-09-01T12:00+08:00")


def test_at_any_moment_it_is_what_the_lists_showed_then(tmp_path: Path) -> None:
    """After every twelfth command the lists are kept; as of each of those moments the finished record shows
    the very same rows: participants, items, alerts, deviations and study (INV-27)."""
    record = recording(tmp_path)
    kept: list[tuple[datetime, list[object]]] = []
    told = Teller(record.trial.protocol, record.trial.site.zone).until_infusion(date(2026, 1, 5))
    for number, (at, command) in enumerate(told):
        record.ask(FIRST, command, at)
        if number % 12 == 0:
            with record.trial.store.reading() as reading:
                kept.append((at, _rows(reading)))
    record.pass_time(told[-1][0] + timedelta(days=12))
    assert len(kept) > 3
    with record.trial.store.reading() as reading:
        for at, rows in kept:
            assert _rows(AsOf(reading, at)) == rows


def test_a_late_entry_was_not_known_the_day_before(dayzero: Terminal) -> None:
    """Day 28 was typed in two days late: the day before that, status says it is open; that evening, done."""
    items = {
        day: {each["item"]: each["standing"] for each in said["items"]}
        for day in ("2026-03-17", "2026-03-18")
        if (said := dayzero("status", FIRST, "--as-of", day, "--json").data)
    }
    assert items["2026-03-17"]["D28"] in ("open", "past target")
    assert items["2026-03-18"]["D28"] == "done"


@pytest.mark.parametrize(
    "verb", [["status"], ["today"], ["timeline", FIRST], ["explain", FIRST, "D28"], ["alerts"]]
)
def test_every_look_can_be_asked_as_of_a_moment(dayzero: Terminal, verb: list[str]) -> None:
    """Each verb that looks takes `--as-of`, and tells nothing that was recorded later."""
    said = dayzero(*verb, "--as-of", INFUSION, "--json")
    assert said.code == 0, said.err
    recorded = re.findall(r'"(?:recorded_at|raised_at)": "([^"]+)"', said.out)
    assert [each for each in recorded if each > "2026-02-16T08:00:00Z"] == []


def test_tables_are_exported_as_of_a_moment(dayzero: Terminal, tmp_path: Path) -> None:
    """The exported tables of a day of the past hold who was known then, as they stood then."""
    said = dayzero("export", "csv", "--to", str(tmp_path / "csv"), "--as-of", "2026-02-01")
    assert said.code == 0, said.err
    [people] = (tmp_path / "csv").glob("*-participants.csv")
    rows = list(csv.DictReader(io.StringIO(people.read_text(encoding="utf-8"))))
    assert [row["participant"] for row in rows] == [FIRST]


def test_truth_is_told_beside_what_was_known(dayzero: Terminal, tmp_path: Path) -> None:
    """Day 28 took place on 16 March and was typed in on the 18th: true at the 16th it is done, by what was
    known on the 17th it is not; an export says in its name which moments it holds."""
    said = {
        named: {
            each["item"]: each["standing"]
            for each in dayzero("status", FIRST, *named, "--json").data["items"]
        }
        for named in [
            ("--true-at", "2026-03-16"),
            ("--true-at", "2026-03-16", "--as-of", "2026-03-17"),
        ]
    }
    assert [each["D28"] for each in said.values()] == ["done", "open"]
    to = ("--to", str(tmp_path / "true"), "--true-at", "2026-03-16", "--as-of", "2026-03-18")
    for what in ("csv", "endpoints"):
        exported = dayzero("export", what, *to)
        assert exported.code == 0, exported.err
    name = "as-of-20260318T155959Z-true-at-20260316T155959Z"
    assert {each.name.rpartition(name)[1] for each in (tmp_path / "true").glob("*.csv")} == {name}


@pytest.mark.parametrize(
    "verb",
    [
        ["status"],
        ["today"],
        ["timeline", FIRST],
        ["explain", FIRST, "D28"],
        ["alerts"],
        ["commands"],
        ["endpoints"],
    ],
)
def test_every_look_can_be_asked_for_the_truth(dayzero: Terminal, verb: list[str]) -> None:
    """Each verb that can look back can tell what was true, in words and as JSON, by any knowledge."""
    for moments in (("--true-at", INFUSION), ("--true-at", INFUSION, "--as-of", "2026-03-17")):
        plain, said = dayzero(*verb, *moments), dayzero(*verb, *moments, "--json")
        assert (plain.code, said.code) == (0, 0), plain.err + said.err


@pytest.mark.parametrize(
    ("moments", "says"),
    [
        (("--true-at", "2025-01-01"), "--true-at: nothing had happened"),
        (("--true-at", "2031-01-01"), "--true-at: 2031-01-01 lies ahead"),
        (("--true-at", "last week"), "--true-at: 'last week'"),
        (
            ("--true-at", "2026-03-17", "--as-of", "2026-03-16"),
            "--true-at: 2026-03-17 is later than 2026-03-16",
        ),
        (("--true-at", "2026-03-17", "--as-of", "2031-01-01"), "--as-of: 2031-01-01 lies ahead"),
    ],
)
def test_a_truth_that_cannot_be_told_is_one_line(
    dayzero: Terminal, moments: tuple[str, ...], says: str
) -> None:
    """Before anything was, in the future, at no time at all, or later than the knowledge: one line."""
    said = dayzero("status", *moments)
    assert (said.code, says in said.err, len(said.err.splitlines())) == (2, True, 1), said.err


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        pytest.param("2025-01-01", "nothing was recorded", id="before-the-first-event"),
        pytest.param("2031-01-01", "ahead", id="in-the-future"),
        pytest.param("last week", "last week", id="no-moment"),
    ],
)
def test_a_moment_that_cannot_be_is_one_line(dayzero: Terminal, moment: str, says: str) -> None:
    """Before the first event, in the future, or no time at all: one line that says which."""
    said = dayzero("status", "--as-of", moment)
    assert (said.code, says in said.err, len(said.err.splitlines())) == (2, True, 1), said.err


def test_whoever_came_later_is_not_said_never_to_be(dayzero: Terminal) -> None:
    """Asked as of a day before somebody's consent, the answer names the day; else it does not."""
    early = dayzero("status", SECOND, "--as-of", "2026-02-01")
    assert (early.code, "at 2026-02-01: whoever came later is not told of there" in early.err) == (1, True)
    assert "whoever came later" not in dayzero("status", "EX02-099").err


def test_what_a_moment_does_not_keep_is_refused(lives: Recording) -> None:
    """Nothing of today is shown as if it were of then: what cannot be told of a moment says so."""
    with lives.trial.store.reading() as reading:
        as_of = AsOf(reading, parse_instant("2026-03-01T00:00:00Z"))
        with pytest.raises(NotOnPaper, match="connection"):
            as_of.note("digest")
        look = StudyLook(as_of, Rulebook(), STUDY, as_of.moment)
        assert [each.participant for each in look.participants()] == [FIRST]
    assert lives.trial.study == STUDY


def _rows(reading: Reading) -> list[object]:
    return [
        reading.participants(STUDY),
        sorted(reading.items(STUDY), key=lambda each: each.position),
        reading.alerts(STUDY),
        reading.deviations(STUDY),
        reading.study_views(STUDY),
    ]
