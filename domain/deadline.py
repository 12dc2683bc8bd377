"""The one moment a participant waits for next.

The rule that keeps it honest: it is the earliest instant at which `follow_from_time` would do something;
when it has passed and was decided, the next one is strictly later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from domain import gate_alerts, window_alerts
from domain.governance import approval_alerts
from domain.ladder import next_rung
from domain.product import product_alerts
from domain.safety import clock_alerts
from domain.state import Alert, AlertStatus, State
from domain.warrant import Deadline


def next_deadline(state: State) -> Deadline | None:
    """The earliest thing to wait for, or None when nothing is left."""
    waits = [
        *_alert_waits(state),
        *window_alerts.waits(state),
        *gate_alerts.waits(state),
        *clock_alerts.waits(state),
        *product_alerts.waits(state),
        *approval_alerts.waits(state),
    ]
    return min(waits, key=lambda each: each.at, default=None)


def _alert_waits(state: State) -> Iterator[Deadline]:
    for alert in state.alerts.values():
        if alert.next_at is not None:
            yield Deadline(alert.next_at, f"{alert.item} {alert.kind.value}: {_step_name(alert)}")


def _step_name(alert: Alert) -> str:
    match alert.status:
        case AlertStatus.ACKNOWLEDGED:
            return "acknowledgement runs out"
        case AlertStatus.SNOOZED:
            return "snooze ends"
        case AlertStatus.OPEN | AlertStatus.RESOLVED:
            top, (rung, round_) = len(alert.ladder.rungs), next_rung(alert)
            return f"rung {rung} of {top}" + (" again" if round_ > 1 else "")
        case _:
            assert_never(alert.status)
