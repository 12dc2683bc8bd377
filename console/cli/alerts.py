"""Verbs about alerts: alerts, ack, snooze."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import Alert, Asking, LookingBack, Reason
from console.cli.verb import verb

PANEL = "Alerts"
app = typer.Typer()


@verb(app, PANEL)
def alerts(
    looking: LookingBack,
    alert: Annotated[
        str | None,
        typer.Argument(metavar="[ALERT]", help="One alert, with its deliveries.", show_default=False),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    participant: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of one participant.", show_default=False)
    ] = None,
) -> None:
    """List open alerts with their rungs, or show one with what was sent to whom."""
    from console.cli.show_alerts import show_alerts, show_one_alert

    if alert is not None:
        show_one_alert(looking, alert)
    else:
        show_alerts(looking, participant, everything=everything)


@verb(app, PANEL)
def ack(asking: Asking, alert: Alert) -> None:
    """Answer an alert: its climb stops until the acknowledgement runs out."""
    from console.cli.sending import send

    send(asking, _participant(alert), "acknowledge_alert", f"{alert} acknowledged", alert=alert)


@verb(app, PANEL)
def snooze(
    asking: Asking,
    alert: Alert,
    until: Annotated[
        str,
        typer.Option(metavar="TIME", help="Silent until this time with its offset.", show_default=False),
    ],
    reason: Reason,
) -> None:
    """Silence an alert until a time, with a reason."""
    from console.cli.sending import send

    what = f"{alert} snoozed until {until}"
    send(asking, _participant(alert), "snooze_alert", what, alert=alert, until=until, reason=reason)


def _participant(alert: str) -> str:
    # An alert id begins with the participant's code.
    return alert.partition("/")[0]
