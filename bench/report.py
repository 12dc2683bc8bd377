"""The table, for a terminal and for the repository.

The rule that keeps it honest: what was measured is written as it was measured, missed targets included.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from bench.figures import HEADINGS, Row

_WIDTH = 180
_BEFORE = """\
# Benchmarks

Made by `make bench`. [What the figures mean](../docs/explanation/performance.md), and which targets are
missed and why. The ratio is ours by the floor: the median of the rounds, with the least and the greatest in
brackets. Absolute figures are those of one machine; the ratios are what to compare.
"""


def print_table(title: str, rows: Iterable[Row]) -> None:
    """Show the rows in the terminal."""
    table = Table(*HEADINGS, title=title, title_justify="left")
    for row in rows:
        table.add_row(*(cell.replace("**", "") for cell in row.cells()))
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)


def written(machine: Mapping[str, str], rows: Sequence[Row]) -> str:
    """The report as Markdown."""
    promised = [row for row in rows if row.met is not None]
    kept = sum(1 for row in promised if row.met)
    lines = [_BEFORE, *(f"- {name}: {value}" for name, value in machine.items()), ""]
    lines += [f"{kept} of {len(promised)} promised figures are met.", ""]
    lines += [_line(HEADINGS), _line("---" for _ in HEADINGS), *(_line(row.cells()) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
