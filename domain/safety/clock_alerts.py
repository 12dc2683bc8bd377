"""Alerts on safety reports: soon due, and overdue.

The rule that keeps it honest: a clock runs on after the end of a participation, at night and on holidays; its
alert is over by a report or by the loss of its ground, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.safety.book import SafetyClock
from domain.safety.clocks import rule_named
from domain.safety.terms import ClockState
from domain.state import Alert, AlertKind, State
from domain.warrant import Deadline, Warrant


def warrants(state: State, at: datetime) -> Iterator[Warrant]:
    """What the reports owed warrant at `at`."""
    for clock in _running(state):
        if at >= clock.due:
            yield Warrant(AlertKind.REPORT_OVERDUE, clock.clock, clock.due, _ladder(state, clock), None)
        elif at >= clock.warn_at:
            yield Warrant(
                AlertKind.REPORT_DUE_SOON, clock.clock, clock.warn_at, _ladder(state, clock), clock.due
            )


def why_over(state: State, alert: Alert) -> str:
    """Why an alert on a report is over."""
    clock = state.safety.clocks[alert.item]
    return "overdue" if clock.state is ClockState.RUNNING else clock.state.value


def waits(state: State) -> Iterator[Deadline]:
    """When each report owed is soon due, and when it is overdue."""
    zone = state.rules.site.zone_name
    for clock in _running(state):
        if (clock.clock, AlertKind.REPORT_OVERDUE) in state.alerts:
            continue
        if (clock.clock, AlertKind.REPORT_DUE_SOON) not in state.alerts:
            yield Deadline(clock.warn_at, f"{clock.clock} report due soon {zone}")
        until = clock.due.astimezone(state.zone).isoformat(timespec="minutes")
        yield Deadline(clock.due, f"{clock.clock} report due {until}")


def _ladder(state: State, clock: SafetyClock) -> str:
    # An amendment may have another ladder for the same clock, and none for a clock that it dropped.
    rule = rule_named(state, clock.rule)
    if rule is not None:
        return rule.ladder
    return clock.ladder if clock.ladder in state.protocol.ladders else next(iter(state.protocol.ladders))


def _running(state: State) -> Iterator[SafetyClock]:
    return (each for each in state.safety.clocks.values() if each.state is ClockState.RUNNING)
