"""Verbs about protocol documents: protocol check, show, schema."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import Lang, Local
from console.cli.verb import verb

PANEL = "Documents"
app = typer.Typer(help="Check, show and describe protocol documents.", no_args_is_help=True)

Document = Annotated[
    str,
    typer.Argument(metavar="PROTOCOL", help="Protocol id, id:version, or a YAML file.", show_default=False),
]
Documents = Annotated[
    list[str],
    typer.Argument(metavar="PROTOCOL...", help="Protocol ids or YAML files.", show_default=False),
]


@verb(app, PANEL)
def check(local: Local, protocol: Documents) -> None:
    """Say every problem of a document with file, line, field and what would be right."""
    from console.cli.documents import check_documents, found_protocol
    from protocols.reading import problems_in

    check_documents(local, protocol, found_protocol, problems_in)


@verb(app, PANEL)
def show(local: Local, protocol: Document, lang: Lang = "en") -> None:
    """Show stages, items with windows and sources, gates, ladders and the content hash."""
    from console.cli.show_documents import show_protocol

    show_protocol(local, protocol, lang)


@verb(app, PANEL)
def schema(_local: Local) -> None:
    """Print the JSON Schema of a protocol document."""
    from console.cli.printing import print_json
    from protocols.reading import json_schema

    print_json(json_schema())
