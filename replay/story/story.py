"""A story as it is played: every step with its moment, its commands and its place in the file.

The rule that keeps it honest: reading resolves everything; what is played is only moments and bodies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.protocol.expanded import Protocol
from domain.site import Site
from replay.story.written import Step


@dataclass(frozen=True, slots=True)
class Line:
    """A step at its moment (UTC): asked of `who`, with these bodies. `told`: of what came before the story.

    `line` is its place in `file`, from 1; `number` its number among the story's own steps, from 1.
    """

    file: str
    line: int
    number: int
    at: datetime
    who: str
    bodies: tuple[dict[str, Any], ...]
    said: Step
    news: Protocol | Site | None = None
    told: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """A promise, the documents it begins with, and its steps in order of time, with what came before."""

    path: Path
    promise: str
    protocol: Protocol | None
    site: Site
    people: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def study(self) -> str:
        """The code of its study."""
        return self.protocol.id if self.protocol is not None else "UNPUBLISHED"
