"""Which prior approval a visit happened under.

The rule that keeps it honest: an approval covers the planned day and no other.
"""

from __future__ import annotations

from domain.governance.book import Answer, Approval
from domain.state import State
from domain.stated import Stated, day_of


def covering(state: State, item: str, happened: Stated) -> Approval | None:
    """The approval under which an item happened: granted, and for that very site day."""
    day = day_of(happened, state.zone)
    granted = (each for each in of_item(state, item) if each.answer is Answer.GRANTED)
    return next((each for each in granted if day_of(each.planned, state.zone) == day), None)


def of_item(state: State, item: str) -> tuple[Approval, ...]:
    """What was asked for an item, newest first."""
    return tuple(each for each in reversed([*state.governance.approvals.values()]) if each.item == item)
