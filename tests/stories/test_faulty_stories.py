"""What is wrong with a story is said with its file, its line, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from replay.story.playing import play
from replay.story.reading import FaultyStory, read_story
from replay.story.shelf import Shelf
from tests.stories.conftest import STORIES

HEAD = """\
promise: A story for the tests of what is wrong with one.
people: {P-001: {day0: 2026-03-02, after: screened}}
steps:
"""
PLANNED = '{at: D-50 09:00, when: {kind: plan_item, item: enrolment, appointment: "2026-01-20"}, '


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of stories with the chapters beside it."""
    (tmp_path / "chapters").symlink_to(STORIES / "chapters")
    return tmp_path


@pytest.mark.parametrize(
    ("step", "line", "saying"),
    [
        ("{at: D-50 09:00, whom: P-001}", 4, "did you mean 'who'?"),
        ("{at: D-50 09:00, who: P-010}", 4, "there is no participant 'P-010'; did you mean 'P-001'?"),
        ("{at: D-50 09:00, then: [visit.recoded]}", 4, "did you mean 'visit.recorded'?"),
        ("{at: D-50 09:00, then: [{visit.recorded: {itm: D1}}]}", 4, "did you mean 'item'?"),
        ("{at: D-50 09:00, stands: {D61: open}}", 4, "there is no item 'D61'"),
        ("{at: D-50 09:00, stands: {D60: opened}}", 4, "did you mean 'open'?"),
        ("{at: D-50 09:00, alerts: {D60/over_due: open}}", 4, "did you mean 'overdue'?"),
        ("{at: D-50 09:00, when: {kind: record_itm}}", 4, "did you mean 'record_item'?"),
        (
            '{at: D-50 09:00, when: {kind: record_item, itm: D1, happened: "2026-03-03"}}',
            4,
            "did you mean 'item'?",
        ),
        (
            '{at: D-50 09:00, when: {kind: record_item, item: D31, happened: "2026-03-03"}}',
            4,
            "there is no item 'D31'; did you mean",
        ),
        ("{at: D-50 09:00, refused: gate-shut}", 4, "gate-closed"),
        ("{at: yesterday}", 4, "'yesterday' is no time"),
        ("{at: 2026-02-30 09:00}", 4, "is not a real time"),
        ("{at: D-50}", 4, "is no moment"),
    ],
)
def test_an_unknown_name_is_told_with_its_line(
    folder: Path, shelf: Shelf, step: str, line: int, saying: str
) -> None:
    """A misspelt participant, visit, event, field, command or code names its line and the nearest one."""
    path = folder / "faulty.yaml"
    path.write_text(f"{HEAD}  - {step}\n", encoding="utf-8")
    with pytest.raises(FaultyStory) as faulty:
        read_story(path, shelf)
    assert f"{path}:{line}: " in str(faulty.value)
    assert saying in str(faulty.value)


def test_steps_are_told_in_order_of_time(folder: Path, shelf: Shelf) -> None:
    """A step before the one above it is an error that names it."""
    path = folder / "faulty.yaml"
    path.write_text(f"{HEAD}  - {{at: D-40 09:00}}\n  - {{at: D-41 09:00}}\n", encoding="utf-8")
    with pytest.raises(FaultyStory, match=r"faulty\.yaml:5: .*step 2 is at D-41 09:00, before"):
        read_story(path, shelf)


@pytest.mark.parametrize(
    ("old", "new", "saying"),
    [
        ("after: screened", "after: screend", "known are .*screened"),
        ("steps:", "protocol: NCT1\nsteps:", "there is no protocol 'NCT1'; known are .*NCT06642025:1.0"),
        ("steps:", "site: lyon\nsteps:", "there is no site 'lyon'"),
        ("steps:", "zone: Asia/Shanghia\nsteps:", "there is no zone 'Asia/Shanghia'"),
    ],
)
def test_a_document_nobody_has_is_told_with_those_there_are(
    folder: Path, shelf: Shelf, old: str, new: str, saying: str
) -> None:
    """An earlier story, a protocol, a site or a zone that is not there names the ones that are."""
    path = folder / "faulty.yaml"
    path.write_text(HEAD.replace(old, new) + "  - {at: 2026-01-20 09:00}\n", encoding="utf-8")
    with pytest.raises(FaultyStory, match=saying):
        read_story(path, shelf)


@pytest.mark.parametrize(
    ("step", "saying"),
    [
        ("{at: D-50 09:00, then: [alert.raised]}", "should come alert.raised; came nothing"),
        ("{at: D-50 09:00, stands: {enrolment: done}}", "enrolment should be done, and is open"),
        ("{at: D-50 09:00, next: nothing}", "waits for 'enrolment due soon 2026-01-27 Asia/Shanghai'"),
        ("{at: D-20 09:00, alerts: {}}", "no other alert should be open, and there is enrolment/overdue"),
        ("{at: D-20 09:00, alerts: {..., D1/overdue: open}}", "nearest is enrolment/overdue"),
        (
            '{at: D-50 09:00, when: {kind: record_item, item: enrolment, happened: "2026-01-11"}}',
            "should be taken, and is refused [gate-closed]",
        ),
        (
            PLANNED + "refused: same-fact}",
            "should be refused [same-fact], and is taken: appointment.planned (enrolment)",
        ),
        (
            PLANNED + "then: [{appointment.planned: {item: D1}}]}",
            "nearest to appointment.planned {'item': 'D1'} is appointment.planned {'item': 'enrolment'",
        ),
    ],
)
def test_a_step_that_differs_says_what_came_instead(
    folder: Path, shelf: Shelf, step: str, saying: str
) -> None:
    """What was expected, what came and what is nearest stand in one line with file, line, step and moment."""
    path = folder / "other.yaml"
    path.write_text(f"{HEAD}  - {step}\n", encoding="utf-8")
    told = [str(each) for each in play(read_story(path, shelf)).differences]
    assert len(told) == 1, told
    assert told[0].startswith(f"{path}:4: step 1 at D-")
    assert saying in told[0]
