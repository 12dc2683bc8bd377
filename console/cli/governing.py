"""Verbs about amendments, prior approvals and deviations."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.options import (
    Asking,
    At,
    Local,
    Looking,
    MaybeParticipant,
    MaybeReason,
    On,
    Participant,
    Reason,
)
from console.cli.options import Item as ItemCode
from console.cli.verb import verb

PANEL = "Amendments, approvals, deviations"
amendment = typer.Typer(help="Compare, preview and apply protocol versions.", no_args_is_help=True)
approval = typer.Typer(help="Ask beforehand for visits outside their windows.", no_args_is_help=True)
deviation = typer.Typer(help="List deviations and class them.", no_args_is_help=True)
GROUPS = {"amendment": amendment, "approval": approval, "deviation": deviation}

Document = Annotated[
    str,
    typer.Argument(metavar="PROTOCOL", help="Protocol id, id:version, or a YAML file.", show_default=False),
]
Version = Annotated[
    str, typer.Argument(metavar="VERSION", help="Published version, such as 2.0.", show_default=False)
]
Name = Annotated[
    str,
    typer.Argument(metavar="APPROVAL", help="Its name, such as D60/approval.", show_default=False),
]
Yes = Annotated[bool, typer.Option("--yes", help="Sign without being asked.")]


@verb(amendment, PANEL)
def diff(local: Local, old: Document, new: Document) -> None:
    """Show what one protocol version changes against another."""
    from console.cli.show_governing import show_diff

    show_diff(local, old, new)


@verb(amendment, PANEL)
def preview(
    looking: Looking, participant: Participant, version: Version, on: On = None, at: At = None
) -> None:
    """Show what applying a version would change for a participant; nothing is saved."""
    from console.cli.show_governing import show_preview

    show_preview(looking, participant, version, on if on is not None else at)


@verb(amendment, PANEL)
def apply(asking: Asking, participant: Participant, version: Version, on: On = None, at: At = None) -> None:
    """Move a participant to a published version they consented to; state when with --on or --at."""
    from console.cli.sending import moment, send

    consented = moment(on, at) if on is not None or at is not None else None
    what = f"version {version} applied" + (f", consent on {consented}" if consented else "")
    send(asking, participant, "apply_amendment", what, version=version, consented=consented)


@verb(approval, PANEL, name="list")
def list_approvals(looking: Looking, participant: MaybeParticipant = None) -> None:
    """List what was asked for and how it was answered."""
    from console.cli.show_governing import show_approvals

    show_approvals(looking, participant)


@verb(approval, PANEL)
def request(
    asking: Asking, participant: Participant, item: ItemCode, reason: Reason, on: On = None, at: At = None
) -> None:
    """Ask beforehand to do a visit outside its window on a planned day."""
    from console.cli.sending import moment, send

    planned = moment(on, at)
    what = f"approval asked for {item} on {planned}"
    send(asking, participant, "request_approval", what, item=item, planned=planned, reason=reason)


@verb(approval, PANEL)
def grant(asking: Asking, participant: Participant, name: Name, yes: Yes = False) -> None:
    """Approve by signature; shows what was asked for and asks first."""
    from console.cli.sending import send
    from console.cli.signing_rulings import approved_words

    words, content = approved_words(asking, participant, name, yes=yes)
    what = f"{name} granted"
    send(asking, participant, "grant_approval", what, approval=name, meaning=words, content=content)


@verb(approval, PANEL)
def refuse(asking: Asking, participant: Participant, name: Name, reason: Reason) -> None:
    """Say no, with a reason."""
    from console.cli.sending import send

    send(asking, participant, "refuse_approval", f"{name} refused", approval=name, reason=reason)


@verb(deviation, PANEL, name="list")
def list_deviations(looking: Looking, participant: MaybeParticipant = None) -> None:
    """List deviations, closed ones included, with suggested and signed classes and approvals."""
    from console.cli.show_governing import show_deviations

    show_deviations(looking, participant)


@verb(deviation, PANEL)
def confirm(
    asking: Asking,
    participant: Participant,
    name: Annotated[
        str, typer.Argument(metavar="DEVIATION", help="Its id, such as D60/late.", show_default=False)
    ],
    classed: Annotated[str, typer.Argument(metavar="minor|important", help="The class.", show_default=False)],
    reason: MaybeReason = None,
    yes: Yes = False,
) -> None:
    """Class a deviation by signature; a reason is needed against the rules."""
    from console.cli.sending import send
    from console.cli.signing_rulings import classed_words

    words, content = classed_words(asking, participant, name, classed, yes=yes)
    send(
        asking,
        participant,
        "confirm_deviation",
        f"{name} classed {classed}",
        deviation=name,
        classed=classed,
        reason=reason,
        meaning=words,
        content=content,
    )
