"""One participant's state as rows for lists and pages.

The rule that keeps it honest: a pure function of the state; the same stream always gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from domain.deadline import next_deadline
from domain.events import PlannedWindow
from domain.ladder import next_told
from domain.plan import applicable, basis_of, whole_plan
from domain.protocol.expanded import Item
from domain.state import Alert, AlertStatus, Deviation, State
from domain.stated import Stated, day_of, earliest
from domain.views import AlertRow, DeviationRow, ItemRow, ParticipantRow, ParticipantViews


def rows_of(state: State) -> ParticipantViews:
    """Every row of a registered participant."""
    plan = whole_plan(state)
    return ParticipantViews(
        participant=_participant(state, _day_zero(state, plan)),
        items=tuple(_item(state, each, plan.get(each.code)) for each in state.protocol.items.values()),
        alerts=tuple(_alert(state, each) for each in (*state.settled_alerts, *state.alerts.values())),
        deviations=tuple(_deviations(state)),
    )


def _day_zero(state: State, plan: Mapping[str, PlannedWindow]) -> date | None:
    code = state.protocol.origin
    if code is None:
        return None
    happened, window = state.item(code).happened, plan.get(code)
    if happened is not None:
        return day_of(happened, state.zone)
    # What was projected for somebody who left will not come.
    if window is None or state.ending is not None:
        return None
    return (window.target - datetime.resolution).astimezone(state.zone).date()


def _participant(state: State, day_zero: date | None) -> ParticipantRow:
    due = next_deadline(state)
    consent = state.item(state.protocol.document.registration.milestone).happened
    return ParticipantRow(
        study=state.study,
        participant=state.participant,
        site=state.site,
        protocol_id=state.protocol.id,
        protocol_version=state.protocol.version,
        protocol_hash=state.protocol.hash,
        stage=state.stage or "",
        end=state.ending.end.value if state.ending else None,
        version=state.version,
        simulated=state.simulated,
        next_due=due.at if due else None,
        next_due_what=due.what if due else None,
        open_alerts=len(state.alerts),
        registered_on=_text(consent) or "",
        day_zero=day_zero.isoformat() if day_zero is not None else None,
    )


def _item(state: State, item: Item, window: PlannedWindow | None) -> ItemRow:
    known = state.item(item.code)
    return ItemRow(
        study=state.study,
        participant=state.participant,
        item=item.code,
        position=item.order,
        category=item.category.value,
        applicable=applicable(state, item),
        basis=basis_of(state, item, window),
        anchor=item.window.anchor if item.window else None,
        anchor_on=_text(window.anchor_on) if window else None,
        opens=window.opens if window else None,
        target=window.target if window else None,
        closes=window.closes if window else None,
        hard_stop=window.hard_stop if window else None,
        frame_ends=window.frame_ends if window else None,
        outcome=known.outcome.value,
        happened=_text(known.happened),
        happened_at=earliest(known.happened, state.zone) if known.happened is not None else None,
        appointment=_text(known.appointment),
        reason=known.reason,
        record_seq=known.seq,
    )


def _alert(state: State, alert: Alert) -> AlertRow:
    return AlertRow(
        study=state.study,
        participant=state.participant,
        alert=alert.alert,
        site=state.site,
        item=alert.item,
        kind=alert.kind.value,
        status=alert.status.value,
        rung=alert.rung,
        round=alert.round,
        rungs=len(alert.ladder.rungs),
        due=alert.due,
        raised_at=alert.raised_at,
        next_at=alert.next_at,
        held_by=alert.held_by,
        until=alert.until,
        reason=alert.reason,
        resolved_at=alert.resolved_at,
        resolved_why=alert.resolved_why,
        next_role=told.value if (told := next_told(alert)) is not None else None,
    )


def _deviations(state: State) -> Iterator[DeviationRow]:
    yield from (_deviation(state, each) for each in state.settled_deviations)
    yield from (_deviation(state, each) for each in state.deviations.values())


def _deviation(state: State, each: Deviation) -> DeviationRow:
    ruling = state.governance.rulings.get(each.deviation)
    return DeviationRow(
        study=state.study,
        participant=state.participant,
        deviation=each.deviation,
        item=each.item,
        kind=each.kind,
        detail=each.detail,
        status="open" if each.closed_why is None else f"closed: {each.closed_why}",
        suggested=each.suggested,
        classed=ruling.classed if ruling else None,
        classed_by=ruling.signed.by if ruling else None,
        classed_at=ruling.signed.signed_at if ruling else None,
        class_reason=ruling.reason if ruling else None,
        approval=each.approval,
    )


def _text(value: Stated | None) -> str | None:
    return value.isoformat() if value is not None else None


def nothing_left(state: State) -> bool:
    """True when the participation ended and nothing is left to wait for."""
    open_alerts = any(alert.status is not AlertStatus.RESOLVED for alert in state.alerts.values())
    return state.ending is not None and next_deadline(state) is None and not open_alerts
