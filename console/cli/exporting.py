"""Verbs that export: export jsonl, export csv, export endpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli.endpoints import CountsOnly
from console.cli.options import Looking, LookingBack
from console.cli.verb import verb

PANEL = "Export"
app = typer.Typer(help="Export the record, tables of how things stand, or endpoints.", no_args_is_help=True)

To = Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder to write into; made if absent.")]


@verb(app, PANEL)
def jsonl(looking: Looking, to: To = Path("export")) -> None:
    """Write the whole record as JSON Lines with its hash chains, and the script that verifies it."""
    from console.cli.show_export import export_archive

    export_archive(looking, to)


@verb(app, PANEL)
def csv(looking: LookingBack, to: To = Path("export")) -> None:
    """Write participants, items with their standing, alerts and deviations as CSV."""
    from console.cli.show_export import export_tables

    export_tables(looking, to)


@verb(app, PANEL)
def endpoints(looking: LookingBack, to: To = Path("export"), counts: CountsOnly = False) -> None:
    """Write endpoints with everybody's place and the survival curves, as CSV and as JSON Lines."""
    from console.cli.show_export import export_endpoints

    export_endpoints(looking, to, counts_only=counts)
