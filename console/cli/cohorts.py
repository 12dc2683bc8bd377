"""Verbs about simulated cohorts: play many studies, or one of them alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli.options import Local
from console.cli.verb import verb

PANEL = "Prove and recover"
app = typer.Typer(help="Studies played with simulated people.")

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="The cohort: a file of distributions.", show_default=False)
]
ProtocolName = Annotated[
    str,
    typer.Option(
        "--protocol", metavar="NAME", help="Protocol id, id:version, or a file.", show_default=False
    ),
]
SiteName = Annotated[
    str,
    typer.Option("--site", metavar="NAME", help="Site code, code:version, or a file.", show_default=False),
]
Starts = Annotated[str, typer.Option("--starts", metavar="DAY", help="Site day on which recruitment begins.")]
FIRST_DAY = "2026-01-05"
"""Not today: the same command says the same tomorrow."""


def _folder(name: str, what: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        name, metavar="DIR", help=f"Write {what} there.", show_default=False
    )
    return option


@verb(app, PANEL)
def simulate(  # noqa: PLR0913, PLR0917 - each is an option of the verb
    local: Local,
    file: File,
    protocol: ProtocolName,
    site: SiteName,
    studies: Annotated[int, typer.Option("--studies", metavar="N", min=1, help="How many studies.")] = 200,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, help="From which every study's own seed follows.")
    ] = 1,
    starts: Starts = FIRST_DAY,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            metavar="N",
            min=1,
            help="Processes at once; left out: one for each core. It changes no figure.",
            show_default=False,
        ),
    ] = None,
    csv: Annotated[Path | None, _folder("--csv", "tables as CSV, every study in a row,")] = None,
    svg: Annotated[Path | None, _folder("--svg", "the pictures as SVG")] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write a page with pictures and tables.", show_default=False
        ),
    ] = None,
) -> None:
    """Play many studies and tell durations, overdue load, holds, alerts and messages, with percentiles."""
    from console.cli.simulating import Files, simulate_studies
    from console.cli.simulating_place import placed

    simulate_studies(local, placed(file, protocol, site, starts), studies, seed, jobs, Files(csv, svg, html))


@verb(app, PANEL)
def play(
    local: Local,
    file: File,
    protocol: ProtocolName,
    site: SiteName,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            metavar="N",
            min=0,
            help="The study's own seed, as `studies.csv` or a failure names it.",
            show_default=False,
        ),
    ],
    starts: Starts = FIRST_DAY,
    events: Annotated[
        Path | None,
        typer.Option(
            "--events", metavar="FILE", help="Write every event too, as JSON lines.", show_default=False
        ),
    ] = None,
) -> None:
    """Play one study alone and tell its timeline."""
    from console.cli.playing_one import play_one
    from console.cli.simulating_place import placed

    play_one(local, placed(file, protocol, site, starts), seed, events)
