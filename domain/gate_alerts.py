"""Alerts on signed gates: results they rest on are about to run out.

The rule that keeps it honest: a gate still ahead is watched on the last day anything was learnt, so that the
answer does not depend on a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.eligibility import gate_findings, last_day_of
from domain.plan import applicable, shifted
from domain.protocol.document import Gate
from domain.state import Alert, AlertKind, Outcome, Signature, State
from domain.stated import day_of, end_of_day
from domain.warrant import Deadline, Warrant


def warrants(state: State, at: datetime) -> Iterator[Warrant]:
    """What the gates warrant at `at`: one lasting alert while results run out one after another."""
    for gate, due, last in expiries(state):
        if due <= at:
            yield Warrant(AlertKind.EXPIRING, gate.code, due, gate.ladder, last, lasting=True)


def why_over(state: State, alert: Alert) -> str:
    """Why an alert on a gate is over."""
    gate = state.protocol.gates.get(alert.item)
    if gate is None:
        return "not_applicable"
    item = state.protocol.items[gate.before]
    if state.item(item.code).outcome is not Outcome.PENDING:
        return "reached"
    if not applicable(state, item):
        return "ended" if state.ending is not None else "not_applicable"
    return "renewed"


def waits(state: State) -> Iterator[Deadline]:
    for gate, warn_at, ends in expiries(state):
        if (gate.code, AlertKind.EXPIRING) not in state.alerts:
            last = (ends - timedelta(microseconds=1)).astimezone(state.zone).date().isoformat()
            yield Deadline(warn_at, f"{gate.code} results run out {last} {state.rules.site.zone_name}")


def expiries(state: State) -> Iterator[tuple[Gate, datetime, datetime]]:
    """For each signed gate still ahead: (gate, when to warn, when the first result it uses has run out)."""
    for code, signatures in state.signatures.items():
        gate, signature = state.protocol.gates.get(code), signatures[-1]
        if gate is None:
            # An amendment dropped it: what was signed stands, and nothing waits for it.
            continue
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
