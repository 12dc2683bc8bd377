"""What the stories' tests share: the documents, and every story played once."""

from __future__ import annotations

from pathlib import Path

import pytest

from replay.story.playing import Played, play
from replay.story.reading import read_story, story_files
from replay.story.shelf import Shelf, stocked
from settings import ROOT

STORIES = Path(__file__).parent


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    """The protocols and sites of this checkout."""
    return stocked(ROOT / "protocols", ROOT / "sites")


@pytest.fixture(scope="session")
def played(shelf: Shelf) -> dict[Path, Played]:
    """Every story of this folder, played on the pure core."""
    return {path: play(read_story(path, shelf)) for path in story_files([STORIES])}
