"""Verbs that end a participation: withdraw, death, end."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import Asking, At, On, Participant, Reason
from console.cli.verb import verb

PANEL = "End a participation"
ENDS = "screen_failure, manufacturing_failure, lost_to_follow_up, discontinued, withdrawn or died"
app = typer.Typer()


@verb(app, PANEL)
def withdraw(asking: Asking, participant: Participant, reason: Reason, on: On = None, at: At = None) -> None:
    """Record that the participant withdrew."""
    _end(asking, participant, "withdrawn", reason, on, at)


@verb(app, PANEL)
def death(asking: Asking, participant: Participant, reason: Reason, on: On = None, at: At = None) -> None:
    """Record that the participant died."""
    _end(asking, participant, "died", reason, on, at)


@verb(app, PANEL)
def end(
    asking: Asking,
    participant: Participant,
    how: Annotated[str, typer.Argument(metavar="HOW", help=f"One of {ENDS}.", show_default=False)],
    reason: Reason,
    on: On = None,
    at: At = None,
) -> None:
    """Record another end of the participation."""
    _end(asking, participant, how, reason, on, at)


def _end(asking: Asking, participant: str, how: str, reason: str, on: str | None, at: str | None) -> None:
    from console.cli.sending import moment, send

    happened = moment(on, at)
    what = f"participation ended ({how.replace('_', ' ')}) on {happened}"
    send(asking, participant, "end_participation", what, end=how, happened=happened, reason=reason)
