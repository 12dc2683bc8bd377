"""The arguments and options that several verbs share.

The rule that keeps it honest: one name means one thing everywhere, and what people type is passed on as
typed: the desk judges it, and the attempt is on the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import typer

WHO = "Who asks"
HOW = "Output and place"

Participant = Annotated[
    str, typer.Argument(metavar="PARTICIPANT", help="Participant code, such as P-001.", show_default=False)
]
MaybeParticipant = Annotated[
    str | None,
    typer.Argument(metavar="[PARTICIPANT]", help="Participant code; left out: all.", show_default=False),
]
Item = Annotated[
    str, typer.Argument(metavar="ITEM", help="Item code of the protocol, such as D28.", show_default=False)
]
Alert = Annotated[
    str,
    typer.Argument(metavar="ALERT", help="Alert id, such as P-001/D28/overdue.", show_default=False),
]
On = Annotated[
    str | None, typer.Option("--on", metavar="DAY", help="Site day, such as 2026-03-02.", show_default=False)
]
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME", help="Time with its offset: 2026-03-02T09:30+08:00.", show_default=False
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.", show_default=False)]
MaybeReason = Annotated[
    str | None,
    typer.Option("--reason", metavar="TEXT", help="Why, where it is asked for.", show_default=False),
]
Study = Annotated[
    str | None,
    typer.Option(
        "--study",
        metavar="CODE",
        envvar="DAYZERO_STUDY",
        help="Study; left out: the only one in the store.",
        rich_help_panel=HOW,
        show_default=False,
    ),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print JSON of a documented shape.", rich_help_panel=HOW, show_default=False),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="As the record knew it then: a time with its offset, or a site day (its end); left out: now.",
        rich_help_panel=HOW,
        show_default=False,
    ),
]
TrueAt = Annotated[
    str | None,
    typer.Option(
        "--true-at",
        metavar="TIME",
        help="As it was in truth then, by all that is known now, or was known --as-of; left out: as known.",
        rich_help_panel=HOW,
        show_default=False,
    ),
]
Lang = Annotated[
    Literal["en", "zh-CN"], typer.Option("--lang", help="Language of labels and words.", rich_help_panel=HOW)
]
ActorId = Annotated[
    str | None,
    typer.Option(
        "--actor",
        metavar="ID",
        help="Who asks, as it goes on the record; left out: DAYZERO_ACTOR, else the login name.",
        rich_help_panel=WHO,
        show_default=False,
    ),
]
RoleName = Annotated[
    str | None,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="In which role; left out: DAYZERO_ROLE, else coordinator.",
        rich_help_panel=WHO,
        show_default=False,
    ),
]
CommandId = Annotated[
    str | None,
    typer.Option(
        "--id",
        metavar="ID",
        help="Command id, to ask again for an outcome; left out: a new one.",
        rich_help_panel=WHO,
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class Local:
    """What verbs that concern this machine are told."""

    as_json: Json = False


@dataclass(frozen=True, slots=True)
class Looking:
    """What every verb that reads is told."""

    study: Study = None
    as_json: Json = False
    lang: Lang = "en"


@dataclass(frozen=True, slots=True)
class LookingBack(Looking):
    """What every verb is told that can look at a moment of the past as well."""

    as_of: AsOf = None
    true_at: TrueAt = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What every verb that writes is told."""

    actor: ActorId = None
    role: RoleName = None
    command_id: CommandId = None
    study: Study = None
    as_json: Json = False
