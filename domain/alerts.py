"""Which alerts are warranted at a moment, and how they are raised and resolved.

The rule that keeps it honest: an alert is open exactly while `standing` (or a gate's shelf life) warrants
it; there is one per item and kind, and it resolves by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.eligibility import gate_findings, last_day_of
from domain.events import AlertRaised, AlertResolved
from domain.ladder import first_rung_at, frozen
from domain.plan import STALE, applicable, shifted
from domain.protocol.document import Gate
from domain.protocol.expanded import Item
from domain.standing import Standing, sight_of, standing
from domain.state import Alert, AlertKind, Outcome, Signature, State
from domain.stated import day_of, end_of_day


@dataclass(frozen=True, slots=True)
class Warrant:
    """The ground of an alert: since when, on which ladder, and the end no snooze may pass."""

    kind: AlertKind
    item: str
    due: datetime
    ladder: str
    latest_snooze: datetime | None


Key = tuple[str, str]
"""(item or gate, kind): one alert may be open for each."""


def warrants(state: State, at: datetime) -> dict[Key, Warrant]:
    """Every alert that ought to be open at `at`."""
    return {(each.item, each.kind): each for each in _warrants(state, at)}


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


def expiries(state: State) -> Iterator[tuple[Gate, datetime, datetime]]:
    """For each signed gate still ahead: (gate, when to warn, when the first result it uses has run out)."""
    for code, signatures in state.signatures.items():
        gate, signature = state.protocol.gates[code], signatures[-1]
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


def _warrants(state: State, at: datetime) -> Iterator[Warrant]:
    for moment, code in state.items.calls:
        if moment > at:
            break
        yield from _of_item(state, state.protocol.items[code], at)
    for gate, due, last in expiries(state):
        if due <= at:
            yield Warrant(AlertKind.EXPIRING, gate.code, due, gate.ladder, last)


def _of_item(state: State, item: Item, at: datetime) -> Iterator[Warrant]:
    window = state.item(item.code).window
    assert window is not None, "only items with a recorded window call"
    match standing(sight_of(state, item, window), at):
        case Standing.OVERDUE:
            yield Warrant(AlertKind.OVERDUE, item.code, window.closes, item.ladder, window.hard_stop)
        case Standing.OPEN | Standing.PAST_TARGET if window.remind_at is not None and at >= window.remind_at:
            yield Warrant(AlertKind.DUE_SOON, item.code, window.remind_at, item.ladder, window.closes)
        case _:
            return


def _stands(alert: Alert, warrant: Warrant | None) -> bool:
    if warrant is None:
        return False
    # A gate's results run out one after another: that stays one alert. A window that moved is another matter.
    return alert.kind is AlertKind.EXPIRING or alert.due == warrant.due


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
    if alert.kind is AlertKind.EXPIRING:
        return _why_no_longer_expiring(state, state.protocol.gates[alert.item])
    item, known = state.protocol.items[alert.item], state.item(alert.item)
    if known.outcome is not Outcome.PENDING:
        return {Outcome.DONE: "recorded", Outcome.EXCUSED: "excused", Outcome.MISSED: "missed"}[known.outcome]
    if not applicable(state, item):
        return "ended" if state.ending is not None else "not_applicable"
    if known.window is not None and known.window.basis == STALE:
        return "stale"
    # A reminder whose window stands as it was is over for one reason only: the window has closed.
    as_it_was = known.window is not None and known.window.closes == alert.latest_snooze
    return "overdue" if alert.kind is AlertKind.DUE_SOON and as_it_was else "replanned"


def _why_no_longer_expiring(state: State, gate: Gate) -> str:
    item = state.protocol.items[gate.before]
    if state.item(item.code).outcome is not Outcome.PENDING:
        return "reached"
    if not applicable(state, item):
        return "ended" if state.ending is not None else "not_applicable"
    return "renewed"
