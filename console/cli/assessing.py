"""Verbs that grade CRS and ICANS from what was seen, judge response, and show the whole of safety.

The rule that keeps it honest: what was not looked at is left out and stays unknown; `--otherwise-normal` says
that the rest was looked at.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from console.cli import safety_options as opt
from console.cli.options import Asking, At, Looking, MaybeReason, On, Participant, Reason
from console.cli.verb import verb

PANEL = "Follow safety"
app = typer.Typer()

Temperature = Annotated[
    float | None,
    typer.Option(metavar="°C", help="Highest of the day.", show_default=False),
]
Hypotension = Annotated[
    str | None,
    typer.Option(
        metavar="WORD",
        help="none, no_vasopressor, one_vasopressor or several_vasopressors.",
        show_default=False,
    ),
]
Hypoxia = Annotated[
    str | None,
    typer.Option(metavar="WORD", help="none, low_flow, high_flow or positive_pressure.", show_default=False),
]
CrsExplained = Annotated[bool, typer.Option("--fever-explained", help="The fever has another cause.")]
Treated = Annotated[
    bool | None,
    typer.Option(
        "--fever-treated/--fever-not-treated",
        help="Antipyretic, anti-cytokine or steroid given.",
        show_default=False,
    ),
]
UnderWay = Annotated[
    bool | None,
    typer.Option("--under-way/--not-under-way", help="CRS was recognised before.", show_default=False),
]
Score = Annotated[int | None, typer.Option("--ice", metavar="0..10", help="ICE score.", show_default=False)]
Parts = Annotated[
    str | None,
    typer.Option(
        "--ice-parts",
        metavar="O,N,C,W,A",
        help="Orientation 4, naming 3, commands 1, writing 1, attention 1; - where not asked.",
        show_default=False,
    ),
]
Consciousness = Annotated[
    str | None,
    typer.Option(
        metavar="WORD",
        help="alert, awakens_spontaneously, awakens_to_voice, awakens_to_touch or unarousable.",
        show_default=False,
    ),
]
Seizure = Annotated[
    str | None,
    typer.Option(metavar="WORD", help="none, rapidly_resolving or prolonged.", show_default=False),
]
Motor = Annotated[
    str | None, typer.Option(metavar="WORD", help="none or deep_focal_weakness.", show_default=False)
]
Pressure = Annotated[
    str | None,
    typer.Option(metavar="WORD", help="none, focal_oedema or diffuse_oedema.", show_default=False),
]
IcansExplained = Annotated[
    list[str] | None,
    typer.Option(
        "--explained",
        metavar="DOMAIN",
        help="A domain with another cause; repeatable.",
        show_default=False,
    ),
]
Category = Annotated[
    str,
    typer.Argument(
        metavar="CATEGORY",
        help="The investigator's call: CR, CRh, CRi, MLFS, PR, NR, PD or NE.",
        show_default=False,
    ),
]
Criteria = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="ELN 2017 or ELN 2022; left out: the protocol's.", show_default=False),
]
Blasts = Annotated[
    float | None, typer.Option("--blasts", metavar="%", help="In the marrow.", show_default=False)
]
Baseline = Annotated[
    float | None,
    typer.Option("--baseline", metavar="%", help="In the marrow before.", show_default=False),
]
Circulating = Annotated[
    bool | None,
    typer.Option("--circulating/--no-circulating", help="Blasts in the blood.", show_default=False),
]
Extramedullary = Annotated[
    bool | None,
    typer.Option("--extramedullary/--no-extramedullary", help="Disease outside.", show_default=False),
]
Neutrophils = Annotated[float | None, typer.Option(metavar="N", help="10^9/L.", show_default=False)]
Adequate = Annotated[
    bool | None,
    typer.Option("--adequate/--inadequate", help="The marrow could be judged.", show_default=False),
]
Judged = Annotated[int, typer.Argument(metavar="GRADE", help="The investigator's grade.", show_default=False)]
Normal = Annotated[
    bool, typer.Option("--otherwise-normal", help="Everything not stated was looked at and is normal.")
]


@verb(app, PANEL)
def crs(  # noqa: PLR0913, PLR0917 - one parameter for each option
    asking: Asking,
    participant: Participant,
    grade: Judged,
    scale: opt.Scale = None,
    scale_version: opt.ScaleVersion = None,
    on: On = None,
    at: At = None,
    temperature: Temperature = None,
    hypotension: Hypotension = None,
    hypoxia: Hypoxia = None,
    explained: CrsExplained = False,
    treated: Treated = None,
    under_way: UnderWay = None,
    otherwise_normal: Normal = False,
    visit: opt.Visit = None,
    ae: opt.OfEvent = None,
    reason: MaybeReason = None,
) -> None:
    """Grade CRS of a day by ASTCT 2019; a grade other than the advised one needs --reason."""
    from console.cli.sending import moment, send

    normal = {"hypotension": "none", "hypoxia": "none"} if otherwise_normal else {}
    seen = _stated(
        temperature=str(temperature) if temperature is not None else None,
        hypotension=hypotension,
        hypoxia=hypoxia,
        fever_explained=explained or None,
        fever_treated=treated,
        under_way=under_way,
    )
    happened = moment(on, at)
    send(
        asking,
        participant,
        "assess_toxicity",
        f"CRS grade {grade} on {happened} recorded",
        grade=grade,
        scale=scale,
        version=scale_version,
        happened=happened,
        crs={**normal, **seen},
        visit=visit,
        ae=ae,
        reason=reason,
    )


@verb(app, PANEL)
def icans(  # noqa: PLR0913, PLR0917 - one parameter for each option
    asking: Asking,
    participant: Participant,
    grade: Judged,
    scale: opt.Scale = None,
    scale_version: opt.ScaleVersion = None,
    on: On = None,
    at: At = None,
    score: Score = None,
    parts: Parts = None,
    consciousness: Consciousness = None,
    seizure: Seizure = None,
    motor: Motor = None,
    pressure: Pressure = None,
    explained: IcansExplained = None,
    otherwise_normal: Normal = False,
    visit: opt.Visit = None,
    ae: opt.OfEvent = None,
    reason: MaybeReason = None,
) -> None:
    """Grade ICANS of a day by ASTCT 2019; a grade other than the advised one needs --reason."""
    from console.cli.sending import moment, send

    normal = {"consciousness": "alert", "seizure": "none", "motor": "none", "pressure": "none"}
    seen = _stated(
        ice=score,
        parts=_parts(parts) if parts is not None else None,
        consciousness=consciousness,
        seizure=seizure,
        motor=motor,
        pressure=pressure,
        explained=explained or None,
    )
    happened = moment(on, at)
    send(
        asking,
        participant,
        "assess_toxicity",
        f"ICANS grade {grade} on {happened} recorded",
        grade=grade,
        scale=scale,
        version=scale_version,
        happened=happened,
        icans={**(normal if otherwise_normal else {}), **seen},
        visit=visit,
        ae=ae,
        reason=reason,
    )


@verb(app, PANEL)
def response(  # noqa: PLR0913, PLR0917 - one parameter for each option
    asking: Asking,
    participant: Participant,
    category: Category,
    on: On = None,
    at: At = None,
    criteria: Criteria = None,
    blasts: Blasts = None,
    baseline: Baseline = None,
    circulating: Circulating = None,
    extramedullary: Extramedullary = None,
    neutrophils: Neutrophils = None,
    platelets: Annotated[float | None, typer.Option(metavar="N", help="10^9/L.", show_default=False)] = None,
    adequate: Adequate = None,
    visit: opt.Visit = None,
    reason: MaybeReason = None,
) -> None:
    """Record the response as judged, beside what ELN makes of it; a difference needs --reason."""
    from console.cli.sending import moment, send

    seen = _stated(
        marrow_blasts=_text(blasts),
        baseline_blasts=_text(baseline),
        circulating_blasts=circulating,
        extramedullary=extramedullary,
        neutrophils=_text(neutrophils),
        platelets=_text(platelets),
        adequate=adequate,
    )
    happened = moment(on, at)
    what = f"response {category} on {happened} recorded"
    stated = {
        "category": category,
        "happened": happened,
        "criteria": criteria,
        "visit": visit,
        "reason": reason,
    }
    send(asking, participant, "assess_response", what, seen=seen or None, **stated)


@verb(app, PANEL)
def void_assessment(
    asking: Asking, participant: Participant, assessment: opt.Assessment, reason: Reason
) -> None:
    """Take back an assessment of toxicity or response entered in error."""
    from console.cli.sending import send

    send(asking, participant, "void_assessment", f"{assessment} voided", assessment=assessment, reason=reason)


@verb(app, PANEL)
def safety(looking: Looking, participant: Participant) -> None:
    """Show adverse events, toxicities, responses, reports owed, and what is missing."""
    from console.cli.show_safety import show_safety

    show_safety(looking, participant)


def _stated(**fields: Any) -> dict[str, Any]:
    """Only what was stated."""
    return {name: value for name, value in fields.items() if value is not None}


def _text(number: float | None) -> str | None:
    return None if number is None else f"{number:g}"


def _parts(typed: str) -> dict[str, int]:
    """The five parts of the ICE score, typed in their order.

    Raises:
        Stopped: not five of them, or one is no number.
    """
    from console.cli.exits import Exit, Stopped

    names = ("orientation", "naming", "commands", "writing", "attention")
    given = [each.strip() for each in typed.split(",")]
    if len(given) != len(names) or not all(each == "-" or each.isdecimal() for each in given):
        raise Stopped(Exit.USAGE, f"--ice-parts {typed!r}: write five points, such as 4,3,1,1,1 or 4,-,1,1,1")
    return {name: int(each) for name, each in zip(names, given, strict=True) if each != "-"}
