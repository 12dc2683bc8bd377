"""Every command in every state a participant can be in: taken or refused, and why, in one table.

The golden table is read by people: a changed cell is a changed behaviour and is decided on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from domain import State
from domain.commands import Asked
from tests.domain.amended import amend, versions
from tests.domain.builders import (
    acknowledge,
    at,
    cleared,
    correct,
    decided,
    end,
    enrolled,
    excuse,
    followed,
    infused,
    miss,
    plan,
    progressed,
    record,
    register,
    released,
    result,
    screened,
    sign,
    snooze,
    unscheduled,
)
from tests.domain.product.words import bind, book, fail, hand, release
from tests.domain.ruling import confirm, grant, refuse, request
from tests.domain.safety.words import crs, opened, reported, responded
from tests.domain.spec import Course, given
from tests.support.lives import Told

GOLDEN = Path(__file__).parent / "golden" / "cells.txt"
NOW = at("2026-05-11 09:00")
DAY = "2026-05-10"


def ended(how: str, before: Callable[[], Told], on: str) -> Told:
    """What happened before, and then the end."""
    return [*before(), (at(f"{on} 20:00"), end(how, on))]


STATES: dict[str, Told] = {
    "unknown": [],
    "screening": screened(),
    "enrolled": enrolled(),
    "released": released(),
    "cleared": cleared(),
    "infused": infused(),
    "response": followed(),
    "screen_failure": ended("screen_failure", screened, "2026-01-20"),
    "failed_product": ended("manufacturing_failure", released, "2026-02-20"),
    "discontinued": ended("discontinued", followed, "2026-04-10"),
    "withdrawn": ended("withdrawn", followed, "2026-04-10"),
    "died": ended("died", followed, "2026-04-10"),
}
COMMANDS: dict[str, Asked] = {
    "register": register("2026-01-04"),
    "result": result("ecog", "1", on=DAY),
    "sign eligibility": sign("eligibility"),
    "record enrolment": record("enrolment", DAY),
    "record infusion": record("infusion", f"{DAY} 09:30"),
    "record D60": record("D60", "2026-05-08"),
    "record D60 late": record("D60", "2026-04-09"),
    "record S3": record("S3", "2026-04-16"),
    "unscheduled": unscheduled(DAY),
    "plan D90": plan("D90", "2026-05-30"),
    "excuse D90": excuse("D90"),
    "miss D60": miss("D60"),
    "decide": decided("course", "switch", DAY),
    "progression": progressed(DAY),
    "open event": opened(onset=DAY),
    "assess crs": crs(0, DAY, temperature=37, hypotension="none", hypoxia="none"),
    "assess response": responded("CR", DAY),
    "send report": reported(f"{DAY} 10:00"),
    "end withdrawn": end("withdrawn", DAY),
    "end died": end("died", DAY),
    "correct D28": correct("D28", "2026-03-31"),
    "correct end": correct("end", "2026-04-09"),
    "amend": amend(consented="2026-04-09"),
    "confirm": confirm(),
    "request": request(planned="2026-05-20"),
    "grant": grant(),
    "refuse": refuse(),
    "bind": bind(DAY),
    "hand over": hand("to_bedside", DAY),
    "release": release(DAY),
    "fail": fail(DAY),
    "book": book("bed", "2026-05-20"),
    "acknowledge": acknowledge("D60/overdue"),
    "snooze": snooze("D60/overdue", at("2026-05-12")),
}


def cells() -> str:
    """The table: a row for each command, a column for each state."""
    stories = {name: given(told, rules=versions()) for name, told in STATES.items()}
    lines = [f"{'':18}" + "".join(f"{name:>21}" for name in STATES)]
    for name, command in COMMANDS.items():
        found = [_outcome(story.state, command) for story in stories.values()]
        lines.append(f"{name:18}" + "".join(f"{each:>21}" for each in found))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _outcome(state: State, command: Asked) -> str:
    story = Course(state).hear(command, NOW)  # type: ignore[arg-type]
    return story.refusal.code.value if story.refusal is not None else "taken"


def test_every_command_in_every_state_is_answered_as_agreed() -> None:
    """No cell of commands by states is left to chance."""
    assert cells() == GOLDEN.read_text(encoding="utf-8")
