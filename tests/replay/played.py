"""The stored stories as they were played: records in which nearly everything happens that can.

The rule that keeps it honest: each is the whole record on paper that the story's own play leaves behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from activities.rulebook import Rulebook
from replay.story.playing import Stage
from replay.story.reading import read_story, story_files
from replay.story.shelf import Shelf, stocked
from settings import ROOT
from store import Reading

STORIES = [each for each in story_files([ROOT / "tests" / "stories"]) if each.stem != "nothing_published"]


@dataclass(frozen=True)
class Told:
    """A story as it was played."""

    reading: Reading
    rulebook: Rulebook
    study: str
    times: tuple[datetime, ...]

    @property
    def now(self) -> datetime:
        return self.times[-1]


@cache
def shelf() -> Shelf:
    return stocked(ROOT / "protocols", ROOT / "sites")


@cache
def played(path: Path) -> Told:
    """A story, played once."""
    story = read_story(path, shelf())
    stage = Stage(story)
    for line in story.lines:
        stage.take(line)
    times = sorted({each.stamp.recorded_at for each in stage.sheet.everything})
    return Told(stage.sheet, stage.rulebook, story.study, tuple(times))
