"""Verbs about who may sign in to the web console: user add, list, log, unlock, close."""

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


Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept with what is done.")]


@verb(app, PANEL)
def add(
    local: Local,
    user: UserId,
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="In which role they speak.", show_default=False)
    ],
    administers: Annotated[
        bool | None,
        typer.Option(
            "--administers/--administers-not",
            help="Whether they open and close users in the console. Not said: as it was.",
            show_default=False,
        ),
    ] = None,
    email: Annotated[
        str | None,
        typer.Option(
            "--email",
            metavar="ADDRESS",
            help="The identity provider knows them by this verified address: no password.",
            show_default=False,
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(
            "--subject",
            metavar="SUB",
            help="The identity provider of the settings knows them by this subject: no password.",
            show_default=False,
        ),
    ] = None,
    reason: Why = "at the command line",
) -> None:
    """Let somebody sign in, or give them another password or role; asks for the password, or reads stdin."""
    from console.cli.adding_users import Wanted, add_user

    add_user(local, Wanted(user, role, administers, email, subject, reason))


@verb(app, PANEL, name="list")
def list_(local: Local) -> None:
    """List who may sign in, and in which role."""
    from console.cli.show_users import show_users

    show_users(local)


@verb(app, PANEL)
def log(
    local: Local,
    user: Annotated[
        str | None, typer.Argument(metavar="[USER]", help="Of whom; left out: of all.", show_default=False)
    ] = None,
) -> None:
    """List what was done about users, by whom, when and why, the newest first; `verify` proves it."""
    from console.cli.show_users import show_log

    show_log(local, user)


@verb(app, PANEL)
def unlock(local: Local, user: UserId, reason: Why = "at the command line") -> None:
    """Let somebody who failed too often try again at once."""
    from console.cli.show_users import unlock_user

    unlock_user(local, user, reason)


@verb(app, PANEL)
def close(local: Local, user: UserId, reason: Why = "at the command line") -> None:
    """Let somebody sign in no longer; what they did stays as it is, and they are signed out at once."""
    from console.cli.show_users import close_user

    close_user(local, user, reason)
