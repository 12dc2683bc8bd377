"""The arguments and options that the verbs about safety share.

The rule that keeps it honest: what people type is passed on as typed; the desk judges it.
"""

from __future__ import annotations

from typing import Annotated

import typer

Ae = Annotated[str, typer.Argument(metavar="AE", help="Adverse event, such as AE1.", show_default=False)]
Clock = Annotated[
    str,
    typer.Argument(metavar="CLOCK", help="Report owed, such as AE1.sponsor_24h.", show_default=False),
]
Report = Annotated[str, typer.Argument(metavar="REPORT", help="Report, such as RPT1.", show_default=False)]
Assessment = Annotated[
    str, typer.Argument(metavar="ASSESSMENT", help="Assessment, such as TOX1 or RSP1.", show_default=False)
]
Grade = Annotated[int, typer.Option("--grade", metavar="N", help="Grade on the scale.", show_default=False)]
Scale = Annotated[
    str | None,
    typer.Option("--scale", metavar="CODE", help="Scale of the protocol, such as CTCAE.", show_default=False),
]
ScaleVersion = Annotated[
    str | None,
    typer.Option(
        "--scale-version",
        metavar="VERSION",
        help="Its version; left out where there is one.",
        show_default=False,
    ),
]
Since = Annotated[
    str,
    typer.Option(
        "--since", metavar="DATE", help="Since when: 2026, 2026-03, a day or a time.", show_default=False
    ),
]
Onset = Annotated[
    str,
    typer.Option(
        "--onset", metavar="DATE", help="When it began: 2026, 2026-03, a day or a time.", show_default=False
    ),
]
MaybeOnset = Annotated[
    str | None,
    typer.Option("--onset", metavar="DATE", help="When it began, corrected.", show_default=False),
]
Known = Annotated[
    str | None,
    typer.Option(
        "--known", metavar="TIME", help="When the site first knew; left out: now.", show_default=False
    ),
]
Serious = Annotated[
    list[str] | None,
    typer.Option(
        "--serious",
        metavar="CRITERION",
        help="Criterion of ICH E2A: death, life_threatening, hospitalisation, disability, congenital_anomaly "
        "or medically_important; repeatable.",
        show_default=False,
    ),
]
StatedSerious = Annotated[
    bool | None,
    typer.Option(
        "--said-serious/--said-not-serious",
        help="What the reporter said, beside the criteria.",
        show_default=False,
    ),
]
Relation = Annotated[
    str | None,
    typer.Option(
        "--relation",
        metavar="WORD",
        help="To the product: unrelated, unlikely, possible, probable, definite or not_assessed.",
        show_default=False,
    ),
]
Expectedness = Annotated[
    str | None,
    typer.Option(
        "--expectedness", metavar="WORD", help="expected, unexpected or not_assessed.", show_default=False
    ),
]
Dlt = Annotated[
    bool | None,
    typer.Option(
        "--dlt/--no-dlt", help="A dose-limiting toxicity, said by the investigator.", show_default=False
    ),
]
Visit = Annotated[
    str | None, typer.Option("--visit", metavar="ITEM", help="At which visit.", show_default=False)
]
OfEvent = Annotated[
    str | None,
    typer.Option("--ae", metavar="AE", help="The adverse event it belongs to.", show_default=False),
]
