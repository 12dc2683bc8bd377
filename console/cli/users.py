"""Verbs about who may sign in to the web console: user add, user list, user close."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import Local
from console.cli.verb import verb

PANEL = "Run"
app = typer.Typer(help="Say who may sign in to the web console.", no_args_is_help=True)

UserId = Annotated[
    str, typer.Argument(metavar="USER", help="Id as it goes on the record, no name.", show_default=False)
]


@verb(app, PANEL)
def add(
    local: Local,
    user: UserId,
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="In which role they speak.", show_default=False)
    ],
) -> None:
    """Let somebody sign in, or give them another password or role; asks for the password, or reads stdin."""
    from console.cli.show_users import add_user

    add_user(local, user, role)


@verb(app, PANEL, name="list")
def list_(local: Local) -> None:
    """List who may sign in, and in which role."""
    from console.cli.show_users import show_users

    show_users(local)


@verb(app, PANEL)
def close(local: Local, user: UserId) -> None:
    """Let somebody sign in no longer; what they did stays as it is, and they are signed out at once."""
    from console.cli.show_users import close_user

    close_user(local, user)
