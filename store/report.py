"""What a verification found.

The rule that keeps it honest: every problem names where it is; the first problem of a stream is its first
broken link, because everything after that proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

ALL_STREAMS = "all streams"
"""Where a problem is that belongs to no stream alone."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not hold. `seq` names the link, where there is one."""

    stream: str
    seq: int | None
    what: str

    @override
    def __str__(self) -> str:
        where = f"{self.stream} #{self.seq}" if self.seq is not None else self.stream
        return f"{where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and every problem found."""

    streams: int
    events: int
    commands: int
    documents: int
    participants: int
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """True when nothing was found."""
        return not self.problems

    @property
    def first(self) -> Problem | None:
        """The first problem, or None."""
        return self.problems[0] if self.problems else None
