"""Verbs about a participant's product: its identity, its way, its making and its release."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from console.cli.exits import Exit, Stopped
from console.cli.options import Asking, At, Looking, On, Participant, Reason
from console.cli.verb import verb

PANEL = "Record what happened"
app = typer.Typer(help="Identity, custody and release of a participant's product.", no_args_is_help=True)

Number = Annotated[
    str, typer.Argument(metavar="NUMBER", help="Chain-of-identity number.", show_default=False)
]
By = Annotated[
    list[str] | None,
    typer.Option("--by", metavar="WHO", help="Who looked at it; repeatable.", show_default=False),
]


@verb(app, PANEL)
def show(looking: Looking, participant: Participant) -> None:
    """Show identity, custody, release and bookings, and how long the product lasts."""
    from console.cli.show_product import show_product

    show_product(looking, participant)


@verb(app, PANEL)
def bind(
    asking: Asking, participant: Participant, number: Number, by: By = None, on: On = None, at: At = None
) -> None:
    """Bind the number on the label to the collection that was just made."""
    from console.cli.sending import moment, send

    happened = moment(on, at)
    send(
        asking,
        participant,
        "bind_identity",
        f"{number} bound on {happened}",
        number=number,
        persons=by,
        happened=happened,
    )


@verb(app, PANEL)
def correct_number(
    asking: Asking, participant: Participant, number: Number, reason: Reason, by: By = None
) -> None:
    """State the right number when it was written down wrongly at the binding; two persons do."""
    from console.cli.sending import send

    send(
        asking,
        participant,
        "correct_identity",
        f"number corrected to {number}",
        number=number,
        persons=by or [],
        reason=reason,
    )


@verb(app, PANEL)
def hand_over(  # noqa: PLR0913, PLR0917 - one parameter for each thing that is read or stated
    asking: Asking,
    participant: Participant,
    leg: Annotated[str, typer.Argument(metavar="LEG", help="Leg of the route.", show_default=False)],
    number: Annotated[
        str, typer.Option("--number", metavar="TEXT", help="Number as read on the label.", show_default=False)
    ],
    label: Annotated[
        str,
        typer.Option("--label", metavar="TEXT", help="Participant as read on the label.", show_default=False),
    ],
    product: Annotated[
        str | None,
        typer.Option("--product", metavar="TEXT", help="Product as read, such as P2.", show_default=False),
    ] = None,
    by: By = None,
    temperature: Annotated[
        str | None, typer.Option(metavar="DEGREES", help="Temperature in °C.", show_default=False)
    ] = None,
    on: On = None,
    at: At = None,
) -> None:
    """Record that the product went along a leg, with the identity as it was read."""
    from console.cli.sending import moment, send

    happened = moment(on, at)
    send(
        asking,
        participant,
        "hand_over",
        f"{leg} on {happened} recorded",
        leg=leg,
        number=number,
        seen_participant=label,
        seen_product=product,
        persons=by,
        temperature=temperature,
        happened=happened,
    )


@verb(app, PANEL)
def clear(
    asking: Asking,
    participant: Participant,
    mismatch: Annotated[
        str, typer.Argument(metavar="MISMATCH", help="Its name, such as M1.", show_default=False)
    ],
    reason: Reason,
    by: By = None,
) -> None:
    """Clear a wrong identity: the investigator, or two persons."""
    from console.cli.sending import send

    send(
        asking,
        participant,
        "clear_mismatch",
        f"{mismatch} cleared",
        mismatch=mismatch,
        persons=by,
        reason=reason,
    )


@verb(app, PANEL)
def assess(
    asking: Asking,
    participant: Participant,
    excursion: Annotated[
        str, typer.Argument(metavar="EXCURSION", help="Its name, such as X1.", show_default=False)
    ],
    verdict: Annotated[
        Literal["usable", "not-usable"], typer.Argument(help="usable or not-usable.", show_default=False)
    ],
    reason: Reason,
) -> None:
    """Judge a temperature excursion; a product that is not usable has failed."""
    from console.cli.sending import send

    usable = verdict == "usable"
    what = f"{excursion} judged {verdict}"
    send(asking, participant, "assess_excursion", what, excursion=excursion, usable=usable, reason=reason)


@verb(app, PANEL)
def made(
    asking: Asking,
    participant: Participant,
    form: Annotated[Literal["fresh", "frozen"], typer.Argument(help="fresh or frozen.", show_default=False)],
    on: On = None,
    at: At = None,
) -> None:
    """Record that manufacture is complete; of a frozen product, when it was frozen."""
    from console.cli.sending import moment, send

    happened = moment(on, at)
    what = f"made {form} on {happened}"
    send(asking, participant, "complete_manufacture", what, form=form, happened=happened)


@verb(app, PANEL, name="test")
def lab(
    asking: Asking,
    participant: Participant,
    stated: Annotated[
        list[str],
        typer.Argument(metavar="TEST=VALUE[ UNIT]...", help="Such as viability=88.", show_default=False),
    ],
    on: On = None,
    at: At = None,
) -> None:
    """Record results of release tests; without a day they are of today."""
    from console.cli.recording import stated_result
    from console.cli.sending import moment, send

    day = {"on": moment(on, at)} if on is not None or at is not None else {}
    results = [{**stated_result(each), **day} for each in stated]
    send(asking, participant, "test_product", f"{', '.join(stated)} recorded", results=results)


@verb(app, PANEL)
def release(
    asking: Asking,
    participant: Participant,
    on: On = None,
    at: At = None,
    despite: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="Release by signature in spite of this deviation.", show_default=False
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Sign without being asked.")] = False,
) -> None:
    """Release the product, which records the milestone too; out of specification only by signature."""
    from console.cli.sending import moment, send

    happened = moment(on, at)
    if despite is None:
        if yes:
            raise Stopped(Exit.USAGE, "--yes signs a conditional release: say --despite with the deviation")
        send(asking, participant, "release_product", f"released on {happened}", happened=happened)
        return
    from console.cli.show_product import signed_release

    words = signed_release(asking, participant, despite, yes=yes)
    what = f"released on {happened} despite: {despite}"
    send(asking, participant, "release_conditionally", what, happened=happened, deviation=despite, **words)


@verb(app, PANEL)
def fail(asking: Asking, participant: Participant, reason: Reason, on: On = None, at: At = None) -> None:
    """Record that the product failed and will not be given."""
    from console.cli.sending import moment, send

    happened = moment(on, at)
    what = f"failed on {happened}"
    send(asking, participant, "fail_product", what, happened=happened, reason=reason)
