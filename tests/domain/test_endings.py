"""An end stops what it must and nothing else; afterwards nothing alerts, and late records are still taken."""

from __future__ import annotations

import pytest

from domain import Code, Standing, next_deadline
from domain.events import ParticipationEnded
from domain.protocol.document import End
from domain.rows import nothing_left
from tests.domain.builders import (
    at,
    correct,
    end,
    enrolled,
    followed,
    infused,
    progressed,
    record,
    register,
    released,
    retract,
    screened,
    stated,
    unscheduled,
    withdrawn_at,
)
from tests.domain.spec import Course, given

APRIL = at("2026-04-20 12:00")


def ended(how: str, on: str = "2026-04-10") -> Course:
    """Followed to day 28, then ended."""
    return given(followed()).when(end(how, on), at(f"{on} 12:00"))


def how_ended(story: Course) -> End | None:
    """The end in force."""
    ending = story.state.ending
    return ending.end if ending is not None else None


@pytest.mark.parametrize("how", ["withdrawn", "died", "lost_to_follow_up"])
def test_after_the_end_nothing_alerts_any_more(how: str) -> None:
    """Open alerts are resolved with the end, nothing is waited for, and no later moment raises one."""
    story = given(followed(21)).run(at("2026-04-05"))
    assert story.alerts()
    story.when(end(how, "2026-04-05"), at("2026-04-05 12:00"))
    story.includes("participation.ended", "alert.resolved")
    assert story.state.settled_alerts[-1].resolved_why == "ended"
    assert next_deadline(story.state) is None
    assert nothing_left(story.state)
    assert story.stands("D60", at("2027-01-01")) is Standing.NOT_APPLICABLE


def test_an_end_is_recorded_with_its_time_and_reason() -> None:
    """The event is the fact; the stage stays where it was."""
    story = ended("died")
    assert story.events[0] == ParticipationEnded(End.DIED, stated("2026-04-10"), "as told")
    assert story.state.stage == "response"


@pytest.mark.parametrize(
    "late", [record("D60", "2026-04-24"), unscheduled("2026-04-24"), progressed("2026-04-24")]
)
def test_after_the_end_only_what_happened_before_it_is_taken(late: object) -> None:
    """A late record is; what would have happened after the end is refused, and the sentence says why."""
    story = ended("withdrawn", "2026-04-24")
    story.when(late, at("2026-05-01 12:00"))  # type: ignore[arg-type]
    assert story.refusal is None
    ended("withdrawn", "2026-04-23").when(late, at("2026-05-01 12:00")).refused(  # type: ignore[arg-type]
        Code.ENDED, "withdrawn", "only late records are taken"
    )


@pytest.mark.parametrize(
    ("how", "story", "saying"),
    [
        ("screen_failure", enrolled, "only before enrolment"),
        ("manufacturing_failure", enrolled, "only after leukapheresis"),
        ("manufacturing_failure", infused, "only before infusion"),
        ("discontinued", screened, "only after enrolment"),
    ],
)
def test_an_end_must_be_possible_where_the_participant_stands(how: str, story: object, saying: str) -> None:
    """The protocol says after and before which milestone an end is possible."""
    assert callable(story)
    given(story()).when(end(how, "2026-03-02"), at("2026-03-10")).refused(Code.END_NOT_POSSIBLE, saying)


@pytest.mark.parametrize(
    ("on", "code"), [("2026-04-21", Code.FUTURE_TIME), ("2026-01-04", Code.BEFORE_ANCHOR)]
)
def test_an_end_is_not_ahead_and_not_before_consent(on: str, code: Code) -> None:
    """An end is a fact with a date like any other."""
    given(followed()).when(end("withdrawn", on), APRIL).refused(code)


def test_nobody_dies_before_they_were_last_seen() -> None:
    """A death before a visit recorded as done cannot be; one of the two is wrong."""
    given(followed()).when(end("died", "2026-03-29"), APRIL).refused(
        Code.BEFORE_ANCHOR, "D28, recorded as done"
    )
    seen = given(followed()).when(unscheduled("2026-04-12"), APRIL)
    seen.when(end("died", "2026-04-11"), APRIL).refused(Code.BEFORE_ANCHOR, "an unscheduled visit")
    given(followed()).when(end("died", "2026-03-30"), APRIL).includes("participation.ended")


