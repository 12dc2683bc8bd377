"""Which signature speaks for a milestone on a day.

The rule that keeps it honest: a signature counts from the day it was made and for as long as its gate says;
one made afterwards is taken too, and is a deviation.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.eligibility import gate_findings, observations_in
from domain.protocol.document import Gate
from domain.protocol.rules import Rule
from domain.span import add_to_day
from domain.state import Signature, State
from domain.stated import day_of


def signature_for(state: State, gate: Gate, day: date) -> Signature | None:
    """The signature that opens the gate on a site day: the newest in force, else the first made after it."""
    signatures = state.signatures.get(gate.code, ())
    in_force = [each for each in signatures if signed_on(state, each) <= day <= last_day(state, gate, each)]
    if in_force:
        return in_force[-1]
    return next((each for each in signatures if signed_on(state, each) > day), None)


def shown_at(state: State, gate: Gate, day: date) -> dict[str, Any]:
    """What somebody who signs the gate on a site day has to have seen, as JSON values.

    The findings and the results behind them, without the words around them: those may be said better later.
    """
    read = {code for rule in _rules(state, gate) for code in observations_in(rule)}
    newest = {code: state.results[code][-1] for code in read if state.results.get(code)}
    return {
        "participant": state.participant,
        "protocol": state.protocol.hash,
        "gate": gate.code,
        "day": day.isoformat(),
        "findings": {each.code: each.truth.value for each in gate_findings(state, gate, day)},
        "results": {code: [each.value, each.happened.isoformat()] for code, each in newest.items()},
    }


def signed_on(state: State, signature: Signature) -> date:
    """The site day on which it was signed."""
    return day_of(signature.signed_at, state.zone)


def last_day(state: State, gate: Gate, signature: Signature) -> date:
    """The last site day on which the signature opens its gate."""
    if gate.signature_within is None:
        return date.max
    return add_to_day(signed_on(state, signature), gate.signature_within)


def _rules(state: State, gate: Gate) -> Iterator[Rule]:
    for need in gate.needs:
        yield need.rule
    for criterion in state.protocol.criteria.values() if gate.criteria else ():
        rule = criterion.met_if if criterion.met_if is not None else criterion.excluded_if
        if rule is not None:
            yield rule
