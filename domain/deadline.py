"""The one moment a participant waits for next.

The rule that keeps it honest: it is the earliest instant at which `follow_from_time` would do something;
when it has passed and was decided, the next one is strictly later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from domain.alerts import expiries
from domain.events import PlannedWindow
from domain.ladder import next_rung
from domain.plan import BINDING, applicable, basis_of
from domain.state import Alert, AlertKind, AlertStatus, State


@dataclass(frozen=True, slots=True)
class Deadline:
    """When (UTC), and what for in words that hold nothing about the person."""

    at: datetime
    what: str


def next_deadline(state: State) -> Deadline | None:
    """The earliest thing to wait for, or None when nothing is left."""
    waits = [*_alert_waits(state), *_window_wait(state), *_gate_waits(state)]
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


def _window_wait(state: State) -> Iterator[Deadline]:
    """The earliest moment at which a window asks for something."""
    earliest: datetime | None = None
    found: PlannedWindow | None = None
    for first_call, code in state.items.calls:
        if earliest is not None and first_call >= earliest:
            break
        window = state.item(code).window
        if window is None or not _awaited(state, code, window):
            continue
        moment = _moment(state, window)
        if earliest is None or moment < earliest:
            earliest, found = moment, window
    if earliest is not None and found is not None:
        yield Deadline(earliest, _what(state, found, earliest))


def _moment(state: State, window: PlannedWindow) -> datetime:
    if window.remind_at is None or (window.item, AlertKind.DUE_SOON) in state.alerts:
        return window.closes
    return window.remind_at


def _awaited(state: State, code: str, window: PlannedWindow) -> bool:
    item = state.protocol.items[code]
    if (code, AlertKind.OVERDUE) in state.alerts:
        return False
    return basis_of(state, item, window) in BINDING and applicable(state, item)


def _what(state: State, window: PlannedWindow, moment: datetime) -> str:
    zone = state.rules.site.zone_name
    if moment == window.closes:
        return f"{window.item} window closes {_last_day(state, moment)} {zone}"
    return f"{window.item} due soon {_day(state, moment)} {zone}"


def _gate_waits(state: State) -> Iterator[Deadline]:
    for gate, warn_at, ends in expiries(state):
        if (gate.code, AlertKind.EXPIRING) not in state.alerts:
            last = _last_day(state, ends)
            yield Deadline(warn_at, f"{gate.code} results run out {last} {state.rules.site.zone_name}")


def _day(state: State, at: datetime) -> str:
    return at.astimezone(state.zone).date().isoformat()


def _last_day(state: State, end: datetime) -> str:
    return _day(state, end - timedelta(microseconds=1))
