"""Recording results and signing gates.

The rule that keeps it honest: a result is kept in the observation's own unit beside what was stated, a unit
the protocol does not know is refused, and a signature never covers what fails or is unknown.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import assert_never

from domain.answers.checks import (
    conditions_met,
    nearest,
    not_in_future,
    open_to_follow_up,
    pending,
    spoken_by,
    still_running,
)
from domain.commands import RecordResult, SignGate, StatedResult
from domain.events import GateSigned, ResultRecorded
from domain.protocol.document import Gate, Observation
from domain.refusal import Code, Refused
from domain.signatures import shown_at
from domain.signed import Signed
from domain.signing import sign
from domain.state import State
from domain.stated import Stated, day_of

EARLIEST_YEAR = 1900
# Plain digits: no NaN, no 1e400, no thousands separators, no full-width digits.
_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,9})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YES_NO = {"yes": "yes", "no": "no", "true": "yes", "false": "no"}


def record_result(state: State, command: RecordResult, at: datetime) -> list[ResultRecorded]:
    """A result is stated; without a day it is of today."""
    recorded = result_recorded(state, command.result, at, at.astimezone(state.zone).date())
    open_to_follow_up(state, recorded.happened, recorded.observation)
    return [recorded]


def result_recorded(state: State, stated: StatedResult, at: datetime, default: Stated) -> ResultRecorded:
    """The event of one stated result.

    Raises:
        Refused: unknown observation or unit, a value that cannot be, or a future day.
    """
    observation = state.protocol.observations.get(stated.observation)
    if observation is None:
        hint = nearest(stated.observation, state.protocol.observations)
        raise Refused(Code.UNKNOWN_OBSERVATION, f"the protocol asks for no {stated.observation!r}{hint}")
    happened = stated.on if stated.on is not None else default
    not_in_future(state, happened, at)
    text = f"{stated.value} {stated.unit}" if stated.unit else stated.value
    return ResultRecorded(observation.code, _value(observation, stated, at, state), text, happened)


def sign_gate(state: State, command: SignGate, at: datetime) -> list[GateSigned]:
    """The named role signs that everything the gate asks for is met today."""
    gate = state.protocol.gates.get(command.gate)
    if gate is None:
        hint = nearest(command.gate, state.protocol.gates)
        raise Refused(Code.GATE_UNKNOWN, f"the protocol has no gate {command.gate!r}{hint}")
    still_running(state, f"signing gate {gate.code}")
    spoken_by(command.actor, gate.signed_by, f"signing gate {gate.code}")
    if not state.protocol.items[gate.before].repeatable:
        pending(state, gate.before)
    today = at.astimezone(state.zone).date()
    conditions_met(state, gate, today)
    signed = sign(
        command,
        meaning=gate.meaning,
        what=shown_at(state, gate, today),
        at=at,
        roles={gate.signed_by},
        name=f"gate {gate.code}",
    )
    _not_signed_just_so(state, gate, signed)
    return [GateSigned(gate.code, signed.meaning, signed.by, signed.role, at, signed.content)]


def _not_signed_just_so(state: State, gate: Gate, signed: Signed) -> None:
    """Refuse the same person's signature over the same findings of the same day: it says nothing more."""
    day = day_of(signed.signed_at, state.zone)
    for each in state.signatures.get(gate.code, ()):
        same = (each.by, each.content, day_of(each.signed_at, state.zone)) == (signed.by, signed.content, day)
        if same:
            when = each.signed_at.astimezone(state.zone).strftime("%H:%M")
            raise Refused(
                Code.SAME_SIGNER,
                f"{each.by} signed gate {gate.code} over the same findings at {when} today: a further "
                "signature needs a newer result, or is another person's",
            )


def _value(observation: Observation, stated: StatedResult, at: datetime, state: State) -> str:
    if observation.kind != "number" and stated.unit is not None:
        raise Refused(Code.UNKNOWN_UNIT, f"{observation.code} has no unit, {stated.unit!r} was given")
    match observation.kind:
        case "number":
            return _number(observation, stated)
        case "yes-no":
            return _one_of(observation, stated.value.lower(), _YES_NO)
        case "choice":
            return _one_of(observation, stated.value, {each: each for each in observation.choices})
        case "date":
            return _day(observation, stated.value, at.astimezone(state.zone).date())
        case _:
            assert_never(observation.kind)


def _number(observation: Observation, stated: StatedResult) -> str:
    if _NUMBER.fullmatch(stated.value) is None:
        raise Refused(
            Code.BAD_VALUE, f"{observation.code}: {stated.value!r} is not a number: write it as 72 or 0.5"
        )
    number = Decimal(stated.value) * _factor(observation, stated.unit)
    low, high = observation.lowest, observation.highest
    if (low is not None and number < low) or (high is not None and number > high):
        raise Refused(
            Code.BAD_VALUE,
            f"{observation.code}: {_measured(stated.value, stated.unit)} cannot be; possible is "
            f"{low} to {_measured(str(high), observation.unit)}",
        )
    return format(number.normalize(), "f") if number else "0"


def _measured(value: str, unit: str | None) -> str:
    return f"{value} {unit}" if unit else value


def _factor(observation: Observation, unit: str | None) -> Decimal:
    if unit is None:
        if observation.unit is None or len(observation.units) <= 1:
            return Decimal(1)
        known = ", ".join(observation.units)
        raise Refused(Code.UNKNOWN_UNIT, f"{observation.code} needs its unit, one of {known}")
    factor = Decimal(1) if unit == observation.unit else observation.units.get(unit)
    if factor is None:
        known = ", ".join(observation.units) or observation.unit or "none"
        raise Refused(Code.UNKNOWN_UNIT, f"{observation.code} is not measured in {unit!r}; known: {known}")
    return factor


def _one_of(observation: Observation, value: str, accepted: dict[str, str]) -> str:
    if value not in accepted:
        known = ", ".join(dict.fromkeys(accepted.values()))
        raise Refused(Code.BAD_VALUE, f"{observation.code}: {value!r} is not one of {known}")
    return accepted[value]


def _day(observation: Observation, value: str, today: date) -> str:
    if value == "never":
        return value
    try:
        day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or day.year < EARLIEST_YEAR:
        raise Refused(Code.BAD_VALUE, f"{observation.code}: {value!r} is not a day (2025-11-30) or 'never'")
    if day > today:
        raise Refused(Code.FUTURE_TIME, f"{observation.code}: {value} is in the future; today is {today}")
    return value
