"""Stories as played studies, on paper to their last step, and plays of them that go to other processes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from replay.cohort.played import PlayedStudy
from replay.story.playing import Stage
from replay.story.reading import read_story
from replay.story.shelf import Shelf, stocked
from replay.story.story import Story
from settings import ROOT

STORIES = ROOT / "tests" / "stories"


def played_of(story: str, seed: int = 7) -> PlayedStudy:
    """One story, such as `study/death_holds_the_study`, as a played study."""
    return _played(_read(story), seed)


@dataclass(frozen=True, slots=True)
class StoriesInTurn:
    """Plays one of several stories, chosen by the seed; the seed of `fails_at` fails."""

    stories: tuple[Story, ...]
    fails_at: int | None = None

    def __call__(self, seed: int) -> PlayedStudy:
        if seed == self.fails_at:
            raise ValueError("this one does not go on")
        return _played(self.stories[seed % len(self.stories)], seed)


def in_turn(*stories: str, fails_at: int | None = None) -> StoriesInTurn:
    """A play of these stories."""
    return StoriesInTurn(tuple(map(_read, stories)), fails_at)


def _played(story: Story, seed: int) -> PlayedStudy:
    stage = Stage(story)
    for line in story.lines:
        stage.take(line)
    return PlayedStudy(
        stage._course, seed, story.lines[0].at, story.lines[-1].at, (), tuple(stage.sheet.everything)
    )


@cache
def _read(story: str) -> Story:
    return read_story(STORIES / f"{story}.yaml", _shelf())


@cache
def _shelf() -> Shelf:
    return stocked(ROOT / "protocols", ROOT / "sites")
