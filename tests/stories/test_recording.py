"""A story made from a record comes out as it was recorded, and names nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.demo.script import Script, read_script
from console.demo.seed import seed
from protocols.reading import read_protocol
from replay.history import Foreign, History, history_of
from replay.story.moving import CYCLE, moved, moved_instant
from replay.story.playing import Played, play
from replay.story.pseudonyms import AS_RECORDED, Pseudonyms
from replay.story.reading import read_story
from replay.story.recording import record_story
from replay.story.shelf import Shelf
from settings import ROOT
from sites.reading import read_site
from store import open_store
from tests.stories.conftest import STORIES
from tests.support.trial import PROVENANCE, STUDY

NOW = datetime(2026, 7, 30, 1, 0, tzinfo=UTC)
REGISTERED = [f"EX02-{number:03}" for number in range(1, 11)]
FIRST_DAY = datetime.fromisoformat("1990-01-01")
LAST_DAY = datetime.fromisoformat("2070-01-01")
NAMES = re.compile(r"EX02-0\d\d|COI-EX02|nurse-1|2026-|2025-|ward|hefei", re.IGNORECASE)


@pytest.fixture(scope="module")
def script() -> Script:
    """The demo's cohort."""
    return read_script(ROOT / "console" / "demo" / "cohort.yaml")


@pytest.fixture(scope="module")
def demo(script: Script, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """The demo's record, as on a Thursday in summer."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite3'}")
    store.migrate()
    protocol, site = read_protocol(ROOT / script.protocol), read_site(ROOT / script.site)
    seed(store, script, protocol, site, NOW, PROVENANCE)
    with store.reading() as reading:
        yield history_of(reading)
    store.close()


@pytest.mark.parametrize("participant", REGISTERED)
def test_everybody_of_the_demo_becomes_a_story(
    demo: History, shelf: Shelf, participant: str, tmp_path: Path
) -> None:
    """The story runs green at once, and leads to the recorded events at the recorded times, 28 years on."""
    made = record_story(demo, STUDY, participant, shelf)
    path = tmp_path / "recorded.yaml"
    path.write_text(made.text, encoding="utf-8")
    played = play(read_story(path, shelf))
    assert played.differences == ()
    stream = f"participant/{STUDY}/{participant}"
    recorded = [
        (each.event.TYPE, moved_instant(each.stamp.recorded_at))
        for entry in demo.entries
        for each in (entry.events if hasattr(entry, "events") else (entry.event,))
        if each.stream == stream
    ]
    assert _own(played) == recorded
    assert len(recorded) == made.events > 0


def _own(played: Played) -> list[tuple[str, datetime]]:
    stream = f"participant/{STUDY}/{played.story.people[0]}"
    return [(each.event.TYPE, each.stamp.recorded_at) for each in played.events if each.stream == stream]


def test_a_story_names_nobody(demo: History, shelf: Shelf) -> None:
    """No code, number, person, date or word of the record is left in it."""
    text = record_story(demo, STUDY, "EX02-001", shelf).text
    assert NAMES.findall(text) == []
    assert AS_RECORDED in text


def test_who_is_not_on_record_has_no_story(demo: History, shelf: Shelf) -> None:
    """A code nobody carries is an error that names those there are."""
    with pytest.raises(Foreign, match="'EX02-099' is recorded in NCT06642025: EX02-001"):
        record_story(demo, STUDY, "EX02-099", shelf)


def test_a_protocol_that_is_nowhere_is_named(demo: History) -> None:
    """A record under a protocol that is not among the files says which one to add."""
    with pytest.raises(Foreign, match=r"protocol NCT06642025:1\.0 of the record is not among"):
        record_story(demo, STUDY, "EX02-001", Shelf({}, {}))


@given(st.datetimes(FIRST_DAY, LAST_DAY, timezones=st.just(UTC)))
def test_a_cycle_of_the_calendar_keeps_weekdays_and_months(at: datetime) -> None:
    """28 years on, every day has its weekday and its place in the month and in the year."""
    later = moved_instant(at)
    assert later.isocalendar()[1:] == at.isocalendar()[1:]
    assert later.timetuple().tm_yday == at.timetuple().tm_yday
    assert moved(at.date().isoformat()) == later.date().isoformat()


@pytest.mark.parametrize(
    ("written", "later"),
    [
        ("2026-03", "2054-03"),
        ("2026-03-02", "2054-03-02"),
        ("2026-03-02T09:30:00+08:00", "2054-03-02T09:30:00+08:00"),
        ("2024-02-29", "2052-02-29"),
        ("2026 patients", "2026 patients"),
        ("38.6", "38.6"),
        ({"on": ["2026-03-02", 4, None]}, {"on": ["2054-03-02", 4, None]}),
    ],
)
def test_only_dates_move(written: object, later: object) -> None:
    """Months, days and times move; numbers and words stay."""
    assert CYCLE == 28
    assert moved(written) == later


def test_the_same_thing_has_the_same_name_throughout() -> None:
    """Codes, numbers and people are renamed alike wherever they stand; words of the vocabulary stay."""
    names = Pseudonyms(["EX02-007", "EX02-001"])
    body = {
        "kind": "hand_over",
        "number": "COI-77",
        "seen_participant": "EX02-007",
        "persons": ["li", "wu"],
        "alert": "EX02-001/D60/overdue",
        "reason": "Mr. Li came late",
    }
    assert names.body(body) == {
        "kind": "hand_over",
        "number": "COI-0001",
        "seen_participant": "P-001",
        "persons": ["person-1", "person-2"],
        "alert": "P-002/D60/overdue",
        "reason": AS_RECORDED,
    }
    assert names.body({"kind": "bind_identity", "number": "COI-77", "persons": ["wu"]}) == {
        "kind": "bind_identity",
        "number": "COI-0001",
        "persons": ["person-2"],
    }
    closed = {"kind": "close_adverse_event", "ae": "AE1", "outcome": "recovered"}
    assert names.body(closed) == closed


def test_chapters_stand_where_stories_find_them() -> None:
    """Every chapter tells what happens before a story, and is found from any folder beside it."""
    assert {path.stem for path in (STORIES / "chapters").glob("*.yaml")} >= {"screened", "infused", "dosed"}
