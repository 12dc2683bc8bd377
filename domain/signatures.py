"""Which signature speaks for a milestone on a day.

The rule that keeps it honest: a signature counts from the day it was made and for as long as its gate says;
one made afterwards is taken too, and is a deviation.
"""

from __future__ import annotations

from datetime import date

from domain.protocol.document import Gate
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


def signed_on(state: State, signature: Signature) -> date:
    """The site day on which it was signed."""
    return day_of(signature.signed_at, state.zone)


def last_day(state: State, gate: Gate, signature: Signature) -> date:
    """The last site day on which the signature opens its gate."""
    if gate.signature_within is None:
        return date.max
    return add_to_day(signed_on(state, signature), gate.signature_within)
