"""The one moment a participant waits for next.

The rule that keeps it honest: it is the earliest instant at which `follow_from_time` would do something;
when it has passed and was decided, the next one is strictly later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.alerts import expiries
from domain.ladder import next_rung
from domain.plan import BINDING, applicable, basis_of
from domain.state import Alert, AlertKind, AlertStatus, ItemState, Outcome, State


@dataclass(frozen=True, slots=True)
class Deadline:
    """When (UTC), and what for in words that hold nothing about the person."""

    at: datetime
    what: str


def next_deadline(state: State) -> Deadline | None:
    """The earliest thing to wait for, or None when nothing is left."""
    waits = [*_alert_waits(state), *_window_waits(state), *_gate_waits(state)]
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


def _window_waits(state: State) -> Iterator[Deadline]:
    for code, known in state.items.items():
        wait = _of_window(state, code, known)
        if wait is not None:
            yield wait


def _of_window(state: State, code: str, known: ItemState) -> Deadline | None:
    window = known.window
    if window is None or known.outcome is not Outcome.PENDING:
        return None
    item = state.protocol.items[code]
    if basis_of(state, item, window) not in BINDING or not applicable(state, item):
        return None
    if (code, AlertKind.OVERDUE.value) in state.alerts:
        return None
    zone = state.rules.site.zone_name
    if window.remind_at is not None and (code, AlertKind.DUE_SOON.value) not in state.alerts:
        return Deadline(window.remind_at, f"{code} due soon {_day(state, window.remind_at)} {zone}")
    last = window.closes - timedelta(microseconds=1)
    return Deadline(window.closes, f"{code} window closes {_day(state, last)} {zone}")


def _gate_waits(state: State) -> Iterator[Deadline]:
    for gate, warn_at, ends in expiries(state):
        if (gate.code, AlertKind.EXPIRING.value) not in state.alerts:
            last = _day(state, ends - timedelta(microseconds=1))
            yield Deadline(warn_at, f"{gate.code} results run out {last} {state.rules.site.zone_name}")


def _day(state: State, at: datetime) -> str:
    return at.astimezone(state.zone).date().isoformat()
