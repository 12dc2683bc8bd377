"""Verbs about what is to come or did not come: plan, excuse, miss; and correct, which mends the record."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.exits import Exit, Stopped
from console.cli.options import Asking, At, Item, Looking, MaybeReason, On, Participant, Reason
from console.cli.verb import verb

PANEL = "Plan and correct"
app = typer.Typer()


@verb(app, PANEL)
def plan(
    asking: Asking,
    participant: Participant,
    item: Item,
    on: On = None,
    at: At = None,
    reason: MaybeReason = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="Take the appointment back.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would slip.")] = False,
) -> None:
    """Set, move or take back the appointment of an item; a move needs a reason."""
    from console.cli.sending import moment, send_body

    if cancel and (on is not None or at is not None):
        raise Stopped(Exit.USAGE, "--cancel takes no time: say --cancel, or --on DAY, or --at TIME")
    appointment = None if cancel else moment(on, at)
    if preview:
        if appointment is None:
            raise Stopped(Exit.USAGE, "--preview says what would slip: give it --on DAY or --at TIME")
        from console.cli.show_product import show_slip

        said = Looking(study=asking.study, as_json=asking.as_json)
        show_slip(said, participant, item, appointment, booking=False)
        return
    what = f"appointment of {item} taken back" if cancel else f"{item} planned for {appointment}"
    # Taking back is said with an explicit null, so the field is always there.
    body: dict[str, object] = {"item": item, "appointment": appointment}
    if reason is not None:
        body["reason"] = reason
    send_body(asking, participant, "plan_item", what, body)


@verb(app, PANEL)
def excuse(asking: Asking, participant: Participant, item: Item, reason: Reason) -> None:
    """Say beforehand that a visit will not take place."""
    from console.cli.sending import send

    send(asking, participant, "excuse_visit", f"{item} excused", item=item, reason=reason)


@verb(app, PANEL)
def miss(asking: Asking, participant: Participant, item: Item, reason: Reason) -> None:
    """Say that a visit did not take place. The machine never says so."""
    from console.cli.sending import send

    send(asking, participant, "miss_visit", f"{item} missed", item=item, reason=reason)


@verb(app, PANEL)
def correct(
    asking: Asking,
    participant: Participant,
    item: Annotated[
        str,
        typer.Argument(metavar="ITEM", help="Item code, or `end`, or `progression`.", show_default=False),
    ],
    reason: Reason,
    on: On = None,
    at: At = None,
    retract: Annotated[bool, typer.Option("--retract", help="It did not happen at all.")] = False,
    seq: Annotated[
        int | None,
        typer.Option(metavar="N", help="The record meant, as `explain` numbers it.", show_default=False),
    ] = None,
) -> None:
    """Correct what was recorded; the old record stays, and says what replaced it."""
    from console.cli.sending import moment, send

    if retract and (on is not None or at is not None):
        raise Stopped(Exit.USAGE, "--retract takes no time: say --retract, or --on DAY, or --at TIME")
    happened = None if retract else moment(on, at)
    what = f"{item} retracted" if retract else f"{item} corrected to {happened}"
    send(
        asking,
        participant,
        "correct_record",
        what,
        item=item,
        happened=happened,
        retract=retract or None,
        seq=seq,
        reason=reason,
    )
