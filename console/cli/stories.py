"""Verbs about stories: run them, make one from a record or a protocol, see what none of them reaches."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli.options import Local, Participant
from console.cli.replaying_verbs import Archive, StoreUrl
from console.cli.verb import verb

PANEL = "Prove and recover"
app = typer.Typer(help="Timelines told as readable files, played in virtual time.")

Paths = Annotated[list[Path], typer.Argument(metavar="FILE|DIR...", help="Story files, or folders of them.")]
Protocols = Annotated[
    Path | None,
    typer.Option(
        "--protocols",
        metavar="DIR",
        help="Protocol documents; left out: those delivered.",
        show_default=False,
    ),
]
Sites = Annotated[
    Path | None,
    typer.Option(
        "--sites", metavar="DIR", help="Site documents; left out: those delivered.", show_default=False
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Where to write it; left out: print it."),
]


@verb(app, PANEL)
def run(
    local: Local,
    paths: Paths,
    server: Annotated[
        bool,
        typer.Option("--server", help="Play them on an embedded Temporal server too, in virtual time."),
    ] = False,
    protocols: Protocols = None,
    sites: Sites = None,
) -> None:
    """Play stories on the pure core and tell each step that does not come out as told, with its line."""
    from console.cli.telling_stories import run_stories, shelf_of

    run_stories(local, paths, shelf_of(protocols, sites), on_server=server)


@verb(app, PANEL)
def new(
    local: Local,
    protocol: Annotated[
        str,
        typer.Argument(
            metavar="PROTOCOL",
            help="Protocol id (its first version), id:version, or a YAML file.",
            show_default=False,
        ),
    ],
    output: Output = None,
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            metavar="SITE",
            help="Site code or YAML file; left out: a plain one.",
            show_default=False,
        ),
    ] = None,
    day0: Annotated[
        str | None,
        typer.Option(
            "--day0",
            metavar="DATE",
            help="The day that days are counted from, 2026-03-02; left out: as it falls.",
            show_default=False,
        ),
    ] = None,
    protocols: Protocols = None,
    sites: Sites = None,
) -> None:
    """Write a new story in which somebody passes a protocol as it is planned, ready to be changed."""
    from console.cli.beginning_stories import begin_story
    from console.cli.telling_stories import shelf_of

    begin_story(local, protocol, output, site, day0, shelf_of(protocols, sites))


@verb(app, PANEL)
def record(
    local: Local,
    participant: Participant,
    output: Output = None,
    study: Annotated[
        str | None, typer.Option("--study", metavar="CODE", help="Study; left out: the only one.")
    ] = None,
    store: StoreUrl = None,
    archive: Archive = None,
    protocols: Protocols = None,
    sites: Sites = None,
) -> None:
    """Make a pseudonymised story of a participant on record; it is played before it is written."""
    from console.cli.making_stories import record_participant
    from console.cli.telling_stories import shelf_of

    record_participant(local, participant, study, (store, archive), output, shelf_of(protocols, sites))


@verb(app, PANEL)
def coverage(local: Local, paths: Paths, protocols: Protocols = None, sites: Sites = None) -> None:
    """Show which events, refusals, stages and rules of the protocols no story reaches."""
    from console.cli.telling_stories import shelf_of, show_coverage

    show_coverage(local, paths, shelf_of(protocols, sites))
