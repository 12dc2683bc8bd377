"""What must be true of any participant at any moment, whatever was asked of the record before.

The rule that keeps it honest: each promise is checked against the state from outside, by other means than the
core's own, or by asking the core a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain import Standing, State, decide, evolve, fold, initial, next_deadline, standing
from domain.commands import Command, ReachClock
from domain.deviations import changed
from domain.events import (
    AlertRaised,
    AlertSnoozed,
    PlanRevised,
    RungReached,
    decode_event,
    encode_event,
)
from domain.evolve import ParticipantEvent
from domain.gate_alerts import expiries
from domain.plan import revised, whole_plan
from domain.roles import SYSTEM
from domain.rows import rows_of
from domain.standing import sight_of, sight_of_row
from domain.state import AlertKind, AlertStatus, Outcome
from domain.stated import day_of
from tests.domain.spec import SUBJECT

MOMENT = timedelta(microseconds=1)


def hold_for_a_decision(
    before: State, command: Command, at: datetime, events: Sequence[ParticipantEvent]
) -> None:
    """What must be true of the events of one decision."""
    assert list(events) == decide(before, command, at, SUBJECT), "INV-6: decide is pure"
    state = before
    for event in events:
        assert decode_event(*encode_event(event)) == event
        _hold_for_a_step(state, event, at)
        state = evolve(state, event)
    assert state.version == before.version + len(events)


def _hold_for_a_step(state: State, event: ParticipantEvent, at: datetime) -> None:
    match event:
        case RungReached():
            alert = state.alert_named(event.alert)
            assert alert is not None
            assert alert.status is AlertStatus.OPEN, "INV-17: no rung while somebody holds the alert"
            assert event.rung in (alert.rung, alert.rung + 1), "no rung is skipped, none goes back"
            assert event.rung > alert.rung or event.round == alert.round + 1
            assert event.due <= event.reached_at == at, "INV-9: never early"
            assert event.next_at is None or event.next_at >= at
        case AlertRaised():
            assert event.due <= event.raised_at == at, "INV-9: never early"
            assert state.alert_named(event.alert) is None, "each alert has a name of its own"
        case AlertSnoozed():
            alert = state.alert_named(event.alert)
            assert alert is not None
            ends = [alert.latest_snooze] if alert.latest_snooze and alert.latest_snooze > at else []
            assert all(event.until <= each for each in ends), "INV-18: no snooze passes the end"
        case PlanRevised():
            assert all(window.opens < window.closes for window in event.windows)
            assert all(window.basis != "projected" for window in event.windows)
        case _:
            pass


def hold_for_a_state(state: State, at: datetime) -> None:
    """What must be true of a participant once everything due at `at` was decided."""
    assert decide(state, ReachClock(actor=SYSTEM), at, SUBJECT) == [], "INV-10: nothing is left to decide"
    due = next_deadline(state)
    assert due is None or due.at > at, "INV-7, INV-8: what is waited for lies ahead"
    assert revised(state) == (), "every recorded window is what the facts say"
    assert list(changed(state, state.items)) == [], "deviations are open exactly while warranted"
    _nothing_out_of_order(state)
    _one_answer(state, at)
    _names_are_unique(state)


def _nothing_out_of_order(state: State) -> None:
    for code, known in state.items.items():
        if known.outcome is not Outcome.DONE:
            continue
        for required in state.protocol.items[code].requires:
            earlier = state.item(required)
            assert earlier.outcome is Outcome.DONE, f"INV-11: {code} without {required}"
            assert earlier.happened is not None
            assert known.happened is not None
            assert day_of(earlier.happened, state.zone) <= day_of(known.happened, state.zone), "INV-11"


def _one_answer(state: State, at: datetime) -> None:
    """Alerts, state and rows say the same of every item."""
    plan = whole_plan(state)
    rows = {row.item: row for row in rows_of(state).items}
    for code, item in state.protocol.items.items():
        stands = standing(sight_of(state, item, plan.get(code)), at)
        assert standing(sight_of_row(rows[code]), at) is stands
        assert ((code, AlertKind.OVERDUE) in state.alerts) is (stands is Standing.OVERDUE), (code, stands)
        window = state.item(code).window
        reminded = window is not None and window.remind_at is not None and window.remind_at <= at
        soon = reminded and stands in (Standing.OPEN, Standing.PAST_TARGET)
        assert ((code, AlertKind.DUE_SOON) in state.alerts) is soon, (code, stands)
    expiring = {gate.code for gate, warns, _ in expiries(state) if warns <= at}
    assert {code for code, kind in state.alerts if kind == AlertKind.EXPIRING} == expiring


def _names_are_unique(state: State) -> None:
    alerts = [each.alert for each in (*state.alerts.values(), *state.settled_alerts)]
    deviations = [each.deviation for each in (*state.deviations.values(), *state.settled_deviations)]
    assert len(alerts) == len(set(alerts))
    assert len(deviations) == len(set(deviations))


def hold_for_a_record(state: State, record: Sequence[ParticipantEvent]) -> None:
    """INV-5: the record folded from nothing gives this state and these rows."""
    again = fold(initial(state.rules), record)
    assert again == state
    assert rows_of(again) == rows_of(state)
