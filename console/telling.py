"""One event of the record as one line for people.

The rule that keeps it honest: every event type has its line (mypy refuses one without), and the line holds
what the event holds, with stated times as they were stated.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from console.telling_governance import governance_detail
from console.telling_product import product_detail
from console.telling_safety import safety_detail
from console.words import ENDS, EVENTS, Language, said
from domain import events as ev
from domain.evolve import ParticipantEvent
from domain.product.evolve import HoldingEvent
from domain.safety.evolve import SafetyEvent
from domain.safety.partial import Partial
from domain.stated import Stated


def told(event: ParticipantEvent, zone: ZoneInfo, language: Language) -> str:
    """What the event says. Instants are shown in `zone`."""
    words = said(EVENTS, event.TYPE, language)
    detail = _detail(event, zone, language)
    return f"{words}: {detail}" if detail else words


def happened_in(event: ParticipantEvent) -> str | None:
    """The time the event states of the world, as stated."""
    happened: Stated | Partial | None = getattr(event, "happened", None)
    if isinstance(happened, Partial):
        return str(happened)
    return happened.isoformat() if happened is not None else None


def _detail(  # noqa: C901, PLR0912 - one case for each event, and nothing else
    event: ParticipantEvent, zone: ZoneInfo, language: Language
) -> str:
    if isinstance(event, HoldingEvent | ev.ItemsReopened):
        return product_detail(event)
    if isinstance(event, SafetyEvent):
        return safety_detail(event, zone)
    match event:
        case ev.ParticipantRegistered():
            return f"{event.protocol_id} {event.protocol_version}, {event.site}"
        case ev.ResultRecorded():
            return f"{event.observation} {event.stated} ({event.happened.isoformat()})"
        case ev.GateSigned():
            return f"{event.gate}, {event.by} ({event.role.value}): “{event.meaning}”"
        case ev.MilestoneReached() | ev.VisitRecorded():
            approved = f"approved by {event.approved_by}" if event.approved_by else None
            return _joined(f"{event.item} {event.happened.isoformat()}", event.reason, approved)
        case ev.UnscheduledVisitRecorded():
            return _joined(event.happened.isoformat(), event.reason)
        case ev.AppointmentPlanned():
            when = event.appointment.isoformat() if event.appointment is not None else "-"
            return _joined(f"{event.item} {when}", event.reason)
        case ev.VisitExcused() | ev.VisitMissed():
            return _joined(event.item, event.reason)
        case ev.DecisionTaken():
            return f"{event.decision} = {event.option} ({event.happened.isoformat()})"
        case ev.ProgressionRecorded():
            return _joined(event.happened.isoformat(), event.detail)
        case ev.ParticipationEnded():
            return _joined(
                f"{said(ENDS, event.end.value, language)} {event.happened.isoformat()}", event.reason
            )
        case ev.RecordCorrected():
            return _correction(event)
        case ev.PlanRevised():
            return f"{len(event.windows)} ({event.cause})"
        case ev.StageEntered():
            return event.stage
        case (
            ev.AmendmentApplied()
            | ev.DeviationConfirmed()
            | ev.ApprovalRequested()
            | ev.ApprovalGranted()
            | ev.ApprovalRefused()
        ):
            return governance_detail(event, zone)
        case ev.DeviationOpened():
            return _joined(f"{event.item} {event.kind}", event.detail)
        case ev.DeviationClosed():
            return _joined(event.deviation, event.why)
        case _:
            return alert_detail(event, zone)


_AlertEvent = (
    ev.AlertRaised
    | ev.RungReached
    | ev.AlertAcknowledged
    | ev.AcknowledgementExpired
    | ev.AlertSnoozed
    | ev.SnoozeEnded
    | ev.AlertResolved
)


def alert_detail(event: _AlertEvent, zone: ZoneInfo) -> str:
    """What an alert's event says beyond its name, of a participant or of the study."""
    match event:
        case ev.AlertRaised():
            return f"{event.alert}, due {local(event.due, zone)}"
        case ev.RungReached():
            told_to = ", ".join(event.contacts) or "-"
            return f"{event.alert}, rung {event.rung} ({event.role.value}: {told_to})"
        case ev.AlertAcknowledged():
            waiting = f"waits for {', '.join(event.waiting_for)}" if event.waiting_for else None
            return _joined(f"{event.alert}, {event.by} until {local(event.until, zone)}", waiting)
        case ev.AlertSnoozed():
            return _joined(f"{event.alert}, {event.by} until {local(event.until, zone)}", event.reason)
        case ev.AcknowledgementExpired() | ev.SnoozeEnded():
            return event.alert
        case ev.AlertResolved():
            return f"{event.alert} ({event.why})"
        case _:
            assert_never(event)


def local(at: datetime, zone: ZoneInfo) -> str:
    """An instant as a wall clock in `zone` shows it, to the minute."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _correction(event: ev.RecordCorrected) -> str:
    was = event.was.isoformat() if event.was is not None else "-"
    now = event.happened.isoformat() if event.happened is not None else "retracted"
    return _joined(f"{event.item} (record {event.seq}) {was} → {now}", event.reason)


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
