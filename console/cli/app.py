"""The command line put together: every verb in its panel.

The rule that keeps it honest: nothing heavy is imported here; `--help` must answer at once.
"""

from __future__ import annotations

from typing import NoReturn

import typer

from console.cli import (
    adverse_events,
    alerts,
    assessing,
    clients,
    cohorts,
    ending,
    endpoints,
    exporting,
    governing,
    looking,
    planning,
    product,
    product_bookings,
    protocol,
    proving,
    recording,
    replaying_verbs,
    reporting,
    running,
    seals,
    site,
    stories,
    study,
    users,
    webhooks,
)
from console.cli.exits import Exit
from console.cli.one_line import OneLine
from console.leaving import leave

app = typer.Typer(
    name="dayzero",
    cls=OneLine,
    help="Keep every participant of a trial on time: windows, alerts that climb, and the proof.",
    epilog="Exit codes: 0 fine, 1 refused, 2 usage, 3 overdue, 4 integrity, 5 no server, 6 outcome unknown.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for group in (running, looking, endpoints, alerts, recording, assessing, planning, ending, proving):
    app.add_typer(group.app)
NESTED = {
    "ae": adverse_events,
    "report": reporting,
    "product": product,
    "booking": product_bookings,
    "export": exporting,
    "protocol": protocol,
    "site": site,
    "study": study,
    "user": users,
    "client": clients,
    "webhook": webhooks,
    "replay": replaying_verbs,
    "story": stories,
    "cohort": cohorts,
    "seal": seals,
}
for name, nested in NESTED.items():
    app.add_typer(nested.app, name=name, rich_help_panel=nested.PANEL)
for name, ruled in governing.GROUPS.items():
    app.add_typer(ruled, name=name, rich_help_panel=governing.PANEL)


def main() -> NoReturn:
    """Run the command line and end the process."""
    try:
        app(prog_name="dayzero")
    except SystemExit as ended:
        leave(ended.code if isinstance(ended.code, int) else Exit.FINE)
    leave(Exit.FINE)
