"""Verbs about adverse events: open, grade, change, treat, close, reopen, void, and new information.

The rule that keeps it honest: ids are given by the record; `safety` shows them.
"""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli import safety_options as opt
from console.cli.options import Asking, Participant, Reason
from console.cli.verb import verb

PANEL = "Follow safety"
app = typer.Typer(help="Record adverse events: grades over time, seriousness, outcome.", no_args_is_help=True)


@verb(app, PANEL, name="open")
def open_event(  # noqa: PLR0913, PLR0917 - one parameter for each option
    asking: Asking,
    participant: Participant,
    term: Annotated[str, typer.Argument(metavar="TERM", help="What it is.", show_default=False)],
    onset: opt.Onset,
    grade: opt.Grade,
    scale: opt.Scale = None,
    scale_version: opt.ScaleVersion = None,
    known: opt.Known = None,
    serious: opt.Serious = None,
    stated_serious: opt.StatedSerious = None,
    relation: opt.Relation = None,
    expectedness: opt.Expectedness = None,
    preexisting: Annotated[bool, typer.Option("--pre-existing", help="It was there before.")] = False,
    worsens: Annotated[
        str | None, typer.Option("--worsens", metavar="AE", help="The event it worsens.", show_default=False)
    ] = None,
    dlt: opt.Dlt = None,
) -> None:
    """Open an adverse event with its first grade."""
    from console.cli.sending import send

    send(
        asking,
        participant,
        "open_adverse_event",
        f"adverse event {term} opened",
        term=term,
        onset=onset,
        grade=grade,
        scale=scale,
        version=scale_version,
        known=known,
        serious=serious or None,
        stated_serious=stated_serious,
        relation=relation,
        expectedness=expectedness,
        preexisting=preexisting or None,
        worsens=worsens,
        dlt=dlt,
    )


@verb(app, PANEL)
def grade(
    asking: Asking,
    participant: Participant,
    ae: opt.Ae,
    grade: opt.Grade,
    since: opt.Since,
    scale: opt.Scale = None,
    scale_version: opt.ScaleVersion = None,
    known: opt.Known = None,
) -> None:
    """Grade an adverse event again, on its own scale."""
    from console.cli.sending import send

    stated = {"grade": grade, "scale": scale, "version": scale_version}
    what = f"{ae} grade {grade} since {since}"
    send(asking, participant, "grade_adverse_event", what, ae=ae, happened=since, known=known, **stated)


@verb(app, PANEL)
def change(  # noqa: PLR0913, PLR0917 - one parameter for each option
    asking: Asking,
    participant: Participant,
    ae: opt.Ae,
    reason: Reason,
    known: opt.Known = None,
    term: Annotated[
        str | None, typer.Option("--term", metavar="TERM", help="What it is.", show_default=False)
    ] = None,
    onset: opt.MaybeOnset = None,
    serious: opt.Serious = None,
    not_serious: Annotated[bool, typer.Option("--not-serious", help="No criterion is met.")] = False,
    stated_serious: opt.StatedSerious = None,
    relation: opt.Relation = None,
    expectedness: opt.Expectedness = None,
    action: Annotated[
        str | None,
        typer.Option(
            "--action",
            metavar="WORD",
            help="With the product: none, postponed, interrupted, reduced, withdrawn, not_applicable.",
            show_default=False,
        ),
    ] = None,
    dlt: opt.Dlt = None,
) -> None:
    """Judge an adverse event anew; what is left out stays."""
    from console.cli.exits import Exit, Stopped
    from console.cli.sending import send

    if serious and not_serious:
        raise Stopped(Exit.USAGE, "state --serious with its criteria or --not-serious, one of them")
    send(
        asking,
        participant,
        "change_adverse_event",
        f"{ae} changed",
        ae=ae,
        reason=reason,
        known=known,
        term=term,
        onset=onset,
        serious=[] if not_serious else serious or None,
        stated_serious=stated_serious,
        relation=relation,
        expectedness=expectedness,
        action=action,
        dlt=dlt,
    )


@verb(app, PANEL)
def treat(
    asking: Asking,
    participant: Participant,
    ae: opt.Ae,
    treatment: Annotated[
        str, typer.Argument(metavar="TREATMENT", help="What was given or done.", show_default=False)
    ],
    since: opt.Since,
) -> None:
    """Record what was given or done because of an adverse event."""
    from console.cli.sending import send

    what = f"{ae}: {treatment} since {since} recorded"
    send(asking, participant, "treat_adverse_event", what, ae=ae, treatment=treatment, happened=since)


@verb(app, PANEL)
def close(
    asking: Asking,
    participant: Participant,
    ae: opt.Ae,
    outcome: Annotated[
        str,
        typer.Argument(
            metavar="OUTCOME",
            help="recovered, recovered_with_sequelae, recovering, not_recovered, fatal or unknown.",
            show_default=False,
        ),
    ],
    resolved: Annotated[
        str | None,
        typer.Option(
            "--resolved",
            metavar="DATE",
            help="When, as far as known: 2026, 2026-03, a day.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Close an adverse event with its outcome."""
    from console.cli.sending import send

    what = f"{ae} closed: {outcome}"
    send(asking, participant, "close_adverse_event", what, ae=ae, outcome=outcome, resolved=resolved)


@verb(app, PANEL)
def reopen(asking: Asking, participant: Participant, ae: opt.Ae, reason: Reason) -> None:
    """Open an adverse event again that was closed too early."""
    from console.cli.sending import send

    send(asking, participant, "reopen_adverse_event", f"{ae} opened again", ae=ae, reason=reason)


@verb(app, PANEL)
def void(asking: Asking, participant: Participant, ae: opt.Ae, reason: Reason) -> None:
    """Take back an adverse event entered in error; it stays on the record and counts nowhere."""
    from console.cli.sending import send

    send(asking, participant, "void_adverse_event", f"{ae} voided", ae=ae, reason=reason)


@verb(app, PANEL)
def inform(
    asking: Asking,
    participant: Participant,
    ae: opt.Ae,
    what: Annotated[str, typer.Argument(metavar="TEXT", help="What was learnt.", show_default=False)],
    known: opt.Known = None,
) -> None:
    """Record new information about an adverse event; a follow-up report may be owed for it."""
    from console.cli.sending import send_body

    stated = {"ae": ae, "what": what, **({"known": known} if known is not None else {})}
    send_body(asking, participant, "receive_information", f"{ae}: new information recorded", stated)
