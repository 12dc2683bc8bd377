"""Something happened: milestones, visits, unscheduled visits, branch decisions, progression.

The rule that keeps it honest: reality is recorded however late, with its deviation; refused is only what
cannot be.
"""

from __future__ import annotations

from datetime import datetime

from domain.answers.checks import (
    after_registration,
    gate_open,
    is_before,
    known_item,
    nearest,
    not_before,
    not_in_future,
    open_to_follow_up,
    open_to_late_records,
    pending,
    spoken_by,
)
from domain.commands import RecordItem, RecordProgression, RecordUnscheduledVisit, TakeDecision
from domain.events import (
    DecisionTaken,
    DeviationClosed,
    ItemsReopened,
    MilestoneReached,
    ProgressionRecorded,
    UnscheduledVisitRecorded,
    VisitRecorded,
)
from domain.governance.approved import covering
from domain.plan import STALE, applicable, holds, window_of
from domain.product.collected import may_collect_again
from domain.product.giving import product_allows
from domain.product.reopening import decision_is_due, reopens
from domain.protocol.expanded import Category, Item
from domain.refusal import Code, Refused
from domain.state import Outcome, State
from domain.stated import Stated, day_of, earliest, is_day


def record_item(state: State, command: RecordItem, at: datetime) -> list[MilestoneReached | VisitRecorded]:
    """A milestone or visit happened at the stated time."""
    item = known_item(state, command.item)
    if not item.repeatable and not may_collect_again(state, item.code):
        pending(state, item.code)
    can_have_happened(state, item, command.happened, at)
    after_end_only_late(state, item, command.happened)
    _gates_open(state, item, command.happened)
    command = _as_approved(state, command)
    _hard_stop(state, item, command)
    product_allows(state, item.code, command.happened)
    kind = MilestoneReached if item.category is Category.MILESTONE else VisitRecorded
    return [kind(item.code, command.happened, command.reason, command.approved_by)]


def can_have_happened(state: State, item: Item, happened: Stated, at: datetime) -> None:
    """Refuse a time that contradicts the clock, the order of milestones, or the anchor."""
    not_in_future(state, happened, at)
    _condition_holds(state, item, happened)
    for required in item.requires:
        known = state.item(required)
        if known.outcome is not Outcome.DONE or known.happened is None:
            raise Refused(
                Code.OUT_OF_ORDER, f"{item.code} needs {required} first, and {required} is not recorded"
            )
        not_before(state, happened, known.happened, required, Code.OUT_OF_ORDER)
    _anchor_allows(state, item, happened)
    _precise_enough(state, item, happened)


def after_end_only_late(state: State, item: Item, happened: Stated) -> None:
    """Refuse an item after the end, unless the end leaves this very item running."""
    if not applicable(state, item):
        open_to_late_records(state, happened, item.code)


def counts_forward(item: Item, anchor: str) -> bool:
    """Whether the item counts from that anchor and can never come before it."""
    window = item.window
    if window is None or window.anchor != anchor:
        return False
    return window.target.rough_days() >= window.early.rough_days()


def record_unscheduled(
    state: State, command: RecordUnscheduledVisit, at: datetime
) -> list[UnscheduledVisitRecorded]:
    """A visit the protocol does not plan happened."""
    not_in_future(state, command.happened, at)
    after_registration(state, command.happened)
    open_to_follow_up(state, command.happened, "an unscheduled visit")
    return [UnscheduledVisitRecorded(command.happened, command.reason)]


def record_progression(state: State, command: RecordProgression, at: datetime) -> list[ProgressionRecorded]:
    """The disease progressed; the first progression stands until it is corrected."""
    if state.progression is not None:
        on = state.progression.happened.isoformat()
        raise Refused(
            Code.ALREADY_RECORDED, f"progression is already recorded on {on}; correct it with a reason"
        )
    not_in_future(state, command.happened, at)
    after_registration(state, command.happened)
    open_to_follow_up(state, command.happened, "progression")
    return [ProgressionRecorded(command.happened, command.detail)]


