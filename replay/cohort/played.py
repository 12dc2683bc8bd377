"""A played study: its course, everything staff asked, what was refused, and what they gave up.

The rule that keeps it honest: nothing that staff meant to do is lost silently; it is done, still ahead at the
end of the play, or named here as given up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.recorded import Recorded
from replay.course import Course

NO_PROGRESS = "no-progress"
"""Why something was given up that the desk took and that changed nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command as staff gave it at a moment (UTC): to whom, and its body with the actor.

    `refused`: the code of the refusal; None: it was taken.
    """

    at: datetime
    subject: str
    body: dict[str, Any]
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What staff no longer ask for, and the code of the last refusal."""

    at: datetime
    subject: str
    task: str
    code: str


@dataclass(frozen=True)
class PlayedStudy:
    """One study played to its end. `began`, `ended`: the first and last moment played (UTC).

    `participants`: those registered; `turned_away`: candidates who never were. `cut_off`: whose participation
    had not ended when the play did.
    """

    course: Course
    seed: int | str
    began: datetime
    ended: datetime
    steps: tuple[Step, ...]
    events: tuple[Recorded, ...]
    participants: tuple[str, ...] = ()
    turned_away: tuple[str, ...] = ()
    given_up: tuple[GivenUp, ...] = ()
    cut_off: tuple[str, ...] = field(default=())

    @property
    def refusals(self) -> Mapping[str, int]:
        """How often each code was answered, what was asked again counted each time."""
        return dict(Counter(step.refused for step in self.steps if step.refused is not None))
