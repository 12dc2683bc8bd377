"""Which observations of toxicity and response are expected of a visit and not on the record.

The rule that keeps it honest: the visits' own lists of assessments say what is expected; only visits that are
done or overdue are asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.protocol.expanded import Category, Item
from domain.safety.terms import Toxicity
from domain.standing import Standing, sight_of, standing
from domain.state import Outcome, State
from domain.stated import Stated, day_of, earliest


@dataclass(frozen=True, slots=True)
class Missing:
    """An assessment that a visit expects and nobody recorded; `overdue`: the visit is not recorded either."""

    visit: str
    assessment: str
    overdue: bool


def missing_assessments(state: State, at: datetime) -> tuple[Missing, ...]:
    """What is missing at `at`, in the order of the schedule."""
    return tuple(_missing(state, at))


def _missing(state: State, at: datetime) -> Iterator[Missing]:
    expected = _expected(state)
    for item in state.protocol.items.values():
        asked = [each for each in item.assessments if each in expected]
        if item.category is not Category.VISIT or not asked:
            continue
        overdue = _overdue(state, item, at)
        if overdue or state.item(item.code).outcome is Outcome.DONE:
            for each in asked:
                if not _seen(state, item, expected[each]):
                    yield Missing(item.code, each, overdue)


def _expected(state: State) -> dict[str, Toxicity | None]:
    """The toxicity that each kind of assessment observes; None: the response."""
    rules = state.protocol.document.adverse_events
    if rules is None:
        return {}
    found: dict[str, Toxicity | None] = {
        each.assessed: each.toxicity for each in rules.scales if each.assessed and each.toxicity
    }
    if rules.responses is not None and rules.responses.assessed is not None:
        found[rules.responses.assessed] = None
    return found


def _overdue(state: State, item: Item, at: datetime) -> bool:
    window = state.item(item.code).window
    return window is not None and standing(sight_of(state, item, window), at) is Standing.OVERDUE


def _seen(state: State, item: Item, toxicity: Toxicity | None) -> bool:
    if toxicity is None:
        return any(_belongs(state, item, each.visit, each.happened) for each in state.safety.responses)
    return any(
        _belongs(state, item, each.visit, each.happened)
        for each in state.safety.toxicities
        if each.toxicity is toxicity
    )


def _belongs(state: State, item: Item, visit: str | None, happened: Stated) -> bool:
    """Whether an assessment is of this visit: it says so, or names none and is of its day or window."""
    if visit is not None:
        return visit == item.code
    known = state.item(item.code)
    if known.happened is not None:
        return day_of(happened, state.zone) == day_of(known.happened, state.zone)
    window = known.window
    return window is not None and window.opens <= earliest(happened, state.zone) < window.closes
