"""The command line put together: every verb in its panel.

The rule that keeps it honest: nothing heavy is imported here; `--help` must answer at once.
"""

from __future__ import annotations

import typer

from console.cli import alerts, ending, looking, planning, recording

app = typer.Typer(
    name="dayzero",
    help="Keep every participant of a trial on time: windows, alerts that climb, and the proof.",
    epilog="Exit codes: 0 fine, 1 refused, 2 usage, 3 overdue, 4 integrity, 5 no server, 6 outcome unknown.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for group in (looking, alerts, recording, planning, ending):
    app.add_typer(group.app)


def main() -> None:
    """Run the command line."""
    app(prog_name="dayzero")
