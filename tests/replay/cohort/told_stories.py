"""Courses of stories, as a cohort's studies are: played on paper to their last step, and picklable plays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from replay.course import Course
from replay.story.playing import Stage
from replay.story.reading import read_story
from replay.story.shelf import Shelf, stocked
from replay.story.story import Story
from settings import ROOT

STORIES = ROOT / "tests" / "stories"


def course_of(story: str) -> Course:
    """The course of one story, such as `study/death_holds_the_study`."""
    return _played(_read(story))


@dataclass(frozen=True, slots=True)
class StoriesInTurn:
    """Plays one of several stories, chosen by the seed; the seed of `fails_at` fails."""

    stories: tuple[Story, ...]
    fails_at: int | None = None

    def __call__(self, seed: int) -> Course:
        if seed == self.fails_at:
            raise ValueError("this one does not go on")
        return _played(self.stories[seed % len(self.stories)])


def in_turn(*stories: str, fails_at: int | None = None) -> StoriesInTurn:
    """A play of these stories."""
    return StoriesInTurn(tuple(map(_read, stories)), fails_at)


def _played(story: Story) -> Course:
    stage = Stage(story)
    for line in story.lines:
        stage.take(line)
    return stage._course


@cache
def _read(story: str) -> Story:
    return read_story(STORIES / f"{story}.yaml", _shelf())


@cache
def _shelf() -> Shelf:
    return stocked(ROOT / "protocols", ROOT / "sites")
