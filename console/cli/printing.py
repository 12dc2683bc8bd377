"""Printing: JSON for programs, tables for people.

The rule that keeps it honest: JSON is exactly the documented shape; text from the record is shown as plain
characters, whatever was typed into it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from console.cli.verb import plain
from console.words import STANDINGS, Language, said

_STYLES = {
    "overdue": "bold red",
    "past target": "yellow",
    "open": "bold green",
    "missed": "red",
    "stale": "magenta",
    "done outside window": "yellow",
    "projected": "dim",
    "not applicable": "dim",
    "not due": "dim",
}


def print_json(value: object) -> None:
    """One JSON document on stdout; instants in UTC."""
    form = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
    sys.stdout.write(form.decode())


def print_line(text: str = "", style: str = "") -> None:
    """One line of text, never cut and never read as markup."""
    _console().print(Text(plain(text), style=style), soft_wrap=True)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
    """A table of plain cells; a cell given as `Text` keeps its style."""
    headed = any(columns)
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False, show_header=headed)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row))
    _console().print(table)


def standing_cell(standing: str, language: Language) -> Text:
    """How an item stands, in words and in its colour."""
    return Text(said(STANDINGS, standing, language), style=_STYLES.get(standing, ""))


def width() -> int:
    """Columns to write in."""
    return _console().width


def _console() -> Console:
    # Made anew each time: stdout may be another one than a moment ago.
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_piped_width())


def _piped_width() -> int:
    # A pipe has no width of its own; a narrow guess would break the lines that others search.
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdigit() and int(columns) > 0 else 160
