"""Verbs that replay: replay itself over histories and streams, and `replay rules` over every decision."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli.options import Local
from console.cli.verb import bare_verb, verb

PANEL = "Prove and recover"
app = typer.Typer()

StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="Another store, such as a copy of production; it is only read.",
        show_default=False,
    ),
]
Archive = Annotated[
    Path | None,
    typer.Option(
        "--archive", metavar="FILE", help="An exported archive instead of a store.", show_default=False
    ),
]


@bare_verb(app)
def replay(
    local: Local,
    directory: Annotated[
        Path | None,
        typer.Option(
            "--directory",
            metavar="DIR",
            help="Stored histories (JSON) instead of live ones.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Replay every workflow history against this code, as deployed and watched, and fold all streams."""
    from console.cli.replaying import replay_all

    replay_all(local, directory)


@verb(app, PANEL)
def rules(
    local: Local,
    store: StoreUrl = None,
    archive: Archive = None,
    accepted: Annotated[
        Path | None,
        typer.Option(
            "--accepted", metavar="FILE", help="Differences somebody judged right.", show_default=False
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page for people too.", show_default=False),
    ] = None,
    propose: Annotated[
        Path | None,
        typer.Option(
            "--propose",
            metavar="FILE",
            help="Write entries for what is not accepted; each wants its reason.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Decide every recorded command again with this code and name each event that would be different."""
    from console.cli.replaying_rules import Files, replay_record

    replay_record(local, store, archive, Files(accepted, html, propose))
