"""How a state changes when something has happened.

The rule that keeps it honest: an event is a fact; evolve decides nothing, refuses nothing and reads no
clock. A new event type does not pass the type checkers until it is handled here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar, assert_never, cast

from domain import events as ev
from domain.alert_book import AlertEvent, noted
from domain.amendment.evolve import amended
from domain.governance.evolve import GovernanceEvent, evolve_governance
from domain.product.evolve import HoldingEvent, evolve_holding
from domain.product.reopening import with_reopened
from domain.recorded import Recorded
from domain.safety.evolve import SafetyEvent, evolve_safety
from domain.state import (
    Deviation,
    Ending,
    Items,
    ItemState,
    Occurrence,
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
    | ev.ItemsReopened
    | GovernanceEvent
    | HoldingEvent
    | SafetyEvent
)

K = TypeVar("K")
V = TypeVar("V")


def fold(state: State, events: Iterable[ParticipantEvent]) -> State:
    """The state after all of `events`."""
    for event in events:
        state = evolve(state, event)
    return state


def fold_record(state: State, record: Iterable[Recorded]) -> State:
    """The state after a stream, or after a part of one; what it names by number is as on the record."""
    for each in record:
        before = state if state.version == each.seq - 1 else state.but(version=each.seq - 1)
        state = evolve(before, cast(ParticipantEvent, each.event))
    return state


def evolve(  # noqa: C901 - one case for each kind of event, and nothing else
    state: State, event: ParticipantEvent
) -> State:
    """The state after `event`; its version is one higher.

    Raises:
        LookupError: the stream contradicts itself, as only a damaged one does.
    """
    seq = state.version + 1
    match event:
        case ev.ItemsReopened():
            return with_reopened(state, event, seq)
        case ev.AmendmentApplied():
            return amended(state, event, seq)
        case ev.DeviationConfirmed() | ev.ApprovalRequested() | ev.ApprovalGranted() | ev.ApprovalRefused():
            return state.but(version=seq, governance=evolve_governance(state.governance, event))
        case ev.PlanRevised():
            return _planned(state, event, seq)
        case ev.StageEntered():
            return state.but(version=seq, stage=event.stage)
        case ev.RecordCorrected():
            return _corrected(state, event, seq)
        case ev.ParticipationEnded():
            ending = Ending(event.end, event.happened, event.reason, seq, before=state.ending)
            return state.but(version=seq, ending=ending)
        case ev.DeviationOpened() | ev.DeviationClosed():
            return _on_deviation(state, event, seq)
        case (
            ev.MilestoneReached()
            | ev.VisitRecorded()
            | ev.VisitExcused()
            | ev.VisitMissed()
            | ev.AppointmentPlanned()
        ):
            return _item(state, seq, event.item, _spoken_of(state.item(event.item), event, seq))
        case (
            ev.AlertRaised()
            | ev.AlertResolved()
            | ev.RungReached()
            | ev.AlertAcknowledged()
            | ev.AcknowledgementExpired()
            | ev.AlertSnoozed()
            | ev.SnoozeEnded()
        ):
            return _on_alert(state, event, seq)
        case _:
            return _stated(state, event, seq)


StatedFact = (
    ev.ParticipantRegistered
    | ev.ResultRecorded
    | ev.GateSigned
    | ev.UnscheduledVisitRecorded
    | ev.DecisionTaken
    | ev.ProgressionRecorded
    | HoldingEvent
    | SafetyEvent
)


def _stated(state: State, event: StatedFact, seq: int) -> State:
    match event:
        case ev.ParticipantRegistered():
            return _registered(state, event, seq)
        case ev.ResultRecorded():
            result = Result(event.value, event.happened)
            results = _with_one_more(state.results, event.observation, result)
            return state.but(version=seq, results=results)
        case ev.GateSigned():
            signature = Signature(event.by, event.signed_at, event.meaning, event.content)
            signatures = _with_one_more(state.signatures, event.gate, signature)
            return state.but(version=seq, signatures=signatures)
        case ev.UnscheduledVisitRecorded():
            visit = (event.happened, event.reason)
            return state.but(version=seq, unscheduled=(*state.unscheduled, visit))
        case ev.DecisionTaken():
            decisions = _with(state.decisions, event.decision, event.option)
            return state.but(version=seq, decisions=decisions)
        case ev.ProgressionRecorded():
            return state.but(version=seq, progression=Progression(event.happened, event.detail, seq))
        case (
            ev.IdentityBound()
            | ev.IdentityCorrected()
            | ev.IdentityMismatchSeen()
            | ev.IdentityMismatchCleared()
            | ev.ProductHandedOver()
            | ev.TemperatureExcursionSeen()
            | ev.ExcursionAssessed()
            | ev.ProductMade()
            | ev.ProductTested()
            | ev.ProductReleased()
            | ev.ProductFailed()
            | ev.ResourceBooked()
            | ev.BookingMoved()
            | ev.BookingCancelled()
        ):
            return state.but(version=seq, holding=evolve_holding(state.holding, event))
        case _:
            return state.but(version=seq, safety=evolve_safety(state.safety, event, seq))


def _registered(state: State, event: ev.ParticipantRegistered, seq: int) -> State:
    return state.but(
        version=seq,
        study=event.study,
        participant=event.participant,
        site=event.site,
        simulated=event.simulated,
        stage=state.protocol.stages[0],
    )


def _on_alert(state: State, event: AlertEvent, seq: int) -> State:
    alerts, settled = noted(state.alerts, state.settled_alerts, event)
    return state.but(version=seq, alerts=alerts, settled_alerts=settled)


def _on_deviation(state: State, event: ev.DeviationOpened | ev.DeviationClosed, seq: int) -> State:
    if isinstance(event, ev.DeviationOpened):
        opened = Deviation(
            event.deviation, event.item, event.kind, event.detail, event.suggested, event.approval
        )
        deviations = _with(state.deviations, (event.item, event.kind), opened)
        return state.but(version=seq, deviations=deviations)
    for key, each in state.deviations.items():
        if each.deviation == event.deviation:
            settled = (*state.settled_deviations, replace(each, closed_why=event.why))
            deviations = _without(state.deviations, key)
            return state.but(version=seq, deviations=deviations, settled_deviations=settled)
    raise LookupError(f"deviation {event.deviation!r} is closed but was not open: the record is damaged")


def _corrected(state: State, event: ev.RecordCorrected, seq: int) -> State:
    match event.item:
        case "end":
            return state.but(version=seq, ending=_end_corrected(state.ending, event, seq))
        case "progression":
            return state.but(version=seq, progression=_progression_corrected(state.progression, event, seq))
        case _:
            return _item(state, seq, event.item, _item_corrected(state.item(event.item), event, seq))


def _progression_corrected(
    known: Progression | None, event: ev.RecordCorrected, seq: int
) -> Progression | None:
    if known is None:
        raise LookupError("progression is corrected but was not recorded: the record is damaged")
    return replace(known, happened=event.happened, seq=seq) if event.happened is not None else None


def _end_corrected(ending: Ending | None, event: ev.RecordCorrected, seq: int) -> Ending | None:
    if ending is None:
        raise LookupError("an end is corrected but was not recorded: the record is damaged")
    # An end that is taken back leaves the one it followed in force.
    return replace(ending, happened=event.happened, seq=seq) if event.happened is not None else ending.before


def _item_corrected(item: ItemState, event: ev.RecordCorrected, seq: int) -> ItemState:
    if any(each.seq == event.seq for each in item.earlier):
        return replace(item, earlier=tuple(_earlier_corrected(item.earlier, event, seq)))
    if event.happened is not None:
        return replace(
            item, outcome=Outcome.DONE, happened=event.happened, seq=seq, reason=event.reason, retracted=False
        )
    if not item.earlier:
        return replace(
            item,
            outcome=Outcome.PENDING,
            happened=None,
            seq=seq,
            reason=event.reason,
            approved_by=None,
            retracted=True,
        )
    *earlier, last = item.earlier
    return replace(
        item,
        happened=last.happened,
        seq=last.seq,
        reason=last.reason,
        approved_by=last.approved_by,
        earlier=tuple(earlier),
    )


def _earlier_corrected(
    earlier: tuple[Occurrence, ...], event: ev.RecordCorrected, seq: int
) -> Iterator[Occurrence]:
    for each in earlier:
        if each.seq != event.seq:
            yield each
        elif event.happened is not None:
            yield replace(each, happened=event.happened, seq=seq, reason=event.reason)


def _planned(state: State, event: ev.PlanRevised, seq: int) -> State:
    items = Items(state.items)
    for window in event.windows:
        items[window.item] = replace(state.item(window.item), window=window)
    return state.but(version=seq, items=items)


SpokenOf = ev.MilestoneReached | ev.VisitRecorded | ev.VisitExcused | ev.VisitMissed | ev.AppointmentPlanned


def _spoken_of(item: ItemState, event: SpokenOf, seq: int) -> ItemState:
    match event:
        case ev.MilestoneReached() | ev.VisitRecorded():
            return _done(item, event, seq)
        case ev.VisitExcused():
            return replace(item, outcome=Outcome.EXCUSED, reason=event.reason, seq=seq, retracted=False)
        case ev.VisitMissed():
            return replace(item, outcome=Outcome.MISSED, reason=event.reason, seq=seq, retracted=False)
        case ev.AppointmentPlanned():
            return replace(item, appointment=event.appointment)
        case _:
            assert_never(event)


def _done(item: ItemState, event: ev.MilestoneReached | ev.VisitRecorded, seq: int) -> ItemState:
    return replace(
        item,
        outcome=Outcome.DONE,
        happened=event.happened,
        seq=seq,
        reason=event.reason,
        approved_by=event.approved_by,
        retracted=False,
        earlier=_with_newest(item),
    )


def _with_newest(item: ItemState) -> tuple[Occurrence, ...]:
    if item.outcome is not Outcome.DONE or item.happened is None or item.seq is None:
        return item.earlier
    return (*item.earlier, Occurrence(item.happened, item.seq, item.reason, item.approved_by))


def _item(state: State, seq: int, code: str, item: ItemState) -> State:
    return state.but(version=seq, items=state.items.with_item(code, item))


def _with(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    changed = dict(mapping)
    changed[key] = value
    return changed


def _with_one_more(mapping: Mapping[K, tuple[V, ...]], key: K, value: V) -> dict[K, tuple[V, ...]]:
    return _with(mapping, key, (*mapping.get(key, ()), value))


def _without(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    return {each: value for each, value in mapping.items() if each != key}
