"""Every item of a document as it will be scheduled, with the place where it was written.

The rule that keeps it honest: nothing is dropped, so two items of the same code are still two.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.protocol.document import Milestone, ProtocolDocument, Visit, Window
from domain.protocol.expanded import occurrences
from domain.protocol.problem import Path


@dataclass(frozen=True, slots=True)
class Entry:
    """One item: `written` is the milestone or visit it came from, `path` leads there."""

    code: str
    path: Path
    window: Window | None
    written: Milestone | Visit


def entries(document: ProtocolDocument) -> tuple[Entry, ...]:
    """The milestones and the expanded visits of a document, in its order."""
    found = [
        Entry(milestone.code, ("milestones", index), milestone.window, milestone)
        for index, milestone in enumerate(document.milestones)
    ]
    for index, visit in enumerate(document.visits):
        found += [Entry(code, ("visits", index), window, visit) for code, _, window in occurrences(visit)]
    return tuple(found)
