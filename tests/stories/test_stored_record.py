"""The record of each story is there and tells the same commands, so that no change of a rule escapes it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from replay.archive import archive_files, read_archive
from replay.history import Asked
from replay.story.reading import read_story
from replay.story.shelf import Shelf
from tests.stories.conftest import STORIES
from tests.stories.make_record import RECORD, record_of, recorded, told

Commands = dict[tuple[str, str], tuple[datetime, Any]]
MOST_MEGABYTES = 4
HOW = "remove it and run `make record`: the difference between the two is then seen in the commit"


@pytest.mark.parametrize("path", told(), ids=lambda path: path.stem)
def test_a_record_holds_what_its_story_tells(path: Path, shelf: Shelf) -> None:
    """Every command of the story is on its record under its id, at its moment, in its words; no other is."""
    file = record_of(path)
    assert file.is_file(), f"{path} has no record: run `make record`"
    assert on_record(file) == in_story(path, shelf), f"{file} is of another story: {HOW}"


def test_no_record_is_without_its_story() -> None:
    """A story that was renamed or dropped takes its record along."""
    assert {file for _, file in archive_files([RECORD])} == {record_of(path) for path in told()}


def test_a_record_is_made_alike_each_time(shelf: Shelf, tmp_path: Path) -> None:
    """Told again, a story leads to the same archive, byte by byte: nothing of the machine is in it."""
    path = STORIES / "eligibility" / "too_young_for_the_study.yaml"
    once = recorded(path, shelf)
    assert once == recorded(path, shelf)
    again = tmp_path / "again.jsonl.gz"
    again.write_bytes(once)
    assert read_archive(again) == read_archive(record_of(path))


def test_the_records_stay_small() -> None:
    """All of them together are a few megabytes."""
    assert sum(file.stat().st_size for _, file in archive_files([RECORD])) < MOST_MEGABYTES * 1024**2


def in_story(path: Path, shelf: Shelf) -> Commands:
    """What a story asks, by whom it is asked of and its id; asked twice under one id it is one command."""
    found: Commands = {}
    asked = ((line, body) for line in read_story(path, shelf).lines for body in line.bodies)
    for number, (line, body) in enumerate(asked, start=1):
        found.setdefault((line.who, line.said.id or f"told/{number:04}"), (line.at, body))
    return found


def on_record(file: Path) -> Commands:
    """What an archive holds that somebody asked."""
    return {
        (each.subject, each.command.command_id): (each.command.asked_at, each.command.body)
        for each in read_archive(file).entries
        if isinstance(each, Asked) and each.command.kind != "reach_clock"
    }
