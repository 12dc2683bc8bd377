"""Verbs about safety reports: sent and withdrawn.

The rule that keeps it honest: a report is recorded with the time it was sent, however late that is typed.
"""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli import safety_options as opt
from console.cli.options import Asking, Participant, Reason
from console.cli.verb import verb

PANEL = "Follow safety"
app = typer.Typer(help="Record safety reports, sent and withdrawn.", no_args_is_help=True)


@verb(app, PANEL)
def sent(
    asking: Asking,
    participant: Participant,
    clock: opt.Clock,
    reference: Annotated[
        str,
        typer.Option("--reference", metavar="TEXT", help="Its number where it went.", show_default=False),
    ],
    on: Annotated[
        str | None,
        typer.Option(
            "--on", metavar="DAY", help="Site day it was sent, such as 2026-03-02.", show_default=False
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIME", help="Time it was sent: 2026-03-02T09:30+08:00.", show_default=False
        ),
    ] = None,
    replaces: Annotated[
        str | None,
        typer.Option("--replaces", metavar="REPORT", help="The report it corrects.", show_default=False),
    ] = None,
) -> None:
    """Record that a safety report was sent; its clock ends as of that time."""
    from console.cli.sending import moment, send

    when = moment(on, at)
    what = f"report for {clock} sent {when}"
    stated = {"clock": clock, "sent": when, "reference": reference, "replaces": replaces}
    send(asking, participant, "send_report", what, **stated)


@verb(app, PANEL)
def withdrawn(asking: Asking, participant: Participant, report: opt.Report, reason: Reason) -> None:
    """Record that a report no longer stands; where it is owed still, its clock runs again."""
    from console.cli.sending import send

    send(asking, participant, "withdraw_report", f"{report} withdrawn", report=report, reason=reason)
