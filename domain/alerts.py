"""Which alerts are warranted at a moment, and how they are raised and resolved.

The rule that keeps it honest: an alert is open exactly while `standing` (or a gate's shelf life) warrants
it; there is one per item and kind, and it resolves by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from domain.eligibility import gate_findings, last_day_of
from domain.events import AlertRaised, AlertResolved, PlannedWindow
from domain.ladder import first_rung_at, frozen
from domain.plan import BINDING, STALE, applicable, shifted
from domain.protocol.document import Gate
from domain.protocol.expanded import Item
from domain.standing import Standing, sight_of, standing
from domain.state import AlertKind, Outcome, Signature, State
from domain.stated import day_of, end_of_day


@dataclass(frozen=True, slots=True)
class Warrant:
    """The ground of an alert: since when, on which ladder, and the end no snooze may pass."""

    kind: AlertKind
    item: str
    due: datetime
    ladder: str
    latest_snooze: datetime | None


def warrants(state: State, at: datetime) -> Iterator[Warrant]:
    """Every alert that ought to be open at `at`."""
    for code, known in state.items.items():
        if known.window is not None and known.outcome is Outcome.PENDING:
            item = state.protocol.items[code]
            yield from _of_item(state, item, known.window, at)
    for gate, due, last in expiries(state):
        if due <= at:
            yield Warrant(AlertKind.EXPIRING, gate.code, due, gate.ladder, last)


def resolutions(state: State, warranted: dict[tuple[str, str], Warrant], at: datetime) -> Iterator[AlertResolved]:
    """The open alerts that are no longer warranted, and why."""
    for key, alert in state.alerts.items():
        if key not in warranted:
            yield AlertResolved(alert.alert, _why(state, alert.item, alert.kind), at)


def raisings(state: State, warranted: dict[tuple[str, str], Warrant], at: datetime) -> Iterator[AlertRaised]:
    """The warranted alerts that are not open yet."""
    for key, warrant in warranted.items():
        if key not in state.alerts:
            yield _raised(state, warrant, at)


def expiries(state: State) -> Iterator[tuple[Gate, datetime, datetime]]:
    """For each signed gate still ahead: (gate, when to warn, when the first result it uses has run out)."""
    for code, signature in state.signatures.items():
        gate = state.protocol.gates[code]
        item = state.protocol.items[gate.before]
        if state.item(item.code).outcome is not Outcome.PENDING or not applicable(state, item):
            continue
        last_day = last_day_of(gate_findings(state, gate, _freshest_day(state, signature)))
        if last_day is not None:
            ends = end_of_day(last_day, state.zone)
            yield gate, shifted(ends, -gate.warn_before, state.zone), ends


def _freshest_day(state: State, signature: Signature) -> date:
    # Judged on the last day anything was learnt, so that the answer does not depend on a clock.
    learnt = (result.happened for results in state.results.values() for result in results)
    return max(day_of(each, state.zone) for each in (signature.signed_at, *learnt))


def _of_item(state: State, item: Item, window: PlannedWindow, at: datetime) -> Iterator[Warrant]:
    if window.basis not in BINDING or item.optional:
        return
    if at < (window.remind_at or window.closes):
        return
    match standing(sight_of(state, item, window), at):
        case Standing.OVERDUE:
            hard_stop = window.hard_stop if window.hard_stop and window.hard_stop > at else None
            yield Warrant(AlertKind.OVERDUE, item.code, window.closes, item.ladder, hard_stop)
        case Standing.OPEN | Standing.PAST_TARGET:
            assert window.remind_at is not None
            yield Warrant(AlertKind.DUE_SOON, item.code, window.remind_at, item.ladder, window.closes)
        case _:
            return


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


def _why(state: State, code: str, kind: AlertKind) -> str:
    if state.ending is not None:
        return "ended"
    if kind is AlertKind.EXPIRING:
        before = state.protocol.gates[code].before
        return "reached" if state.item(before).outcome is not Outcome.PENDING else "renewed"
    known = state.item(code)
    if known.outcome is not Outcome.PENDING:
        return {Outcome.DONE: "recorded", Outcome.EXCUSED: "excused", Outcome.MISSED: "missed"}[known.outcome]
    if not applicable(state, state.protocol.items[code]):
        return "not_applicable"
    if known.window is not None and known.window.basis == STALE:
        return "stale"
    return "overdue" if (code, AlertKind.OVERDUE.value) in state.alerts and kind is AlertKind.DUE_SOON else "replanned"
