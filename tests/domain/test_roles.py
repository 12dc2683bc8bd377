"""Who may speak: the machine lets time pass, readers read, people record in their own role (INV-22)."""

from __future__ import annotations

import pytest

from domain import Code
from domain.commands import COMMAND_TYPES, Asked, ReachClock
from domain.permissions import PERMISSIONS, kind_of
from domain.roles import Actor, Role
from tests.domain.amended import amend
from tests.domain.builders import (
    COORDINATOR,
    acknowledge,
    at,
    clock,
    correct,
    decided,
    end,
    excuse,
    followed,
    miss,
    plan,
    progressed,
    record,
    register,
    result,
    sign,
    snooze,
    unscheduled,
)
from tests.domain.product.everything import ASKED as ASKED_OF_PRODUCTS
from tests.domain.ruling import confirm, grant, refuse, request
from tests.domain.safety.lives import asked_of_safety
from tests.domain.spec import given
from tests.domain.study.words import asked_of_study

NOW = at("2026-05-11 09:00")
ASKED: list[Asked] = [
    register(),
    result("ecog", "1"),
    sign("eligibility", by=COORDINATOR),
    record("D60", "2026-05-08"),
    unscheduled("2026-05-08"),
    plan("D60", "2026-05-12"),
    excuse("D90"),
    miss("D60"),
    decided("course", "switch", "2026-05-08", by=COORDINATOR),
    progressed("2026-05-08"),
    end("withdrawn", "2026-05-08"),
    correct("D28", "2026-03-31"),
    amend(),
    confirm(),
    request(),
    grant(),
    refuse(),
    *asked_of_safety(),
    *ASKED_OF_PRODUCTS,
    *asked_of_study(),
    acknowledge("D60/overdue"),
    snooze("D60/overdue", at("2026-05-12")),
    clock(),
]
BY_THE_DOCUMENT = {"sign_gate": {Role.INVESTIGATOR}}
"""The role the first protocol names, where the role is what stands in the way and nothing before it."""


def test_every_command_is_in_the_table() -> None:
    """A new command cannot be forgotten here."""
    assert {type(each) for each in ASKED} == set(COMMAND_TYPES)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("command", ASKED, ids=lambda each: each.kind)
def test_each_role_may_ask_what_is_its_own(role: Role, command: Asked) -> None:
    """Every cell of roles by commands: the role is wrong, or it is not what stands in the way."""
    said = command.model_copy(update={"actor": Actor(id=f"{role.value.replace('_', '-')}-1", role=role)})
    story = given(followed()).when(said, NOW)  # type: ignore[arg-type]
    refused_for_role = story.refusal is not None and story.refusal.code is Code.WRONG_ROLE
    assert refused_for_role is not _allowed(role, command)


def _allowed(role: Role, command: Asked) -> bool:
    row = PERMISSIONS[kind_of(command)]
    if row.by_document:
        return role in BY_THE_DOCUMENT.get(kind_of(command), set(Role))
    return role in row.roles


def test_the_machine_only_lets_time_pass() -> None:
    """The system's own actor can answer, record and sign nothing."""
    machine = ReachClock.model_fields["kind"].default
    assert machine == "reach_clock"
    story = given(followed()).when(
        record("D60", "2026-05-08", by=Actor(id="day-zero", role=Role.SYSTEM, method="timer")), NOW
    )
    story.refused(Code.WRONG_ROLE, "day-zero speaks as system")
