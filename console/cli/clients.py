"""Verbs about programs that may use the API: client add, client list, client close."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import Local
from console.cli.verb import verb

PANEL = "Run"
app = typer.Typer(help="Say which programs may use the API.", no_args_is_help=True)

ClientId = Annotated[
    str, typer.Argument(metavar="CLIENT", help="Id as it goes on the record, no name.", show_default=False)
]


@verb(app, PANEL)
def add(
    local: Local,
    client: ClientId,
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="In which role it speaks.", show_default=False)
    ],
    study: Annotated[
        str | None,
        typer.Option("--only", metavar="STUDY", help="The one study it may see; left out: every study."),
    ] = None,
) -> None:
    """Let a program use the API, or give it another token; the token is shown once."""
    from console.cli.show_clients import add_client

    add_client(local, client, role, study)


@verb(app, PANEL, name="list")
def list_(local: Local) -> None:
    """List the programs that may use the API, and when each last did."""
    from console.cli.show_clients import show_clients

    show_clients(local)


@verb(app, PANEL)
def close(local: Local, client: ClientId) -> None:
    """Let a program use the API no longer; what it asked for stays on the record."""
    from console.cli.show_clients import close_client

    close_client(local, client)
