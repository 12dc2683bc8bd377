"""One event of the record as one line for people.

The rule that keeps it honest: every event type has its line (mypy refuses one without), and the line holds
what the event holds, with stated times as they were stated.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from console.speech import Speech
from console.telling_governance import governance_detail
from console.telling_product import product_detail
from console.telling_safety import safety_detail
from console.words import ENDS, EVENTS, WHYS
from console.words_review import DEVIATION_KINDS
from domain import events as ev
from domain.evolve import ParticipantEvent
from domain.product.evolve import HoldingEvent
from domain.safety.evolve import SafetyEvent
from domain.safety.partial import Partial
from domain.stated import Stated


def told(event: ParticipantEvent, say: Speech) -> str:
    """What the event says."""
    return say.named(say.of(EVENTS, event.TYPE), _detail(event, say))


def happened_in(event: ParticipantEvent) -> str | None:
    """The time the event states of the world, as stated."""
    happened: Stated | Partial | None = getattr(event, "happened", None)
    if isinstance(happened, Partial):
        return str(happened)
    return happened.isoformat() if happened is not None else None


def _detail(event: ParticipantEvent, say: Speech) -> str:  # noqa: C901, PLR0912 - one case for each event
    if isinstance(event, HoldingEvent | ev.ItemsReopened):
        return product_detail(event, say)
    if isinstance(event, SafetyEvent):
        return safety_detail(event, say)
    match event:
        case ev.ParticipantRegistered():
            named = {"protocol": event.protocol_id, "version": event.protocol_version}
            return say("{protocol} {version}, {site}", **named, site=event.site)
        case ev.ResultRecorded():
            when = say.stated(event.happened)
            value = {"observation": event.observation, "value": event.stated}
            return say("{observation} {value} ({when})", **value, when=when)
        case ev.GateSigned():
            signed = {"by": event.by, "role": say.role(event.role), "meaning": event.meaning}
            return say("{gate}, {by} ({role}): “{meaning}”", gate=say.name(event.gate), **signed)
        case ev.MilestoneReached() | ev.VisitRecorded():
            approved = say("approved by {who}", who=event.approved_by) if event.approved_by else None
            return say.joined(_item(event.item, event.happened, say), event.reason, approved)
        case ev.UnscheduledVisitRecorded():
            return say.joined(say.stated(event.happened), event.reason)
        case ev.AppointmentPlanned():
            return say.joined(_item(event.item, event.appointment, say), event.reason)
        case ev.VisitExcused() | ev.VisitMissed():
            return say.joined(say.name(event.item), event.reason)
        case ev.DecisionTaken():
            taken = {"decision": event.decision, "option": event.option}
            return say("{decision} = {option} ({when})", **taken, when=say.stated(event.happened))
        case ev.ProgressionRecorded():
            return say.joined(say.stated(event.happened), event.detail)
        case ev.ParticipationEnded():
            end = say.of(ENDS, event.end.value)
            return say.joined(say("{end} {when}", end=end, when=say.stated(event.happened)), event.reason)
        case ev.RecordCorrected():
            return _correction(event, say)
        case ev.PlanRevised():
            return say("{number} ({cause})", number=len(event.windows), cause=event.cause)
        case ev.StageEntered():
            return say.name(event.stage)
        case (
            ev.AmendmentApplied()
            | ev.DeviationConfirmed()
            | ev.ApprovalRequested()
            | ev.ApprovalGranted()
            | ev.ApprovalRefused()
        ):
            return governance_detail(event, say)
        case ev.DeviationOpened():
            kind = say.of(DEVIATION_KINDS, event.kind) if say.worded else event.kind
            return say.joined(say("{item} {kind}", item=say.name(event.item), kind=kind), event.detail)
        case ev.DeviationClosed():
            return say.joined(event.deviation, say.of(WHYS, event.why))
        case _:
            return alert_detail(event, say)


_AlertEvent = (
    ev.AlertRaised
    | ev.RungReached
    | ev.AlertAcknowledged
    | ev.AcknowledgementExpired
    | ev.AlertSnoozed
    | ev.SnoozeEnded
    | ev.AlertResolved
)


def alert_detail(event: _AlertEvent, say: Speech) -> str:
    """What an alert's event says beyond its name, of a participant or of the study."""
    match event:
        case ev.AlertRaised():
            return say("{alert}, due {when}", alert=event.alert, when=say.at(event.due))
        case ev.RungReached():
            told_to = {"role": say.role(event.role), "contacts": say.listed(event.contacts) or "-"}
            return say(
                "{alert}, rung {rung} ({role}: {contacts})", alert=event.alert, rung=event.rung, **told_to
            )
        case ev.AlertAcknowledged():
            waiting = say("waits for {who}", who=say.listed(event.waiting_for)) if event.waiting_for else None
            return say.joined(_held(event, say), waiting)
        case ev.AlertSnoozed():
            return say.joined(_held(event, say), event.reason)
        case ev.AcknowledgementExpired() | ev.SnoozeEnded():
            return event.alert
        case ev.AlertResolved():
            return say("{alert} ({why})", alert=event.alert, why=say.of(WHYS, event.why))
        case _:
            assert_never(event)


def local(at: datetime, zone: ZoneInfo) -> str:
    """An instant as a wall clock in `zone` shows it, to the minute."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _item(item: str, when: Stated | None, say: Speech) -> str:
    return say("{item} {when}", item=say.name(item), when=say.stated(when) if when is not None else "-")


def _held(event: ev.AlertAcknowledged | ev.AlertSnoozed, say: Speech) -> str:
    return say("{alert}, {by} until {when}", alert=event.alert, by=event.by, when=say.at(event.until))


def _correction(event: ev.RecordCorrected, say: Speech) -> str:
    was = say.stated(event.was) if event.was is not None else "-"
    now = say.stated(event.happened) if event.happened is not None else say("retracted")
    changed = {"item": say.name(event.item), "seq": event.seq, "was": was, "now": now}
    return say.joined(say("{item} (record {seq}) {was} → {now}", **changed), event.reason)
