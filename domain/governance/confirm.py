"""A person classes a deviation.

The rule that keeps it honest: the class is signed over the deviation as it stands; saying otherwise than the
protocol's rules, or than before, needs a reason.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.answers.checks import nearest
from domain.commands.governance import ConfirmDeviation
from domain.events.governance import DeviationConfirmed
from domain.permissions import PERMISSIONS
from domain.refusal import Code, Refused
from domain.signing import sign
from domain.state import Deviation, State


def confirm_deviation(state: State, command: ConfirmDeviation, at: datetime) -> list[DeviationConfirmed]:
    """The deviation is minor or important, says somebody who may.

    Raises:
        Refused: no such open deviation, no reason where one is needed, or a signature that does not hold.
    """
    deviation = open_deviation(state, command.deviation)
    before = state.governance.rulings.get(deviation.deviation)
    if before is not None and before.classed == command.classed:
        raise Refused(
            Code.SAME_FACT,
            f"{deviation.deviation} is classed {before.classed} already, by {before.signed.by}",
        )
    otherwise = before.classed if before is not None else deviation.suggested
    if otherwise is not None and otherwise != command.classed and command.reason is None:
        said = "it was classed" if before is not None else "the protocol's rules say"
        raise Refused(
            Code.MALFORMED, f"{deviation.deviation}: {said} {otherwise}; state why it is {command.classed}"
        )
    signed = sign(
        command,
        meaning=meaning_of(command.classed),
        what=confirmed_content(state, deviation, command.classed),
        at=at,
        roles=PERMISSIONS["confirm_deviation"].roles,
        name=f"the class of {deviation.deviation}",
    )
    return [
        DeviationConfirmed(deviation.deviation, command.classed, signed, deviation.suggested, command.reason)
    ]


def meaning_of(classed: str) -> str:
    """The words in which a class is signed."""
    return f"I have reviewed this deviation and class it as {classed}"


def confirmed_content(state: State, deviation: Deviation, classed: str) -> dict[str, Any]:
    """What somebody who classes a deviation has to have seen, as JSON values."""
    return {
        "participant": state.participant,
        "deviation": deviation.deviation,
        "item": deviation.item,
        "kind": deviation.kind,
        "detail": deviation.detail,
        "classed": classed,
    }


def open_deviation(state: State, name: str) -> Deviation:
    """The open deviation of that name.

    Raises:
        Refused: there is none, or it is closed.
    """
    known = {each.deviation: each for each in state.deviations.values()}
    if name in known:
        return known[name]
    for each in state.settled_deviations:
        if each.deviation == name:
            raise Refused(
                Code.UNKNOWN_DEVIATION, f"deviation {name} is closed ({each.closed_why}): nothing to class"
            )
    raise Refused(
        Code.UNKNOWN_DEVIATION, f"{state.participant} has no deviation {name!r}{nearest(name, known)}"
    )
