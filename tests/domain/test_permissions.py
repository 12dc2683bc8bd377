"""The one table of who may ask for what is whole, and the golden copy of it is read by people (INV-22)."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain import Code, Refused
from domain.commands import COMMAND_KINDS
from domain.commands.asked import Asked
from domain.permissions import PERMISSIONS, kind_of, may_ask
from domain.roles import Actor, Role
from tests.domain.test_roles import ASKED

GOLDEN = Path(__file__).parent / "golden" / "permissions.txt"
CELLS = [(command, role) for command in ASKED for role in Role]


def table() -> list[str]:
    """A line for each command: its roles, or that the document names one."""
    return [
        f"{kind}: {'by the document' if row.by_document else ', '.join(sorted(row.roles))}"
        for kind, row in sorted(PERMISSIONS.items())
    ]


def test_every_command_has_its_row_and_no_row_is_left_over() -> None:
    """A new command cannot be given by anybody until somebody has said by whom."""
    assert set(PERMISSIONS) == set(COMMAND_KINDS)


def test_the_table_is_the_one_that_was_read() -> None:
    """A cell that changes is decided on purpose: the golden list is read by people."""
    if not GOLDEN.exists():
        GOLDEN.write_text("\n".join(table()) + "\n", encoding="utf-8")
        pytest.fail(f"wrote {GOLDEN.name}: read it, then run again")
    assert table() == GOLDEN.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("command", "role"), CELLS, ids=lambda each: getattr(each, "kind", str(each)))
def test_each_cell_lets_through_or_names_who_may(command: Asked, role: Role) -> None:
    """Every command by every role: let through to its answer, or refused naming the roles that may."""
    said = command.model_copy(update={"actor": Actor(id="somebody-1", role=role)})
    row = PERMISSIONS[kind_of(command)]
    if row.allows(role):
        may_ask(said)
        return
    with pytest.raises(Refused) as caught:
        may_ask(said)
    assert caught.value.code is Code.WRONG_ROLE
    assert all(each.value in caught.value.text for each in row.roles)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ENGINEER])
def test_readers_only_read(role: Role) -> None:
    """An auditor or an engineer gives no command but that time passes, whatever a document says of others."""
    given = {kind for kind, row in PERMISSIONS.items() if role in row.roles}
    assert given == {"reach_clock"}


def test_the_machine_can_do_nothing_but_let_time_pass() -> None:
    """The system records, answers and signs nothing."""
    assert [kind for kind, row in PERMISSIONS.items() if Role.SYSTEM in row.roles] == ["reach_clock"]
