"""Verbs about site documents: site check, show."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import Lang, Local
from console.cli.verb import verb

PANEL = "Documents"
app = typer.Typer(help="Check and show site documents.", no_args_is_help=True)

Document = Annotated[
    str, typer.Argument(metavar="SITE", help="Site code, code:version, or a YAML file.", show_default=False)
]
Documents = Annotated[
    list[str], typer.Argument(metavar="SITE...", help="Site codes or YAML files.", show_default=False)
]


@verb(app, PANEL)
def check(local: Local, site: Documents) -> None:
    """Say every problem of a document with file, line, field and what would be right."""
    from console.cli.documents import check_documents, found_site
    from sites.reading import problems_in

    check_documents(local, site, found_site, problems_in)


@verb(app, PANEL)
def show(
    local: Local,
    site: Document,
    runs: Annotated[
        str | None,
        typer.Option(
            "--runs", metavar="PROTOCOL", help="Say whether it can run this one.", show_default=False
        ),
    ] = None,
    lang: Lang = "en",
) -> None:
    """Show zone, hours, holidays, contacts and rota."""
    from console.cli.show_documents import show_site

    show_site(local, site, runs, lang)
