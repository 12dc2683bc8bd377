"""The verb that computes endpoints."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import Looking
from console.cli.verb import verb

PANEL = "See how things stand"
app = typer.Typer()

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="As the record knew it then: a time with its offset, or a site day (its end); left out: now.",
        show_default=False,
    ),
]
CountsOnly = Annotated[
    bool, typer.Option("--counts", help="Count only: no intervals and no curves, so no SciPy.")
]


@verb(app, PANEL)
def endpoints(
    looking: Looking,
    as_of: AsOf = None,
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

    show_endpoints(looking, as_of, why, counts_only=counts)
