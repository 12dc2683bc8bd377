"""The tutorial can be followed: every command in it is typed, and ends as it says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from settings import ROOT
from tests.console.place import Place

TUTORIAL = ROOT / "docs" / "tutorial" / "first-participant.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LOOP = re.compile(r"^while read .*?^done <<'RESULTS'\n(.*?)^RESULTS\n", re.MULTILINE | re.DOTALL)
ENDS = {"": 0, "refused": 1, "usage": 2, "overdue": 3}


def commands() -> Iterator[tuple[list[str], int]]:
    """Each command after `up`, as words, with the exit code that the page promises."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    for block in BLOCK.findall(TUTORIAL.read_text(encoding="utf-8")):
        for line in LOOP.sub(_unrolled, block).splitlines():
            typed, _, promise = line.partition("   #" if "   #" in line else "\0")
            if typed.startswith("dayzero "):
                words = shlex.split(typed.replace("$today", today).removeprefix("dayzero "))
                yield words, ENDS[promise.strip()]


def _unrolled(loop: re.Match[str]) -> str:
    lines = (line.split() for line in loop.group(1).splitlines())
    return "".join(
        f"dayzero result P-001 {name} {value}{f' --unit {unit[0]}' if unit else ''}\n"
        for name, value, *unit in lines
    )


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_tutorial_can_be_followed(place: Place) -> None:
    """Every command of the tutorial, typed in its order on a real server, ends with the code it promises."""
    typed = list(commands())
    assert len(typed) > 50
    for words, code in typed:
        said = place(*words)
        assert said.code == code, f"dayzero {shlex.join(words)}\n{said.out}\n{said.err}"
