"""The story that the how-to shows comes out as it says."""

from __future__ import annotations

import re
from pathlib import Path

from replay.story.playing import play
from replay.story.reading import read_story
from replay.story.shelf import Shelf
from settings import ROOT
from tests.stories.conftest import STORIES


def test_the_story_of_the_how_to_comes_out_as_told(shelf: Shelf, tmp_path: Path) -> None:
    """Whoever copies it beside the chapters has a green story."""
    page = (ROOT / "docs" / "how-to" / "stories.md").read_text(encoding="utf-8")
    (tmp_path / "chapters").symlink_to(STORIES / "chapters")
    shown = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(shown) == 1
    path = tmp_path / "shown.yaml"
    path.write_text(shown[0], encoding="utf-8")
    assert play(read_story(path, shelf)).differences == ()