def take_decision(
    state: State, command: TakeDecision, at: datetime
) -> list[DecisionTaken | DeviationClosed | ItemsReopened]:
    """A branch of the protocol is decided; deciding again moves the participant to the other branch."""
    decision = state.protocol.decisions.get(command.decision)
    if decision is None:
        hint = nearest(command.decision, state.protocol.decisions)
        raise Refused(Code.UNKNOWN_DECISION, f"the protocol has no decision {command.decision!r}{hint}")
    if command.option not in decision.options:
        known = ", ".join(decision.options)
        raise Refused(
            Code.UNKNOWN_DECISION, f"{command.option!r} is not an option of {decision.code}: {known}"
        )
    spoken_by(command.actor, decision.by, f"decision {decision.code}")
    if state.decisions.get(decision.code) == command.option:
        raise Refused(Code.SAME_FACT, f"{decision.code} is already decided for {command.option}")
    not_in_future(state, command.happened, at)
    after_registration(state, command.happened)
    open_to_follow_up(state, command.happened, f"decision {decision.code}")
    decision_is_due(state, decision.code, at)
    taken = DecisionTaken(decision.code, command.option, command.happened)
    return [taken, *reopens(state, decision.code, command.option)]


def _condition_holds(state: State, item: Item, happened: Stated) -> None:
    _still_in_the_schedule(state, item, happened)
    if item.condition is not None and not holds(item.condition, state):
        raise Refused(
            Code.NOT_APPLICABLE, f"{item.code} does not apply: its condition in the protocol is not met"
        )


def _still_in_the_schedule(state: State, item: Item, happened: Stated) -> None:
    if not item.withdrawn:
        return
    # Reality comes first: what happened before the participant's consent to the amendment is still taken.
    newest = state.governance.applied[-1]
    if newest.consented is None or not is_before(state, happened, newest.consented):
        raise Refused(
            Code.NOT_APPLICABLE,
            f"{item.code} is no longer in the schedule: version {newest.version} or one before dropped it; "
            "record an unscheduled visit",
        )


def _anchor_allows(state: State, item: Item, happened: Stated) -> None:
    if item.window is None:
        after_registration(state, happened)
        return
    code = item.window.anchor
    anchor = state.item(code)
    if anchor.outcome is Outcome.PENDING:
        retracted = ", whose record was retracted" if anchor.retracted else ", which is not recorded"
        raise Refused(Code.OUT_OF_ORDER, f"{item.code} counts from {code}{retracted}: record {code} first")
    if anchor.happened is not None and counts_forward(item, code):
        not_before(state, happened, anchor.happened, f"its anchor {code}", Code.BEFORE_ANCHOR)
    after_registration(state, happened)


def _precise_enough(state: State, item: Item, happened: Stated) -> None:
    if not is_day(happened):
        return
    if item.window is not None and not item.window.whole_days:
        raise Refused(
            Code.TIME_NEEDED, f"the window of {item.code} is in hours: state the time with its offset"
        )
    counted = state.protocol.counted_in_hours_from(item.code)
    if counted:
        raise Refused(
            Code.TIME_NEEDED,
            f"{', '.join(counted)} is counted in hours from {item.code}: state the time with its offset, "
            "such as 2026-03-02T09:30:00+08:00",
        )


def _as_approved(state: State, command: RecordItem) -> RecordItem:
    """The command with the prior approval of its day, where nobody states another."""
    approval = covering(state, command.item, command.happened)
    if approval is None or approval.signed is None or command.approved_by is not None:
        return command
    reason = command.reason or approval.reason
    return command.model_copy(update={"approved_by": approval.signed.by, "reason": reason})


def _gates_open(state: State, item: Item, happened: Stated) -> None:
    for gate in state.protocol.gates_before(item.code):
        gate_open(state, gate, day_of(happened, state.zone))


def _hard_stop(state: State, item: Item, command: RecordItem) -> None:
    window = window_of(state, item.code)
    if window is None or window.hard_stop is None or window.basis == STALE:
        return
    if earliest(command.happened, state.zone) < window.hard_stop:
        return
    if command.approved_by is None or command.reason is None:
        last = window.hard_stop.astimezone(state.zone).isoformat()
        raise Refused(
            Code.HARD_STOP,
            f"{item.code} on {command.happened.isoformat()} is at or past its hard stop {last}: "
            "state who approved it and the reason",
        )
