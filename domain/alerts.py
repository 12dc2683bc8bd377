"""Which alerts are warranted at a moment, and how they are raised and resolved.

The rule that keeps it honest: an alert is open exactly while its ground warrants it; there is one per item
and kind, and it resolves by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import assert_never

from domain import gate_alerts, window_alerts
from domain.events import AlertRaised, AlertResolved
from domain.governance import approval_alerts
from domain.ladder import first_rung_at, frozen
from domain.product import product_alerts
from domain.safety import clock_alerts
from domain.state import Alert, AlertKind, State
from domain.warrant import Key, Warrant


def warrants(state: State, at: datetime) -> dict[Key, Warrant]:
    """Every alert that ought to be open at `at`."""
    return {(each.item, each.kind): each for each in _grounds(state, at)}


def resolutions(state: State, warranted: Mapping[Key, Warrant], at: datetime) -> Iterator[AlertResolved]:
    """The open alerts that are no longer warranted as they were raised, and why."""
    for key, alert in state.alerts.items():
        if not _stands(alert, warranted.get(key)):
            yield AlertResolved(alert.alert, _why(state, alert), at)


def raisings(state: State, warranted: Mapping[Key, Warrant], at: datetime) -> Iterator[AlertRaised]:
    """The warranted alerts that are not open yet."""
    for key, warrant in warranted.items():
        if key not in state.alerts:
            yield _raised(state, warrant, at)


def _grounds(state: State, at: datetime) -> Iterator[Warrant]:
    yield from window_alerts.warrants(state, at)
    yield from gate_alerts.warrants(state, at)
    yield from clock_alerts.warrants(state, at)
    yield from product_alerts.warrants(state, at)
    yield from approval_alerts.warrants(state, at)


def _stands(alert: Alert, warrant: Warrant | None) -> bool:
    # What runs out piece by piece stays one alert. A window that moved is another matter.
    return warrant is not None and (warrant.lasting or alert.due == warrant.due)


def _raised(state: State, warrant: Warrant, at: datetime) -> AlertRaised:
    ladder = frozen(state.rules, warrant.ladder, warrant.kind)
    return AlertRaised(
        alert=_name(state, warrant),
        kind=warrant.kind.value,
        item=warrant.item,
        due=warrant.due,
        raised_at=at,
        ladder=ladder,
        latest_snooze=warrant.latest_snooze,
        first_rung_at=first_rung_at(ladder, state.rules.site, at),
    )


def _name(state: State, warrant: Warrant) -> str:
    base = f"{state.participant}/{warrant.item}/{warrant.kind.value}"
    before = sum(1 for each in state.settled_alerts if (each.item, each.kind) == (warrant.item, warrant.kind))
    return f"{base}/{before + 1}" if before else base


def _why(state: State, alert: Alert) -> str:
    match alert.kind:
        case AlertKind.DUE_SOON | AlertKind.OVERDUE:
            return window_alerts.why_over(state, alert)
        case AlertKind.EXPIRING:
            return gate_alerts.why_over(state, alert)
        case AlertKind.REPORT_DUE_SOON | AlertKind.REPORT_OVERDUE:
            return clock_alerts.why_over(state, alert)
        case (
            AlertKind.IDENTITY_MISMATCH
            | AlertKind.EXCURSION
            | AlertKind.PRODUCT_EXPIRING
            | AlertKind.PRODUCT_EXPIRED
            | AlertKind.REPEAT_DECISION
        ):
            return product_alerts.why_over(state, alert)
        case AlertKind.APPROVAL_NEEDED:
            return approval_alerts.why_over(state, alert)
        case AlertKind.ON_HOLD | AlertKind.DECISION_NEEDED | AlertKind.MEETING_OVERDUE:
            raise LookupError(f"{alert.alert!r} is an alert of the study: the record is damaged")
        case _:
            assert_never(alert.kind)
