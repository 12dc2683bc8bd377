"""How far a long piece of work is: a bar for people, lines for programs, nothing for what is over quickly."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from typing_extensions import override

from console.cli.progress import progress


class Screen(io.StringIO):
    """A terminal as far as anybody can tell."""

    @override
    def isatty(self) -> bool:
        return True


def ticking(*moments: float) -> Iterator[float]:
    yield from moments


def test_lines_come_now_and_then() -> None:
    """Where nobody watches, a line is written every other second at most, of how many if that is known."""
    out, clock = io.StringIO(), ticking(0, 1, 2.5, 2.5, 3, 5, 5)
    with progress("timelines", out=out, clock=lambda: next(clock)) as tell:
        for done in (1, 2, 3):
            tell(done, 40)
        tell(4, None)
    assert out.getvalue() == "timelines: 2 of 40\ntimelines: 4\n"


def test_what_is_quick_or_for_programs_is_not_talked_about() -> None:
    """Work that ends within two seconds, and output that a program reads, stay without a word."""
    out = io.StringIO()
    with progress("timelines", out=out) as tell:
        tell(40, 40)
    with progress("timelines", quiet=True, out=out, clock=lambda: 1e9) as tell:
        tell(40, 40)
    assert out.getvalue() == ""


def test_a_person_sees_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a bar shows how many are done."""
    monkeypatch.setenv("TERM", "xterm")
    out = Screen()
    with progress("timelines", out=out) as tell:
        tell(20, 40)
    assert "timelines" in out.getvalue() and "20/40" in out.getvalue()
