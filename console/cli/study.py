"""Verbs about the study as a whole: recruitment, holds, turns, safety reviews."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from console.cli.options import Asking, At, Looking, On, Participant, Reason
from console.cli.verb import verb

PANEL = "The study"
app = typer.Typer(help="Conduct the study as a whole.", no_args_is_help=True)
SUBJECT = "study"

HoldCode = Annotated[
    str, typer.Argument(metavar="HOLD", help="Hold code, such as hold-1.", show_default=False)
]


@verb(app, PANEL)
def show(looking: Looking) -> None:
    """Show places, holds, turns, who is in the DLT window, and reviews that have come due."""
    from console.cli.show_study import show_study

    show_study(looking)


@verb(app, PANEL)
def recruitment(
    asking: Asking,
    state: Annotated[
        Literal["open", "paused", "closed"],
        typer.Argument(metavar="STATE", help="open, paused or closed.", show_default=False),
    ],
    reason: Reason,
) -> None:
    """Open, pause or close the study for new participants."""
    from console.cli.sending import send

    send(asking, SUBJECT, "set_recruitment", f"recruitment {state}", recruitment=state, reason=reason)


@verb(app, PANEL)
def hold(asking: Asking, reason: Reason) -> None:
    """Hold the study by hand: what the protocol says a hold stops, stops now."""
    from console.cli.sending import send

    send(asking, SUBJECT, "place_hold", "study held", reason=reason)


@verb(app, PANEL)
def lift(
    asking: Asking,
    code: HoldCode,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Sign without being asked.")] = False,
) -> None:
    """Lift a hold by signing its words over what it fell for."""
    from console.cli.sending import send
    from console.cli.show_study import lifting_words

    meaning, content = lifting_words(asking, code, yes=yes)
    more = {"hold": code, "reason": reason, "meaning": meaning, "content": content}
    send(asking, SUBJECT, "lift_hold", f"{code} lifted", **more)


@verb(app, PANEL)
def treatment(
    asking: Asking,
    participant: Participant,
    choice: Annotated[
        Literal["proceed", "withhold"],
        typer.Argument(metavar="CHOICE", help="proceed or withhold.", show_default=False),
    ],
    reason: Reason,
) -> None:
    """Decide about a participant whose treatment had begun when a hold fell."""
    from console.cli.sending import send_body

    fields = {"participant": participant, "treatment": choice, "reason": reason}
    send_body(asking, SUBJECT, "decide_treatment", f"{participant} {choice}", fields)


@verb(app, PANEL)
def meeting(
    asking: Asking,
    code: Annotated[
        str, typer.Argument(metavar="MEETING", help="Code of the safety review.", show_default=False)
    ],
    outcome: Annotated[str, typer.Option(metavar="TEXT", help="What was decided.", show_default=False)],
    on: On = None,
    at: At = None,
) -> None:
    """Record a safety review with its outcome."""
    from console.cli.sending import moment, send

    more = {"meeting": code, "happened": moment(on, at), "outcome": outcome}
    send(asking, SUBJECT, "record_meeting", f"{code} recorded", **more)


@verb(app, PANEL)
def return_turn(asking: Asking, participant: Participant, reason: Reason) -> None:
    """Give an unused authorisation back, so that somebody else may take a turn."""
    from console.cli.sending import send_body

    fields = {"participant": participant, "reason": reason}
    send_body(asking, SUBJECT, "return_turn", f"turn of {participant} returned", fields)
