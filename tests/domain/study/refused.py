"""One refusal of each kind that only the study as a whole can give.

The rule that keeps it honest: each is a story that ends in the refusal; nothing in it is made up afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from domain import Code, Refused, initial
from domain import commands as cmd
from tests.domain.builders import record, register, rules
from tests.domain.spec import Course
from tests.domain.study.words import FIRST, at, code, cohort, hold, infused, lift, say, until
from tests.support.cohort import Cohort

NOON = at("2026-02-16 12:00")


def told(world: Cohort, who: str, command: cmd.Command, moment: datetime = NOON) -> Course:
    """The refusal of a command, as a story that left nothing behind."""
    course = Course(initial(rules()))
    try:
        world.when(who, command, moment)
    except Refused as refused:
        course.refusal = refused
    return course


def _held() -> Course:
    world = cohort().when("study", hold(), at("2026-01-05 08:00"))
    return told(world, code(1), register(), at("2026-01-05 12:00"))


def _staggered() -> Course:
    later = [*until(2, FIRST + timedelta(days=13))]
    moment, who, infusion = later[-1]
    return told(infused().play(later[:-1]), who, infusion, moment)


def _paused() -> Course:
    paused = say("set_recruitment", recruitment="paused", reason="full")
    world = cohort().when("study", paused, at("2026-01-05 08:00"))
    return told(world, code(1), register(), at("2026-01-05 12:00"))


STORIES: Mapping[Code, Callable[[], Course]] = {
    Code.STUDY_ON_HOLD: _held,
    Code.STAGGER: _staggered,
    Code.RECRUITMENT_CLOSED: _paused,
    Code.NO_TURN: lambda: told(infused(), "study", say("return_turn", participant=code(1), reason="fever")),
    Code.UNKNOWN_HOLD: lambda: told(infused(), "study", lift("hold-7")),
    Code.UNKNOWN_MEETING: lambda: told(
        infused(), "study", say("record_meeting", meeting="other", happened="2026-02-16", outcome="x")
    ),
    Code.NOTHING_TO_DECIDE: lambda: told(
        infused(),
        "study",
        say("decide_treatment", participant=code(1), treatment="proceed", reason="x"),
    ),
    Code.NOT_STATED: lambda: told(Cohort(rules("DZ-CYCLES")), "study", hold()),
    Code.WRONG_SUBJECT: lambda: told(infused(), "study", record("D28", "2026-02-16")),
}
