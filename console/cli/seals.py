"""Verbs that seal: seal key, seal make."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli.options import Local
from console.cli.verb import verb

PANEL = "Prove and recover"
app = typer.Typer(help="Seal what the record is now, to be kept elsewhere.", no_args_is_help=True)


@verb(app, PANEL)
def key(
    local: Local,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Where the secret key goes; it must not exist.", show_default=False
        ),
    ],
) -> None:
    """Make a pair of keys: the secret one into a file, the public one printed."""
    from console.cli.sealing import make_key

    make_key(local, file)


@verb(app, PANEL)
def make(
    local: Local,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="Append the line to this file.", show_default=False),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            "--channel", metavar="NAME", help="Send the line through this channel too.", show_default=False
        ),
    ] = None,
) -> None:
    """Seal a checkpoint of the record as it stands, signed with DAYZERO_SEAL_KEY."""
    from console.cli.sealing import seal_now

    seal_now(local, to, channel)
