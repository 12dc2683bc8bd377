"""How a state changes when something has happened.

The rule that keeps it honest: an event is a fact; evolve decides nothing, refuses nothing and reads no
clock. A new event type does not compile until it is handled here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar, assert_never

from domain import events as ev
from domain.state import (
    Alert,
    AlertKind,
    AlertStatus,
    Deviation,
    Ending,
    ItemState,
    Outcome,
    Progression,
    Result,
    Signature,
    State,
)

ParticipantEvent = (
    ev.ParticipantRegistered
    | ev.ResultRecorded
    | ev.GateSigned
    | ev.MilestoneReached
    | ev.VisitRecorded
    | ev.UnscheduledVisitRecorded
    | ev.AppointmentPlanned
    | ev.VisitExcused
    | ev.VisitMissed
    | ev.DecisionTaken
    | ev.ProgressionRecorded
    | ev.ParticipationEnded
    | ev.RecordCorrected
    | ev.PlanRevised
    | ev.StageEntered
    | ev.DeviationOpened
    | ev.DeviationClosed
    | ev.AlertRaised
    | ev.RungReached
    | ev.AlertAcknowledged
    | ev.AcknowledgementExpired
    | ev.AlertSnoozed
    | ev.SnoozeEnded
    | ev.AlertResolved
)

K = TypeVar("K")
V = TypeVar("V")


def fold(state: State, events: Iterable[ParticipantEvent]) -> State:
    """The state after all of `events`."""
    for event in events:
        state = evolve(state, event)
    return state


def evolve(state: State, event: ParticipantEvent) -> State:
    """The state after `event`; its version is one higher."""
    seq = state.version + 1
    match event:
        case ev.ParticipantRegistered():
            return replace(
                state,
                version=seq,
                study=event.study,
                participant=event.participant,
                site=event.site,
                simulated=event.simulated,
                stage=state.protocol.stages[0],
            )
        case ev.ResultRecorded():
            result = Result(event.value, event.happened)
            kept = (*state.results.get(event.observation, ()), result)
            return replace(state, version=seq, results=_with(state.results, event.observation, kept))
        case ev.GateSigned():
            signature = Signature(event.by, event.signed_at, event.meaning)
            return replace(state, version=seq, signatures=_with(state.signatures, event.gate, signature))
        case ev.MilestoneReached() | ev.VisitRecorded():
            return _item(state, seq, event.item, _done(state.item(event.item), event, seq))
        case ev.UnscheduledVisitRecorded():
            return replace(state, version=seq, unscheduled=(*state.unscheduled, (event.happened, event.reason)))
        case ev.AppointmentPlanned():
            item = replace(state.item(event.item), appointment=event.appointment)
            return _item(state, seq, event.item, item)
        case ev.VisitExcused():
            return _item(state, seq, event.item, _not_done(state, event.item, Outcome.EXCUSED, event.reason, seq))
        case ev.VisitMissed():
            return _item(state, seq, event.item, _not_done(state, event.item, Outcome.MISSED, event.reason, seq))
        case ev.DecisionTaken():
            return replace(state, version=seq, decisions=_with(state.decisions, event.decision, event.option))
        case ev.ProgressionRecorded():
            return replace(state, version=seq, progression=Progression(event.happened, event.detail, seq))
        case ev.ParticipationEnded():
            return replace(state, version=seq, ending=Ending(event.end, event.happened, event.reason, seq))
        case ev.RecordCorrected():
            return _corrected(state, event, seq)
        case ev.PlanRevised():
            return _planned(state, event, seq)
        case ev.StageEntered():
            return replace(state, version=seq, stage=event.stage)
        case ev.DeviationOpened():
            opened = Deviation(event.deviation, event.item, event.kind, event.detail)
            return replace(
                state, version=seq, deviations=_with(state.deviations, (event.item, event.kind), opened)
            )
        case ev.DeviationClosed():
            return _deviation_closed(state, event, seq)
        case ev.AlertRaised():
            return replace(state, version=seq, alerts=_with(state.alerts, (event.item, event.kind), _raised(event)))
        case ev.AlertResolved():
            return _alert_resolved(state, event, seq)
        case ev.RungReached() | ev.AlertAcknowledged() | ev.AcknowledgementExpired():
            return _on_alert(state, event, seq)
        case ev.AlertSnoozed() | ev.SnoozeEnded():
            return _on_alert(state, event, seq)
        case _:
            assert_never(event)


AlertStep = ev.RungReached | ev.AlertAcknowledged | ev.AcknowledgementExpired | ev.AlertSnoozed | ev.SnoozeEnded


def _on_alert(state: State, event: AlertStep, seq: int) -> State:
    key, alert = _open_alert(state, event.alert)
    return replace(state, version=seq, alerts=_with(state.alerts, key, _stepped(alert, event)))


def _stepped(alert: Alert, event: AlertStep) -> Alert:
    match event:
        case ev.RungReached():
            told = (*alert.told, *(each for each in event.contacts if each not in alert.told))
            return replace(
                alert, rung=event.rung, round=event.round, told=told, next_at=event.next_at, resumes=False
            )
        case ev.AlertAcknowledged():
            by = (*alert.acknowledged_by, event.by)
            if event.waiting_for:
                return replace(alert, acknowledged_by=by)
            return replace(
                alert,
                status=AlertStatus.ACKNOWLEDGED,
                acknowledged_by=by,
                held_by=event.by,
                until=event.until,
                next_at=event.until,
                reason=None,
            )
        case ev.AlertSnoozed():
            return replace(
                alert,
                status=AlertStatus.SNOOZED,
                held_by=event.by,
                until=event.until,
                next_at=event.until,
                reason=event.reason,
            )
        case ev.AcknowledgementExpired() | ev.SnoozeEnded():
            return replace(
                alert,
                status=AlertStatus.OPEN,
                acknowledged_by=(),
                held_by=None,
                until=None,
                reason=None,
                next_at=event.next_at,
                resumes=True,
            )
        case _:
            assert_never(event)


def _raised(event: ev.AlertRaised) -> Alert:
    return Alert(
        alert=event.alert,
        kind=AlertKind(event.kind),
        item=event.item,
        due=event.due,
        raised_at=event.raised_at,
        ladder=event.ladder,
        latest_snooze=event.latest_snooze,
        next_at=event.first_rung_at,
    )


def _alert_resolved(state: State, event: ev.AlertResolved, seq: int) -> State:
    key, alert = _open_alert(state, event.alert)
    settled = replace(
        alert,
        status=AlertStatus.RESOLVED,
        next_at=None,
        until=None,
        resolved_at=event.resolved_at,
        resolved_why=event.why,
    )
    return replace(
        state, version=seq, alerts=_without(state.alerts, key), settled_alerts=(*state.settled_alerts, settled)
    )


def _open_alert(state: State, name: str) -> tuple[tuple[str, str], Alert]:
    for key, alert in state.alerts.items():
        if alert.alert == name:
            return key, alert
    raise LookupError(f"the stream speaks of alert {name!r}, which is not open: the record is damaged")


def _deviation_closed(state: State, event: ev.DeviationClosed, seq: int) -> State:
    key = next(key for key, each in state.deviations.items() if each.deviation == event.deviation)
    closed = replace(state.deviations[key], closed_why=event.why)
    return replace(
        state,
        version=seq,
        deviations=_without(state.deviations, key),
        settled_deviations=(*state.settled_deviations, closed),
    )


def _corrected(state: State, event: ev.RecordCorrected, seq: int) -> State:
    if event.item == "end":
        ending = state.ending and event.happened and replace(state.ending, happened=event.happened, seq=seq)
        return replace(state, version=seq, ending=ending or None)
    if event.item == "progression":
        kept = state.progression and event.happened and replace(state.progression, happened=event.happened, seq=seq)
        return replace(state, version=seq, progression=kept or None)
    return _item(state, seq, event.item, _item_corrected(state.item(event.item), event, seq))


def _item_corrected(item: ItemState, event: ev.RecordCorrected, seq: int) -> ItemState:
    if event.happened is None:
        return replace(item, outcome=Outcome.PENDING, happened=None, seq=seq, reason=event.reason, retracted=True)
    return replace(
        item, outcome=Outcome.DONE, happened=event.happened, seq=seq, reason=event.reason, retracted=False
    )


def _planned(state: State, event: ev.PlanRevised, seq: int) -> State:
    items = dict(state.items)
    for window in event.windows:
        items[window.item] = replace(state.item(window.item), window=window)
    return replace(state, version=seq, items=items)


def _done(item: ItemState, event: ev.MilestoneReached | ev.VisitRecorded, seq: int) -> ItemState:
    return replace(
        item,
        outcome=Outcome.DONE,
        happened=event.happened,
        seq=seq,
        reason=event.reason,
        approved_by=event.approved_by,
        retracted=False,
    )


def _not_done(state: State, code: str, outcome: Outcome, reason: str, seq: int) -> ItemState:
    return replace(state.item(code), outcome=outcome, reason=reason, seq=seq)


def _item(state: State, seq: int, code: str, item: ItemState) -> State:
    return replace(state, version=seq, items=_with(state.items, code, item))


def _with(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    changed = dict(mapping)
    changed[key] = value
    return changed


def _without(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    return {each: value for each, value in mapping.items() if each != key}
