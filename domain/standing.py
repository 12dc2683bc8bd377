"""How an item stands at a moment: the one answer that alerts, lists, exports and pages all ask for.

The rule that keeps it honest: nobody else compares a window with a clock. "Overdue" begins at the window's
exclusive end; "missed" is only ever said by a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from domain.events import PlannedWindow
from domain.plan import BINDING, STALE, applicable, basis_of
from domain.protocol.expanded import Item
from domain.state import Outcome, State
from domain.stated import earliest
from domain.views import ItemRow


class Standing(StrEnum):
    NOT_DUE = "not due"
    OPEN = "open"
    PAST_TARGET = "past target"
    OVERDUE = "overdue"
    DONE = "done"
    DONE_OUTSIDE = "done outside window"
    MISSED = "missed"
    PROJECTED = "projected"
    NOT_APPLICABLE = "not applicable"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Sight:
    """What standing is judged by. Instants are UTC; `target` and `closes` are exclusive ends."""

    outcome: Outcome
    applicable: bool
    basis: str
    opens: datetime | None
    target: datetime | None
    closes: datetime | None
    happened_at: datetime | None


def standing(sight: Sight, now: datetime) -> Standing:
    """How the item stands at `now`."""
    match sight.outcome:
        case Outcome.DONE:
            return _of_done(sight)
        case Outcome.MISSED:
            return Standing.MISSED
        case Outcome.EXCUSED:
            return Standing.NOT_APPLICABLE
        case Outcome.PENDING:
            return _of_pending(sight, now)
        case _:
            assert_never(sight.outcome)


def sight_of(state: State, item: Item, window: PlannedWindow | None) -> Sight:
    """The item of a state as it is judged; `window` is its planned or projected window."""
    known = state.item(item.code)
    return Sight(
        outcome=known.outcome,
        applicable=applicable(state, item),
        basis=basis_of(state, item, window),
        opens=window.opens if window else None,
        target=window.target if window else None,
        closes=window.closes if window else None,
        happened_at=earliest(known.happened, state.zone) if known.happened is not None else None,
    )


def sight_of_row(row: ItemRow) -> Sight:
    """The item of a read-model row as it is judged."""
    return Sight(
        Outcome(row.outcome), row.applicable, row.basis, row.opens, row.target, row.closes, row.happened_at
    )


def outside(sight: Sight) -> str | None:
    """Which side of a binding window it happened on, "early" or "late"; None when inside."""
    if sight.happened_at is None or sight.opens is None or sight.closes is None or sight.basis not in BINDING:
        return None
    return side_of(sight.opens, sight.closes, sight.happened_at)


def side_of(opens: datetime, closes: datetime, happened_at: datetime) -> str | None:
    """Before the window's first instant it is "early", from its exclusive end on "late", else None."""
    if happened_at < opens:
        return "early"
    return "late" if happened_at >= closes else None


def _of_done(sight: Sight) -> Standing:
    if sight.basis == STALE:
        return Standing.STALE
    return Standing.DONE_OUTSIDE if outside(sight) else Standing.DONE


def _of_pending(sight: Sight, now: datetime) -> Standing:
    if not sight.applicable:
        return Standing.NOT_APPLICABLE
    if sight.basis == STALE:
        return Standing.STALE
    if sight.basis not in BINDING or sight.opens is None or sight.target is None or sight.closes is None:
        return Standing.PROJECTED if sight.opens is not None else Standing.NOT_DUE
    if now < sight.opens:
        return Standing.NOT_DUE
    if now >= sight.closes:
        return Standing.OVERDUE
    return Standing.OPEN if now < sight.target else Standing.PAST_TARGET
