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
        ("{at: D99999999 09:00}", 4, "is not a real time"),
        ("{at: D5 29:00}", 4, "is not a real time (hour must be in 0..23)"),
        ("{at: 1850-01-05 09:00}", 4, "it is outside the years 1901 to 2198"),
        ("{at: 9999-12-31 23:59}", 4, "it is outside the years 1901 to 2198"),
        ("{at: D-50 09:00, alerts: {D60/overdue: opened}}", 4, "did you mean 'open'?"),
        ("{at: D-50 09:00, when: {kind: [a]}}", 4, "there is no command"),
        ("{at: D-50 09:00, when: {item: D1}}", 4, "steps[0].when: 'kind' is missing"),
        ("{at: D-50 09:00, when: {kind: plan_item, item: D1, item: D2}}", 4, "'item' is given twice"),
        ("{at: D-50 09:00, then: visit.recorded}", 4, "it should be a list"),
        ("{at: D-50 09:00, stands: [D60]}", 4, "it should be a mapping (field: value)"),
        ("{at: D-50 09:00, refused: 7}", 4, "'7' cannot stand here; it should be 'unknown-study'"),
        ("{at: D-50 09:00, publish: {}}", 4, "nothing is named; write protocol, or site, or zone"),
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
        ("day0: 2026-03-02", "day0: 2026-02-30", r"faulty\.yaml:2: people\.P-001\.day0: '2026-02-30'"),
        ("day0: 2026-03-02", "day0: 0001-01-02", "is not a real time"),
        ("day0: 2026-03-02, ", "", "nobody says which day that is; .* says so: day0 of P-001"),
        ("screened}", "screened, until: never}", r"faulty\.yaml:2: people\.P-001\.until: 'never' is no time"),
        ("P-001: {", "study: {}, P-001: {", "nobody is called study; write a code"),
        ("{P-001:", "{P-001: {}, P-001:", "'P-001' is given twice"),
        ("after: screened", "after: screend", "known are .*screened"),
        ("steps:", "protocol: NCT1\nsteps:", "there is no protocol 'NCT1'; known are .*NCT06642025:1.0"),
        ("steps:", "site: lyon\nsteps:", "there is no site 'lyon'"),
        ("steps:", "zone: Asia/Shanghia\nsteps:", "there is no zone 'Asia/Shanghia'"),
    ],
)
def test_what_stands_above_the_steps_is_told_with_what_would_be_right(
    folder: Path, shelf: Shelf, old: str, new: str, saying: str
) -> None:
    """No real day 0 or none where one is needed, and an earlier story, a protocol, a site or a zone that is
    not there: the line, and what there is."""
    path = folder / "faulty.yaml"
    path.write_text(HEAD.replace(old, new) + "  - {at: 2026-01-20 09:00}\n", encoding="utf-8")
    with pytest.raises(FaultyStory, match=saying):
        read_story(path, shelf)


@pytest.mark.parametrize(
    ("text", "saying"),
    [
        ("", "the file is empty"),
        ("hello\n", "'hello' cannot stand here; it should be a mapping"),
        ("- a\n- b\n", "a list cannot stand here; it should be a mapping"),
        ("promise: Nobody is here.\npeople: {}\nsteps: [{at: 2026-01-05 09:00}]\n", "write at least 1"),
        ("promise: Nothing happens.\npeople: {P-001: {}}\nsteps: {}\n", "steps: a mapping cannot stand here"),
        ("promise: It holds itself.\npeople: &p {P-001: *p}\nsteps: []\n", "contains itself"),
    ],
)
def test_what_is_no_story_says_what_one_is(tmp_path: Path, shelf: Shelf, text: str, saying: str) -> None:
    """Nothing, a word, a list, nobody, no steps, or a file that contains itself: said in YAML's own terms."""
    path = tmp_path / "faulty.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaultyStory) as faulty:
        read_story(path, shelf)
    assert saying in str(faulty.value)


def test_one_wrong_step_is_one_problem(folder: Path, shelf: Shelf) -> None:
    """The list it stands in is not blamed for having too few right ones."""
    path = folder / "faulty.yaml"
    path.write_text(f"{HEAD}  - {{at: D-40 09:00, by: king}}\n", encoding="utf-8")
    with pytest.raises(FaultyStory) as faulty:
        read_story(path, shelf)
    assert len(faulty.value.problems) == 1


@pytest.mark.parametrize("clock", ["2026-03-29 02:30", "D27 02:30"])
def test_a_time_that_the_clocks_skip_is_none(tmp_path: Path, shelf: Shelf, clock: str) -> None:
    """In the hour that summer time leaves out nothing can happen; the hour after it is told."""
    path = tmp_path / "faulty.yaml"
    head = "promise: A story of summer time.\nzone: Europe/Berlin\npeople: {P-001: {day0: 2026-03-02}}\n"
    path.write_text(f"{head}steps: [{{at: {clock}}}]\n", encoding="utf-8")
    with pytest.raises(FaultyStory, match="the clocks in Europe/Berlin skip it"):
        read_story(path, shelf)
    path.write_text(f"{head}steps: [{{at: {clock.replace('02:', '03:')}}}]\n", encoding="utf-8")
    assert read_story(path, shelf).lines[0].at.hour == 1


def test_a_site_needs_a_protocol_to_be_published_with(tmp_path: Path, shelf: Shelf) -> None:
    """In a study of which nothing is published, a site alone is told before anything is played."""
    path = tmp_path / "faulty.yaml"
    path.write_text(
        "promise: Nothing is published here.\nprotocol: null\npeople: {P-001: {}}\n"
        "steps: [{at: 2026-01-05 09:00, publish: {site: hefei}}]\n",
        encoding="utf-8",
    )
    with pytest.raises(FaultyStory, match="a site is published with its study's protocol"):
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
