"""The commands that the how-to shows do what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from settings import ROOT
from tests.console.terminal import Terminal

PAGE = (ROOT / "docs" / "how-to" / "cohorts.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^dayzero (cohort .*)$", PAGE, re.MULTILINE)
LEAST = {"simulate": ("--studies", "1", "--jobs", "1"), "play": ()}
"""The same commands with less to play: the last of two equal options counts."""


def test_the_page_shows_both_verbs() -> None:
    """Many studies, and one of them alone."""
    assert {line.split()[1] for line in SHOWN} == set(LEAST)


@pytest.mark.parametrize("line", SHOWN)
def test_what_the_page_shows_works(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed where the page's own small cohort lies, each command ends well and writes what it names."""
    written = re.findall(r"```yaml\n(cohort: small.*?)```", PAGE, re.DOTALL)
    assert len(written) == 1
    (tmp_path / "my-cohort.yaml").write_text(_soon_over(written[0]), encoding="utf-8")
    example = (ROOT / "cohorts" / "example.yaml").read_text(encoding="utf-8")
    (tmp_path / "cohorts").mkdir()
    (tmp_path / "cohorts" / "example.yaml").write_text(_soon_over(example), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)
    said = Terminal({"DAYZERO_HOME": str(tmp_path)}, at=None)(*words, *LEAST[words[1]])
    assert said.code == 0, said.err
    for option in ("--html", "--csv", "--svg", "--events"):
        if option in words:
            assert (tmp_path / words[words.index(option) + 1]).exists()


def _soon_over(cohort: str) -> str:
    """The same cohort with two people and for three months."""
    fewer = re.sub(r"^candidates: \d+", "candidates: 2", cohort, flags=re.MULTILINE)
    return re.sub(r"^lasts: P36M", "lasts: P3M", fewer, flags=re.MULTILINE)
