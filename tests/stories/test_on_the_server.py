"""Stories on the real server in virtual time: the same events as on the pure core, at the same times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.story_server import disagreements, play_on_server, years_ahead
from replay.story.playing import Played, play
from replay.story.reading import read_story
from replay.story.shelf import Shelf
from tests.stories.conftest import STORIES

CHOSEN = (
    "visits/late_entry",
    "alerts/snoozed_until_the_visit",
    "safety/taken_back_and_reopened",
    "study/grade_4_holds_the_study",
    "protocol/amended_by_consent",
    "alerts/no_sample_is_drawn",
    "ends/no_second_collection",
)
"""A late entry, a ladder, clocks of safety, a study with its hold and a newcomer, a version published,
windows in minutes in another zone, and a timeline that ends by itself."""


@pytest.mark.slow
@pytest.mark.parametrize("name", CHOSEN)
async def test_the_server_does_as_the_core(
    temporal_address: str, shelf: Shelf, name: str, tmp_path: Path
) -> None:
    """Every stream holds the same events in the same order, moved by 28 years, and the same is refused."""
    core = play(read_story(STORIES / f"{name}.yaml", shelf))
    server = await play_on_server(core.story, temporal_address, tmp_path)
    assert disagreements(core, server) == []
    assert sum(map(len, server.events.values())) == len(core.events) > 0


def test_a_story_of_the_past_is_played_a_cycle_ahead(shelf: Shelf) -> None:
    """Time only goes on: a story that is over moves by 28 years, one that lies ahead by none."""
    story = read_story(STORIES / "visits" / "late_entry.yaml", shelf)
    past = replace(story, lines=(replace(story.lines[0], at=datetime(2020, 1, 6, tzinfo=UTC)),))
    ahead = replace(story, lines=(replace(story.lines[0], at=datetime.now(UTC) + timedelta(days=9)),))
    assert (years_ahead(past), years_ahead(ahead)) == (28, 0)


async def test_a_difference_is_named(temporal_address: str, shelf: Shelf, tmp_path: Path) -> None:
    """An event that only one of them has is named with its stream, number and moment."""
    core = play(read_story(STORIES / "eligibility" / "too_young_for_the_study.yaml", shelf))
    server = await play_on_server(core.story, temporal_address, tmp_path)
    shorter = Played(core.story, core.events[:-1], (), ())
    assert disagreements(core, server) == []
    told = disagreements(shorter, server)
    assert told[0].startswith("study/NCT06642025, event 2: on the core nothing, on the server study.site_pub")
    assert told[1].startswith("refused on the server: [('P-001', 'unknown-participant'), ")
