"""docs/reference/cli.md: every verb of `dayzero` with its arguments and options, from console/cli."""

from __future__ import annotations

import html

import typer
from typer.cli import get_docs_for_click

from console.cli.app import app

_HEAD = """\
# Command line

`.venv/bin/dayzero VERB` works from any folder; `dayzero VERB --help` says the same as this page, which is
made from `console/cli` by `make docs`. How a command ends is said in [exit codes](exit-codes.md), what
`--json` prints in [JSON](json.md), what can be asked and refused in [commands](commands.md).

"""


def cli_page() -> str:
    """Every verb, in the order of the help, as the command line's own library describes it."""
    command = typer.main.get_command(app)
    described = get_docs_for_click(
        obj=command, ctx=typer.Context(command, info_name="dayzero"), name="dayzero"
    )
    # Written for a web page, with entities; ours is read as text too.
    body = html.unescape(described).replace("<br>", " ")
    return _HEAD + body.replace("\n## ", "\n### ").replace("# `dayzero`", "## `dayzero`", 1).rstrip() + "\n"
