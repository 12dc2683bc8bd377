"""`dayzero story`: what it prints, and the codes it ends with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.console.terminal import Terminal, terminal
from tests.replay.record import FIRST, recording
from tests.stories.conftest import STORIES
from tests.support.trial import register_body


@pytest.fixture
def dayzero(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The command line at a record of one consent."""
    monkeypatch.setenv("COLUMNS", "220")
    record = recording(tmp_path)
    record.ask(FIRST, register_body("2026-01-05"), datetime(2026, 1, 5, 2, tzinfo=UTC))
    record.trial.store.close()
    return terminal(record.file, tmp_path)


def test_green_stories_end_with_0(dayzero: Terminal) -> None:
    """Each story is a line with its promise, and the last line counts them."""
    said = dayzero("story", "run", str(STORIES / "eligibility"))
    assert (said.code, said.err) == (0, "")
    assert said.lines[0].startswith("as told  ")
    assert said.lines[-1].startswith("as told: 4 stories")
    data = dayzero("story", "run", str(STORIES / "eligibility"), "--json").data
    assert (data["stories"], data["different"], len(data["runs"])) == (4, 0, 4)


def test_a_story_that_differs_ends_with_4(dayzero: Terminal, tmp_path: Path) -> None:
    """The step is named with file and line, in text and in JSON."""
    path = tmp_path / "other.yaml"
    path.write_text(
        "promise: Nothing is refused here.\npeople: {P-001: {}}\nsteps:\n"
        "  - at: 2026-01-05 09:00\n"
        '    when: {kind: register_participant, happened: "2026-01-06"}\n',
        encoding="utf-8",
    )
    said = dayzero("story", "run", str(path))
    assert said.code == 4
    assert "other.yaml:4: step 1 at 2026-01-05 09:00: should be taken" in said.out
    found = dayzero("story", "run", str(path), "--json").data["runs"][0]["differences"]
    assert [(each["line"], each["step"]) for each in found] == [(4, 1)]


@pytest.mark.parametrize(
    ("text", "code", "saying"),
    [
        ("promise: [", 1, "this is not YAML"),
        ("promise: No steps and nobody.\n", 1, "steps"),
        (None, 2, "there is no such file or folder"),
    ],
)
def test_no_story_is_told_in_a_line(
    dayzero: Terminal, tmp_path: Path, text: str | None, code: int, saying: str
) -> None:
    """What is no story, or is not there, ends with its code and one clear line."""
    path = tmp_path / "none.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    said = dayzero("story", "run", str(path))
    assert said.code == code
    assert saying in said.err


def test_coverage_names_what_nobody_tells(dayzero: Terminal) -> None:
    """Each subject says how many are reached of how many, and which are not."""
    said = dayzero("story", "coverage", str(STORIES / "eligibility"))
    assert said.code == 0
    assert any(line.startswith("  refusal codes: ") and "no-slot" in line for line in said.lines)
    assert any(
        line.startswith("  decisions: ") and ": NCT06642025: late_infusion: " in line for line in said.lines
    )
    data = dayzero("story", "coverage", str(STORIES / "eligibility"), "--json").data
    assert data["stories"] == 4
    assert (
        "no-slot"
        in next(each for each in data["subjects"] if each["subject"] == "refusal codes")["unreached"]
    )


def test_a_recorded_story_runs_at_once(dayzero: Terminal, tmp_path: Path) -> None:
    """What `record` writes is green when it is run, and nobody is recorded who is not there."""
    path = tmp_path / "made.yaml"
    said = dayzero("story", "record", FIRST, "-o", str(path))
    assert (said.code, said.err) == (0, "")
    assert "events come out as recorded" in said.out
    assert dayzero("story", "run", str(path)).code == 0
    assert dayzero("story", "record", FIRST, "--json").data["text"] == path.read_text(encoding="utf-8")
    again = dayzero("story", "record", FIRST, "-o", str(path))
    assert again.code == 2 and "is there already" in again.err, "what somebody wrote is not overwritten"
    nobody = dayzero("story", "record", "EX02-099")
    assert nobody.code == 1
    assert "EX02-001" in nobody.err
