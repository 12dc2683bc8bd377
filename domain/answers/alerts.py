"""Answering alerts: acknowledge and snooze.

The rule that keeps it honest: an answer stops the climb for a bounded time only, and a snooze never passes
the end it would hide.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.answers.checks import nearest
from domain.commands import AcknowledgeAlert, SnoozeAlert
from domain.events import AlertAcknowledged, AlertSnoozed
from domain.refusal import Code, Refused
from domain.state import Alert, AlertStatus, State

Open = Mapping[tuple[str, str], Alert]
"""The open alerts of a participant or of the study, by (item, kind)."""


def acknowledge(state: State, command: AcknowledgeAlert, at: datetime) -> list[AlertAcknowledged]:
    """Somebody takes the alert; where each person told must answer, the climb goes on until all have."""
    return [acknowledged(state.alerts, state.settled_alerts, command, at)]


def snooze(state: State, command: SnoozeAlert, at: datetime) -> list[AlertSnoozed]:
    """The alert is silent until the stated instant, with a reason."""
    return [snoozed(state.alerts, state.settled_alerts, command, at, state.zone)]


def acknowledged(
    alerts: Open, settled: tuple[Alert, ...], command: AcknowledgeAlert, at: datetime
) -> AlertAcknowledged:
    """The acknowledgement of one of these alerts."""
    alert = _open(alerts, settled, command.alert)
    if alert.status is AlertStatus.ACKNOWLEDGED or command.actor.id in alert.acknowledged_by:
        by = ", ".join(alert.acknowledged_by)
        raise Refused(Code.ALREADY_ACKNOWLEDGED, f"{alert.alert} is already acknowledged by {by}")
    answered = {*alert.acknowledged_by, command.actor.id}
    waiting = tuple(each for each in alert.told if each not in answered) if alert.ladder.each else ()
    until = at + timedelta(seconds=alert.ladder.acknowledgement_seconds)
    return AlertAcknowledged(alert.alert, command.actor.id, command.actor.role, at, until, waiting)


def snoozed(
    alerts: Open, settled: tuple[Alert, ...], command: SnoozeAlert, at: datetime, zone: ZoneInfo
) -> AlertSnoozed:
    """The snooze of one of these alerts; `zone` is for what a refusal says."""
    alert = _open(alerts, settled, command.alert)
    if command.until <= at:
        raise Refused(Code.BAD_SNOOZE, f"a snooze ends in the future; {command.until.isoformat()} has passed")
    latest = at + timedelta(seconds=alert.ladder.snooze_seconds)
    if alert.latest_snooze is not None and alert.latest_snooze > at:
        latest = min(latest, alert.latest_snooze)
    if command.until > latest:
        last = latest.astimezone(zone).isoformat(timespec="minutes")
        raise Refused(Code.BAD_SNOOZE, f"{alert.alert} can be snoozed until {last} at the latest")
    return AlertSnoozed(alert.alert, command.actor.id, command.until, command.reason)


def _open(alerts: Open, settled: tuple[Alert, ...], name: str) -> Alert:
    alert = next((each for each in (*alerts.values(), *settled) if each.alert == name), None)
    if alert is None:
        known = [each.alert for each in alerts.values()]
        raise Refused(Code.UNKNOWN_ALERT, f"there is no alert {name!r}{nearest(name, known)}")
    if alert.status is AlertStatus.RESOLVED:
        raise Refused(Code.ALERT_RESOLVED, f"{name} is already resolved ({alert.resolved_why})")
    return alert
