"""A life in which every event of safety happens, and every command of safety asked once.

The rule that keeps it honest: told in the words of the tests, and decided by nothing here.
"""

from __future__ import annotations

from domain import commands as cmd
from tests.domain.builders import COORDINATOR, at, followed
from tests.domain.safety.words import (
    changed,
    closed,
    crs,
    graded,
    informed,
    known_at,
    opened,
    reported,
    responded,
    said,
)
from tests.domain.spec import Course, given

KNOWN = "2026-04-03 16:00"
SERIOUS = ["hospitalisation"]


def everything_of_safety() -> Course:
    """From the first knowledge of an event to the withdrawal of its report."""
    course = given(followed(), [(at(KNOWN), opened(serious=SERIOUS, known=known_at(KNOWN)))])
    for number, command in enumerate(_told()):
        course.when(command, at(f"2026-04-07 09:{number:02}"))
        assert course.refusal is None, course.refusal
    return course


def _told() -> list[cmd.Command]:
    return [
        reported("2026-04-03 17:00"),
        said("withdraw_report", report="RPT1", reason="another participant"),
        reported("2026-04-03 18:00"),
        informed("blood culture positive", "2026-04-07 08:00"),
        graded(2, "2026-04-06"),
        changed(serious=["disability"]),
        said("treat_adverse_event", ae="AE1", treatment="G-CSF", happened="2026-04"),
        closed("recovered", "2026-04-06"),
        said("reopen_adverse_event", ae="AE1", reason="too early"),
        crs(1, "2026-03-05", temperature=39, hypotension="none", hypoxia="none"),
        responded("CR", "2026-03-30"),
        said("void_assessment", assessment="RSP1", reason="another participant"),
        said("void_adverse_event", ae="AE1", reason="another participant"),
    ]


def asked_of_safety() -> list[cmd.Command]:
    """Each command of safety, said by the coordinator."""
    told = {each.kind: each for each in (opened(), *_told())}
    return [each.model_copy(update={"actor": COORDINATOR}) for each in told.values()]
