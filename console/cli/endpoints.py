"""The verb that computes endpoints."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import LookingBack
from console.cli.verb import verb

PANEL = "See how things stand"
app = typer.Typer()

CountsOnly = Annotated[
    bool, typer.Option("--counts", help="Count only: no intervals and no curves, so no SciPy.")
]


@verb(app, PANEL)
def endpoints(
    looking: LookingBack,
    why: Annotated[
        str | None,
        typer.Option(
            "--why",
            metavar="CODE",
            help="One endpoint, with every participant and the events behind.",
            show_default=False,
        ),
    ] = None,
    counts: CountsOnly = False,
) -> None:
    """Compute the protocol's endpoints: counts, exact intervals, survival, and who is behind each figure."""
    from console.cli.show_endpoints import show_endpoints

    show_endpoints(looking, why, counts_only=counts)
