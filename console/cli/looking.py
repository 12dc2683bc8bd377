"""Verbs that show how things stand: status, today, timeline, explain, commands."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import Item, LookingBack, MaybeParticipant, Participant
from console.cli.verb import verb

PANEL = "See how things stand"
app = typer.Typer()


@verb(app, PANEL)
def today(
    looking: LookingBack,
    days: Annotated[int, typer.Option(min=0, max=3660, help="How far ahead to look for openings.")] = 14,
) -> None:
    """Show what waits: alerts to answer, open windows by days left, windows opening next."""
    from console.cli.show_today import show_today

    show_today(looking, days)


@verb(app, PANEL)
def status(
    looking: LookingBack,
    participant: MaybeParticipant = None,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 3 when something is overdue and unanswered.")
    ] = False,
) -> None:
    """List participants, or show one with every item, gate, alert and deviation."""
    from console.cli.show_status import show_one, show_participants

    if participant is not None:
        show_one(looking, participant, check=check)
    else:
        show_participants(looking, check=check)


@verb(app, PANEL)
def timeline(
    looking: LookingBack,
    participant: Participant,
    everything: Annotated[bool, typer.Option("--all", help="Years ahead too, and every event.")] = False,
) -> None:
    """Draw a participant's windows and what happened, and list the events."""
    from console.cli.show_timeline import show_timeline

    show_timeline(looking, participant, everything=everything)


@verb(app, PANEL)
def explain(looking: LookingBack, participant: Participant, item: Item) -> None:
    """Say why an item's dates are what they are: anchor, rule, source, zone, every record."""
    from console.cli.show_explanation import show_explanation

    show_explanation(looking, participant, item)


@verb(app, PANEL)
def commands(
    looking: LookingBack,
    participant: MaybeParticipant = None,
    refused: Annotated[bool, typer.Option("--refused", help="Only the refused ones.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
) -> None:
    """Show the audit trail: every command asked, refused ones with the reason, newest first."""
    from console.cli.show_commands import show_commands

    show_commands(looking, participant, refused_only=refused, limit=limit)
