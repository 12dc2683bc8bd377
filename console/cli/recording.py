"""Verbs that put on record what happened: enrolment, records, results, signatures, decisions, progression."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.exits import Exit, Stopped
from console.cli.options import Asking, At, Item, MaybeReason, On, Participant, Reason
from console.cli.verb import verb

PANEL = "Record what happened"
app = typer.Typer()

Results = Annotated[
    list[str] | None,
    typer.Option(
        "--result",
        metavar="OBS=VALUE[ UNIT]",
        help="A result known at consent; repeatable.",
        show_default=False,
    ),
]


@verb(app, PANEL)
def enroll(  # noqa: PLR0913, PLR0917 - one parameter for each option
    asking: Asking,
    participant: Participant,
    on: On = None,
    at: At = None,
    site: Annotated[
        str | None, typer.Option(metavar="CODE", help="Site; left out: the only one.", show_default=False)
    ] = None,
    age: Annotated[
        str | None, typer.Option(metavar="YEARS", help="Age at consent.", show_default=False)
    ] = None,
    sex: Annotated[str | None, typer.Option(metavar="female|male", help="Sex.", show_default=False)] = None,
    result: Results = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Mark as no real participant's data.")
    ] = False,
) -> None:
    """Open a participant's timeline at consent."""
    from console.cli.sending import moment, send

    happened = moment(on, at)
    known = [("age", age), ("sex", sex)]
    results: list[dict[str, str]] = [{"observation": name, "value": value} for name, value in known if value]
    results += [stated_result(each) for each in result or []]
    send(
        asking,
        participant,
        "register_participant",
        f"registered at consent on {happened}",
        happened=happened,
        site=site,
        results=results or None,
        simulated=simulated or None,
    )


@verb(app, PANEL)
def record(
    asking: Asking,
    participant: Participant,
    item: Item,
    on: On = None,
    at: At = None,
    reason: MaybeReason = None,
    approved_by: Annotated[
        str | None,
        typer.Option(
            "--approved-by", metavar="WHO", help="Who approved it beyond a hard stop.", show_default=False
        ),
    ] = None,
) -> None:
    """Record that a milestone or visit happened."""
    from console.cli.sending import moment, send

    happened = moment(on, at)
    what = f"{item} on {happened} recorded"
    send(
        asking,
        participant,
        "record_item",
        what,
        item=item,
        happened=happened,
        reason=reason,
        approved_by=approved_by,
    )


@verb(app, PANEL)
def result(
    asking: Asking,
    participant: Participant,
    observation: Annotated[
        str, typer.Argument(metavar="OBS", help="Observation code, such as hb.", show_default=False)
    ],
    value: Annotated[
        str,
        typer.Argument(metavar="VALUE", help="Number, yes, no, choice, day or never.", show_default=False),
    ],
    unit: Annotated[
        str | None, typer.Option(metavar="UNIT", help="Unit, such as g/L.", show_default=False)
    ] = None,
    on: On = None,
    at: At = None,
) -> None:
    """Record a screening or safety result; without a day it is of today."""
    from console.cli.sending import moment, send

    stated = {"observation": observation, "value": value}
    if unit is not None:
        stated["unit"] = unit
    if on is not None or at is not None:
        stated["on"] = moment(on, at)
    what = f"{observation} {value}{f' {unit}' if unit else ''} recorded"
    send(asking, participant, "record_result", what, result=stated)


@verb(app, PANEL)
def results(
    asking: Asking,
    participant: Participant,
    stated: Annotated[
        list[str],
        typer.Argument(
            metavar="OBS=VALUE[ UNIT]...", help="Results, such as ecog=1 'hb=92 g/L'.", show_default=False
        ),
    ],
    on: On = None,
    at: At = None,
) -> None:
    """Record several results of one day; the first refused one ends it, those before it are recorded."""
    from console.cli.sending import moment
    from console.cli.sending_results import send_results

    day = {"on": moment(on, at)} if on is not None or at is not None else {}
    send_results(asking, participant, [{**stated_result(each), **day} for each in stated])


@verb(app, PANEL)
def sign(
    asking: Asking,
    participant: Participant,
    gate: Annotated[
        str, typer.Argument(metavar="GATE", help="Gate code, such as eligibility.", show_default=False)
    ],
    meaning: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="The gate's own words; left out: they are shown.", show_default=False
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Sign in the gate's words without being asked.")] = False,
) -> None:
    """Sign that a gate's conditions are met; shows them all and asks first."""
    from console.cli.sending import send
    from console.cli.signing import signed_words

    words, content = (meaning, None) if meaning else signed_words(asking, participant, gate, yes=yes)
    what = f"{gate} signed: “{words}”"
    send(asking, participant, "sign_gate", what, gate=gate, meaning=words, content=content)


@verb(app, PANEL)
def decide(
    asking: Asking,
    participant: Participant,
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="Decision code.", show_default=False)],
    option: Annotated[str, typer.Argument(metavar="OPTION", help="Option code.", show_default=False)],
    on: On = None,
    at: At = None,
) -> None:
    """Decide a branch of the protocol."""
    from console.cli.sending import moment, send

    happened = moment(on, at)
    what = f"{decision} decided for {option} on {happened}"
    send(asking, participant, "take_decision", what, decision=decision, option=option, happened=happened)


@verb(app, PANEL)
def unscheduled(
    asking: Asking, participant: Participant, reason: Reason, on: On = None, at: At = None
) -> None:
    """Record a visit the protocol does not plan."""
    from console.cli.sending import moment, send

    happened = moment(on, at)
    what = f"unscheduled visit on {happened} recorded"
    send(asking, participant, "record_unscheduled_visit", what, happened=happened, reason=reason)


@verb(app, PANEL)
def progression(
    asking: Asking,
    participant: Participant,
    on: On = None,
    at: At = None,
    detail: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What was found.", show_default=False)
    ] = None,
) -> None:
    """Record that the disease progressed."""
    from console.cli.sending import moment, send

    happened = moment(on, at)
    what = f"progression on {happened} recorded"
    send(asking, participant, "record_progression", what, happened=happened, detail=detail)


def stated_result(typed: str) -> dict[str, str]:
    """A result typed as OBS=VALUE or OBS=VALUE UNIT.

    Raises:
        Stopped: it has no equals sign.
    """
    observation, equals, stated = typed.partition("=")
    if not equals:
        raise Stopped(
            Exit.USAGE, f"result {typed!r}: write OBS=VALUE or 'OBS=VALUE UNIT', such as 'hb=92 g/L'"
        )
    value, _, unit = stated.strip().partition(" ")
    result = {"observation": observation.strip(), "value": value}
    return {**result, "unit": unit.strip()} if unit.strip() else result
