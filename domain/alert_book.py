"""The alerts of a stream: those that are open, by item and kind, and those that are settled.

The rule that keeps it honest: participants and the study keep their alerts in the same way, here; an event
about an alert that is not open means a damaged record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from domain import events as ev
from domain.state import Alert, AlertKind, AlertStatus

Key = tuple[str, str]
"""(item, kind): one alert may be open for each."""

AlertStep = (
    ev.RungReached | ev.AlertAcknowledged | ev.AcknowledgementExpired | ev.AlertSnoozed | ev.SnoozeEnded
)
AlertEvent = ev.AlertRaised | ev.AlertResolved | AlertStep


def noted(
    alerts: Mapping[Key, Alert], settled: tuple[Alert, ...], event: AlertEvent
) -> tuple[Mapping[Key, Alert], tuple[Alert, ...]]:
    """(open, settled) alerts after the event.

    Raises:
        LookupError: the event speaks of an alert that is not open.
    """
    match event:
        case ev.AlertRaised():
            return {**alerts, (event.item, event.kind): _raised(event)}, settled
        case ev.AlertResolved():
            key, alert = _open(alerts, event.alert)
            rest = {each: value for each, value in alerts.items() if each != key}
            return rest, (*settled, _settled(alert, event))
        case _:
            key, alert = _open(alerts, event.alert)
            return {**alerts, key: _stepped(alert, event)}, settled


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
                # A snooze takes the place of a whole acknowledgement; one still waiting for others is kept.
                acknowledged_by=() if alert.status is AlertStatus.ACKNOWLEDGED else alert.acknowledged_by,
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


def _settled(alert: Alert, event: ev.AlertResolved) -> Alert:
    return replace(
        alert,
        status=AlertStatus.RESOLVED,
        next_at=None,
        until=None,
        resolved_at=event.resolved_at,
        resolved_why=event.why,
    )


def _open(alerts: Mapping[Key, Alert], name: str) -> tuple[Key, Alert]:
    for key, alert in alerts.items():
        if alert.alert == name:
            return key, alert
    raise LookupError(f"alert {name!r} is spoken of but was not open: the record is damaged")
