"""Words for the study's tests: cohorts whose infusions are spaced, and commands of the study.

The rule that keeps it honest: a builder states what people do and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain import Code, Refused
from domain import commands as cmd
from domain.roles import Actor, Role
from tests.domain.builders import SHANGHAI, at, protocol, rules
from tests.support.cohort import Cohort, ToldOf
from tests.support.lives import Teller

FIRST = date(2026, 1, 5)
"""Consent of the first participant; the infusion is 42 days later, on 2026-02-16."""
MEANING = "I have reviewed the grounds of this hold and the study may go on"


def code(number: int) -> str:
    return f"EX02-{number:03}"


def cohort() -> Cohort:
    """The first trial at the plain test site, with nobody in it."""
    return Cohort(rules())


def until(number: int, consent: date, last: str = "infusion") -> Iterator[ToldOf]:
    """A participant's way up to and including `last`: an item, or a gate's code."""
    teller = Teller(protocol(), SHANGHAI, code(number))
    for moment, command in teller.until_infusion(consent):
        yield moment, teller.participant, command
        if last in (getattr(command, "item", None), getattr(command, "gate", None)):
            return


def infused(days: int = 14, people: int = 1) -> Cohort:
    """So many participants infused so many days apart, from 2026-02-16 on."""
    world = cohort()
    told: list[ToldOf] = []
    for number in range(people):
        told += until(number + 1, FIRST + timedelta(days=days * number))
    return world.play(told)


def say(kind: str, role: Role = Role.INVESTIGATOR, **fields: Any) -> cmd.Command:
    """A command in its JSON shape, said by the first person of a role."""
    actor = {"id": f"{role.value}-1", "role": role.value}
    return cmd.parse_command({"kind": kind, "actor": actor, **fields})


def hold(reason: str = "an unexpected event elsewhere") -> cmd.Command:
    return say("place_hold", reason=reason)


def lift(
    code_: str = "hold-1", role: Role = Role.SPONSOR, meaning: str = MEANING, **more: Any
) -> cmd.Command:
    return say("lift_hold", role, hold=code_, reason="reviewed", meaning=meaning, **more)


def died(number: int, day: str) -> tuple[str, cmd.Command]:
    body = {"end": "died", "happened": day, "reason": "sepsis"}
    return code(number), say("end_participation", Role.COORDINATOR, **body)


def refused(world: Cohort, who: str, command: cmd.Command, moment: datetime, code_: Code, *says: str) -> None:
    """The command is refused with this code and these words, and neither stream has moved."""
    world.run(moment)
    before = world.study, dict(world.states)
    with pytest.raises(Refused) as told:
        world.when(who, command, moment)
    assert told.value.code is code_, told.value
    assert all(part in told.value.text for part in says), told.value.text
    assert (world.study, world.states) == before, "a refusal moved something"


def asked_of_study() -> list[cmd.Command]:
    """Every command of the study, once."""
    return [
        say("set_recruitment", recruitment="paused", reason="full"),
        hold(),
        lift(),
        say("decide_treatment", participant=code(1), treatment="proceed", reason="marrow is empty"),
        say("record_meeting", meeting="safety_review_1", happened="2026-02-16", outcome="go on"),
        say("return_turn", participant=code(1), reason="fever"),
    ]


__all__ = [
    "FIRST",
    "MEANING",
    "Actor",
    "asked_of_study",
    "at",
    "code",
    "cohort",
    "died",
    "hold",
    "infused",
    "lift",
    "refused",
    "say",
    "until",
]