def test_a_participation_ends_once() -> None:
    """A second end is refused; if the first is wrong, it is corrected."""
    ended("withdrawn").when(end("withdrawn", "2026-04-10"), APRIL).refused(
        Code.ENDED, "already ended (withdrawn)"
    )
    ended("died").when(end("died", "2026-04-11"), APRIL).refused(Code.ENDED, "already ended (died)")
    ended("withdrawn").when(end("lost_to_follow_up", "2026-04-12"), APRIL).refused(Code.ENDED)


@pytest.mark.parametrize("first", ["withdrawn", "lost_to_follow_up", "discontinued"])
def test_death_after_another_end_is_still_recorded(first: str) -> None:
    """It is learnt later, and survival is an endpoint."""
    story = ended(first).when(end("died", "2026-04-15"), APRIL)
    story.includes("participation.ended")
    assert how_ended(story) is End.DIED
    assert not story.run(at("2028-01-01")).alerts()


def test_a_death_taken_back_leaves_the_end_before_it_in_force() -> None:
    """Discontinued, then wrongly recorded as dead: taken back, survival follow-up goes on."""
    story = ended("discontinued").when(end("died", "2026-04-15"), APRIL).when(retract("end"), APRIL)
    assert how_ended(story) is End.DISCONTINUED
    assert story.stands("S12", at("2027-01-16 12:00")) is Standing.OPEN
    story.when(retract("end"), APRIL)
    assert how_ended(story) is None
    assert story.stands("D60", at("2026-05-01")) is Standing.OPEN


def test_an_end_can_be_corrected_to_another_day_that_can_be() -> None:
    """The date moves on the record; what could not be stated at first cannot be corrected to."""
    story = ended("died").when(correct("end", "2026-04-09"), APRIL).then("record.corrected")
    assert story.state.ending is not None
    assert story.state.ending.happened == stated("2026-04-09")
    story.when(correct("end", "2026-03-29"), APRIL).refused(Code.BEFORE_ANCHOR, "D28")


@pytest.mark.parametrize("how", ["withdrawn", "lost_to_follow_up"])
def test_survival_follow_up_can_itself_end(how: str) -> None:
    """Who withdraws or is lost after a failed manufacture is not called any more."""
    failed = given(released()[:-1]).when(end("manufacturing_failure", "2026-02-10"), at("2026-02-10 15:00"))
    assert next_deadline(failed.state) is not None
    failed.when(end(how, "2026-03-01"), at("2026-03-01 12:00")).includes("participation.ended")
    assert next_deadline(failed.state) is None
    given(released()[:-1]).when(end("manufacturing_failure", "2026-02-10"), at("2026-02-10 15:00")).when(
        end(how, "2026-02-09"), at("2026-03-01 12:00")
    ).refused(Code.BEFORE_ANCHOR, "manufacturing_failure (2026-02-10)")


def test_discontinued_after_infusion_keeps_survival_and_lets_the_visits_go() -> None:
    """The twelve-month survival status from leukapheresis is still due, the visits from infusion are not."""
    story = ended("discontinued")
    assert story.stands("D60", at("2026-05-20")) is Standing.NOT_APPLICABLE
    assert story.stands("S12", at("2027-02-01")) is Standing.OVERDUE
    story.when(record("D60", "2026-04-24"), at("2026-05-01")).refused(Code.ENDED, "D60")


def test_progression_is_learnt_in_survival_follow_up_too() -> None:
    """Progression-free survival needs it, whatever ended the treatment."""
    ended("discontinued").when(progressed("2026-04-18"), APRIL).then("progression.recorded")


def test_a_screen_failure_ends_before_anything_was_planned() -> None:
    """Screened, failed, nothing left to wait for; a death afterwards is none of this trial's business."""
    story = given([(at("2026-01-05 12:00"), register())])
    story.when(end("screen_failure", "2026-01-08"), at("2026-01-08 12:00"))
    assert nothing_left(story.state)
    story.when(end("died", "2026-01-20"), at("2026-01-21")).refused(Code.ENDED, "screen_failure")


def test_a_withdrawal_taken_back_brings_the_timeline_back() -> None:
    """Recorded for the wrong participant: everything due since is raised, once each, at that moment."""
    story = given(followed(), withdrawn_at("2026-04-10")).when(retract("end"), at("2026-05-20 09:00"))
    assert story.alerts() == {"D60/overdue": ("open", 1)}
