"""Decisions that open what was done again: a new collection after a failure, a repeat before a late item.

The rule that keeps it honest: what is opened again keeps its earlier dates and deviations on the record, and
is planned anew only from what happens next.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.events import DeviationClosed, ItemsReopened
from domain.product.collected import awaits_collection, part_of
from domain.protocol.product import PlanBack, RepeatBranch
from domain.refusal import Code, Refused
from domain.state import Items, ItemState, Occurrence, Outcome, State

REPEATED = "repeated"


def decision_is_due(state: State, decision: str, at: datetime) -> None:
    """Refuse a decision of the product that nothing asks for yet at `at` (UTC)."""
    part, plan = part_of(state), state.protocol.document.plan_back
    if part is not None and part.collect_again is not None and decision == part.collect_again.decision:
        if not awaits_collection(state):
            raise Refused(
                Code.NOT_APPLICABLE, f"{decision} is decided after a product failed, and none waits for it"
            )
    elif plan is not None and plan.repeat is not None and decision == plan.repeat.decision:
        begun = _begun(state, plan.repeat) and _still_ahead(state, plan)
        if not (begun and _hard_stop_passed(state, plan, at)):
            raise Refused(
                Code.NOT_APPLICABLE,
                f"{decision} is decided once {plan.repeat.reopens[0]} is done and the hard stop of "
                f"{plan.from_} has passed",
            )


def reopens(state: State, decision: str, option: str) -> list[ItemsReopened | DeviationClosed]:
    """What an option opens again; nothing for other decisions and options."""
    plan = state.protocol.document.plan_back
    branch = plan.repeat if plan is not None else None
    if branch is None or (decision, option) != (branch.decision, branch.option):
        return []
    done = tuple(code for code in branch.reopens if state.item(code).outcome is not Outcome.PENDING)
    closed = [
        DeviationClosed(each.deviation, REPEATED) for each in state.deviations.values() if each.item in done
    ]
    return [*closed, ItemsReopened(done, f"{decision}: {option}", decision)]


def repeat_awaited(state: State) -> bool:
    """Whether what is planned back from was begun and not brought to its end, and nobody decided yet."""
    plan = state.protocol.document.plan_back
    if plan is None or plan.repeat is None or plan.repeat.decision in state.decisions:
        return False
    return _begun(state, plan.repeat) and _still_ahead(state, plan)


def with_reopened(state: State, event: ItemsReopened, seq: int) -> State:
    """The state after the event: the items wait again, their dates are kept, the decision is used up."""
    items = Items(state.items)
    for code in event.items:
        items[code] = _reopened(state.item(code), event.reason, seq)
    decisions = {code: option for code, option in state.decisions.items() if code != event.decision}
    return state.but(version=seq, items=items, decisions=decisions)


def _reopened(item: ItemState, reason: str, seq: int) -> ItemState:
    kept = item.superseded
    if item.outcome is Outcome.DONE and item.happened is not None and item.seq is not None:
        kept = (*kept, Occurrence(item.happened, item.seq, item.reason, item.approved_by))
    # Nothing counts from it until it is done again, as from a record that was retracted.
    return replace(
        item,
        outcome=Outcome.PENDING,
        happened=None,
        seq=seq,
        reason=reason,
        approved_by=None,
        appointment=None,
        retracted=True,
        superseded=kept,
    )


def _hard_stop_passed(state: State, plan: PlanBack, at: datetime) -> bool:
    window = state.item(plan.from_).window
    return window is not None and window.hard_stop is not None and at >= window.hard_stop


def _begun(state: State, branch: RepeatBranch) -> bool:
    return state.item(branch.reopens[0]).outcome is Outcome.DONE


def _still_ahead(state: State, plan: PlanBack) -> bool:
    return state.item(plan.from_).outcome is Outcome.PENDING and state.ending is None
