"""A new story of a protocol runs at once, says what to change, and never takes the place of another file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from replay.story.as_planned import NoSkeleton
from replay.story.playing import play
from replay.story.reading import read_story
from replay.story.shelf import NotOnShelf, Shelf, stocked
from replay.story.skeleton import new_story
from settings import ROOT
from tests.console.terminal import Terminal, terminal
from tests.protocols.small import SMALL

KNOWN = stocked(ROOT / "protocols", ROOT / "sites")
DECEMBER = date(2027, 12, 6)


@pytest.fixture
def dayzero(tmp_path: Path) -> Terminal:
    """The command line in a place of its own, with nothing on record."""
    return terminal(tmp_path / "none.sqlite3", tmp_path)


@pytest.mark.parametrize("name", [":".join(each) for each in sorted(KNOWN.protocols)])
def test_every_protocol_has_a_story_to_begin_with(name: str, shelf: Shelf, tmp_path: Path) -> None:
    """Of each delivered document, amendments included: it comes out as it says, nobody is refused, and the
    participation ends."""
    made = new_story(shelf, name, None, None, tmp_path)
    path = tmp_path / "new.yaml"
    path.write_text(made.text, encoding="utf-8")
    played = play(read_story(path, shelf))
    assert (played.differences, played.refusals, made.left_out) == ((), (), ())
    assert "participation.ended" in {each.event.TYPE for each in played.events}
    assert len(played.events) == made.events + len(_versions(made.text)) - 1
    assert f"{made.protocol.id}:{made.protocol.version}" == name


def test_a_protocol_of_ones_own_is_named_by_its_file(shelf: Shelf, tmp_path: Path) -> None:
    """An invented document outside the shelf is named from where the story stands, and so is a site."""
    drafts, stories = tmp_path / "drafts", tmp_path / "stories"
    for folder in (drafts, stories):
        folder.mkdir()
    (drafts / "small.yaml").write_text(SMALL, encoding="utf-8")
    (drafts / "site.yaml").write_bytes((ROOT / "sites" / "demo.yaml").read_bytes())
    made = new_story(shelf, str(drafts / "small.yaml"), str(drafts / "site.yaml"), DECEMBER, stories)
    assert "protocol: ../drafts/small.yaml\nsite: ../drafts/site.yaml\n" in made.text
    path = stories / "new.yaml"
    path.write_text(made.text, encoding="utf-8")
    assert play(read_story(path, shelf)).differences == ()


def test_days_are_counted_from_the_day_that_is_wished_for(shelf: Shelf, tmp_path: Path) -> None:
    """The infusion is on D0, D0 is the day that was asked for, and every visit's day is counted from it."""
    made = new_story(shelf, "NCT06642025", "hefei", DECEMBER, tmp_path)
    assert made.day0 == DECEMBER
    assert "people: {P-001: {day0: 2027-12-06}}\n" in made.text
    assert "{kind: record_item, item: infusion, happened: '@D0 " in made.text
    assert "{kind: record_item, item: D1, happened: '@D1 " in made.text
    assert "2027-" not in made.text.replace("2027-12-06", "")
    assert "P-001" not in made.text.replace("{P-001: ", "")


def test_it_says_what_to_change_and_where_a_stage_begins(shelf: Shelf, tmp_path: Path) -> None:
    """Comments name every part of a story that is going to be changed; each stage has its heading."""
    text = new_story(shelf, "NCT06642025", None, None, tmp_path).text
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    for part in ("`promise`", "`refused: CODE`", "`alerts`", "`stands`", "`then`", "{who}", "`after`"):
        assert any(part in line for line in comments), part
    assert [line for line in comments if line.startswith("  # ")][:3] == [
        "  # Screening",
        "  # Enrolled",
        "  # Cells collected",
    ]
    assert text.endswith("stands: {Y13: done, Y14: done, Y15: done}\n")


def test_what_nobody_can_pass_is_said(shelf: Shelf, tmp_path: Path) -> None:
    """Rules that contradict each other, a year that is not told, and a document nobody has are named."""
    path = tmp_path / "small.yaml"
    both = "{all: [{result: age, at_least: 18}, {result: age, below: 18}]}"
    path.write_text(SMALL.replace("{result: age, at_least: 18}", both), encoding="utf-8")
    with pytest.raises(NoSkeleton, match="SMALL: no results pass all of its gates"):
        new_story(shelf, str(path), None, None, tmp_path)
    with pytest.raises(NoSkeleton, match="write a day of the years 1901 to 2170"):
        new_story(shelf, "DZ-CYCLES", None, date(2199, 1, 1), tmp_path)
    with pytest.raises(NotOnShelf, match="there is no protocol 'NCT1'; known are DZ-CYCLES"):
        new_story(shelf, "NCT1", None, None, tmp_path)
    alone = Shelf({("NCT06642025", "2.0"): shelf.protocols["NCT06642025", "2.0"]}, {})
    with pytest.raises(NotOnShelf, match=r"amends version 1\.0: there is no protocol"):
        new_story(alone, "NCT06642025:2.0", None, None, tmp_path)


def test_the_command_writes_a_story_that_runs(dayzero: Terminal, tmp_path: Path) -> None:
    """What `new` writes ends `run` with 0, and the same name is not taken twice."""
    path = tmp_path / "mine.yaml"
    said = dayzero("story", "new", "DZ-CYCLES", "-o", str(path), "--day0", "2027-03-01")
    assert (said.code, said.err) == (0, "")
    assert "lead to 41 events; run it, then make it yours" in said.out
    assert dayzero("story", "run", str(path)).code == 0
    written = path.read_text(encoding="utf-8")
    again = dayzero("story", "new", "NCT06642025", "-o", str(path))
    assert (again.code, "is there already" in again.err) == (2, True)
    assert path.read_text(encoding="utf-8") == written
    data = dayzero("story", "new", "DZ-CYCLES", "--json").data
    assert (data["file"], data["version"], data["left_out"]) == (None, "1.0", [])
    assert data["text"].startswith("# A new story of DZ-CYCLES 1.0")


@pytest.mark.parametrize(
    ("arguments", "code", "saying"),
    [
        (["NCT1"], 2, "known are DZ-CYCLES:1.0"),
        (["none.yaml"], 2, "there is no file none.yaml"),
        (["DZ-CYCLES", "--site", "lyon"], 2, "there is no site 'lyon'; known are demo"),
        (["DZ-CYCLES", "--day0", "2026-02-30"], 2, "is no day"),
        (["DZ-CYCLES", "--day0", "9999-12-30"], 1, "write a day of the years"),
        (["DZ-CYCLES", "-o", "/none/x.yaml"], 2, "No such file or directory"),
    ],
)
def test_what_cannot_be_begun_is_told_in_a_line(
    dayzero: Terminal, arguments: list[str], code: int, saying: str
) -> None:
    """A document that is not there, no day, no folder: one line, its code, and nothing written."""
    said = dayzero("story", "new", *arguments)
    assert said.code == code
    assert saying in said.err
    assert "Traceback" not in said.err


def _versions(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("protocol:") or "publish:" in line]
