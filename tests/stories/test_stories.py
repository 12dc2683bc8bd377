"""Every story in this folder, played on the pure core."""

from __future__ import annotations

from pathlib import Path

import pytest

from replay.story.playing import Played
from replay.story.reading import story_files
from tests.stories.conftest import STORIES


@pytest.mark.parametrize("path", story_files([STORIES]), ids=lambda path: path.stem)
def test_the_story_comes_out_as_told(path: Path, played: dict[Path, Played]) -> None:
    """Each step leads to the events, refusals, alerts and standings that the file tells."""
    assert [str(each) for each in played[path].differences] == []


def test_each_story_promises_something_of_its_own(played: dict[Path, Played]) -> None:
    """One sentence at the head of each file, no two alike, ending as a sentence does."""
    promises = [each.story.promise for each in played.values()]
    assert len(set(promises)) == len(promises)
    assert [each for each in promises if not each.endswith(".")] == []
