"""Verbs that book: make, move and cancel a booking, and slip, which says what would move."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.exits import Exit, Stopped
from console.cli.options import Asking, At, Item, Looking, MaybeReason, On, Participant, Reason
from console.cli.verb import verb

PANEL = "Plan and correct"
app = typer.Typer(help="Book what a participant needs, and see what slips.", no_args_is_help=True)

Resource = Annotated[
    str, typer.Argument(metavar="RESOURCE", help="Resource code, such as bed.", show_default=False)
]
Preview = Annotated[bool, typer.Option("--preview", help="Only say what would move; nothing is saved.")]
Accept = Annotated[
    str | None,
    typer.Option("--accept", metavar="TEXT", help="Why what does not fit is taken.", show_default=False),
]


@verb(app, PANEL)
def make(
    asking: Asking,
    participant: Participant,
    resource: Resource,
    on: On = None,
    at: At = None,
    accept: Accept = None,
    preview: Preview = False,
) -> None:
    """Book a resource; its item's appointment is set to that time."""
    from console.cli.sending import moment, send

    starts = moment(on, at)
    if preview:
        _previewed(asking, participant, resource, starts)
        return
    what = f"{resource} booked for {starts}"
    send(asking, participant, "book_resource", what, resource=resource, starts=starts, accepted=accept)


@verb(app, PANEL)
def move(
    asking: Asking,
    participant: Participant,
    resource: Resource,
    on: On = None,
    at: At = None,
    reason: MaybeReason = None,
    accept: Accept = None,
    preview: Preview = False,
) -> None:
    """Move a booking, with the reason; say --preview first to see what slips with it."""
    from console.cli.sending import moment, send

    starts = moment(on, at)
    if preview:
        _previewed(asking, participant, resource, starts)
        return
    if reason is None:
        raise Stopped(Exit.USAGE, "moving a booking needs --reason; --preview needs none")
    send(
        asking,
        participant,
        "move_booking",
        f"{resource} moved to {starts}",
        resource=resource,
        starts=starts,
        reason=reason,
        accepted=accept,
    )


@verb(app, PANEL)
def cancel(asking: Asking, participant: Participant, resource: Resource, reason: Reason) -> None:
    """Give a booking back; the appointment of its item stays."""
    from console.cli.sending import send

    what = f"booking of {resource} cancelled"
    send(asking, participant, "cancel_booking", what, resource=resource, reason=reason)


@verb(app, PANEL)
def slip(looking: Looking, participant: Participant, item: Item, on: On = None, at: At = None) -> None:
    """Say what would slip if the appointment of an item moved there; nothing is saved."""
    from console.cli.sending import moment
    from console.cli.show_product import show_slip

    show_slip(looking, participant, item, moment(on, at), booking=False)


def _previewed(asking: Asking, participant: str, resource: str, starts: str) -> None:
    from console.cli.show_product import show_slip

    said = Looking(study=asking.study, as_json=asking.as_json)
    show_slip(said, participant, resource, starts, booking=True)
