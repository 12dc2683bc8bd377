"""docs/reference/roles.md: who may give which command, from domain/permissions.py."""

from __future__ import annotations

from collections.abc import Sequence

from console.words import ROLES
from domain.permissions import PERMISSIONS, Permission
from domain.roles import Role

_HEAD = """\
# Roles

Who may give which command. Where it says `by the document` the protocol itself names the role, for each gate,
decision or hold. What nobody but a reader needs (lists, exports, proofs) is not a command. This page is made
from `domain/permissions.py` by `make docs`.

"""


def role_page() -> str:
    """The roles, and the table of commands by roles."""
    people = [role for role in Role if role is not Role.SYSTEM]
    roles = "".join(f"| `{role.value}` | {ROLES[role][0]} | {ROLES[role][1]} |\n" for role in Role)
    named = " | ".join(ROLES[role][0] for role in people)
    head = f"\n| command | {named} |\n|---{'|---' * len(people)}|\n"
    rows = "".join(_row(kind, row, people) for kind, row in PERMISSIONS.items())
    return f"{_HEAD}| role | in words | 中文 |\n|---|---|---|\n{roles}{head}{rows}"


def _row(kind: str, row: Permission, people: Sequence[Role]) -> str:
    if row.by_document:
        cells = ["by the document", *("" for _ in people[1:])]
    else:
        cells = ["yes" if role in row.roles else "" for role in people]
    return f"| `{kind}` | {' | '.join(cells)} |\n"
