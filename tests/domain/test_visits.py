"""What people say of a visit besides doing it: planned, moved, excused, missed, unscheduled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain import Code, Standing
from domain.events import AppointmentPlanned, UnscheduledVisitRecorded, VisitExcused, VisitMissed
from tests.domain.builders import (
    at,
    cleared,
    excuse,
    followed,
    infused,
    miss,
    plan,
    record,
    register,
    retract,
    screened,
    stated,
    unscheduled,
    withdrawn_at,
)
from tests.domain.spec import given
from tests.support.lives import Told

APRIL = at("2026-04-20 12:00")


def test_an_appointment_is_set_moved_with_a_reason_and_taken_back() -> None:
    """Each step is an event; moving one without a reason is refused, stating the same again too."""
    story = given(followed()).when(plan("D60", "2026-04-30"), APRIL)
    story.then(AppointmentPlanned("D60", stated("2026-04-30")))
    story.when(plan("D60", "2026-05-04 10:00", "public holiday"), APRIL)
    story.then(AppointmentPlanned("D60", stated("2026-05-04 10:00"), "public holiday"))
    story.when(plan("D60", None, "asked to wait"), APRIL).then(
        AppointmentPlanned("D60", None, "asked to wait")
    )
    assert story.state.item("D60").appointment is None
    story.when(plan("D60", None), APRIL).refused(Code.SAME_FACT, "already none")


def test_moving_an_appointment_needs_a_reason() -> None:
    """The first needs none; a change does, so that the record says why."""
    given(followed()).when(plan("D60", "2026-04-30"), APRIL).when(plan("D60", "2026-05-02"), APRIL).refused(
        Code.MALFORMED, "needs a reason"
    )
    given(followed()).when(plan("D60", "2026-04-30"), APRIL).when(plan("D60", "2026-04-30"), APRIL).refused(
        Code.SAME_FACT, "already 2026-04-30"
    )


def test_an_appointment_lies_ahead() -> None:
    """Yesterday is refused, today is not."""
    given(followed()).when(plan("D60", "2026-04-19"), APRIL).refused(Code.BAD_VALUE, "has passed")
    given(followed()).when(plan("D60", "2026-04-20"), APRIL).then("appointment.planned")


def test_a_visit_excused_before_its_window_closes_stands_as_not_applicable() -> None:
    """A person said beforehand that it will not take place: no alert, no deviation."""
    story = given(followed()).when(excuse("D60"), APRIL)
    story.then(VisitExcused("D60", "abroad, agreed beforehand"))
    assert story.stands("D60", at("2026-05-20")) is Standing.NOT_APPLICABLE
    assert not story.run(at("2026-05-20")).alerts()
    assert not story.state.deviations


@pytest.mark.parametrize("story", [screened(), followed()], ids=["in screening", "in follow-up"])
def test_excusing_a_visit_takes_nobody_to_its_stage(story: Told) -> None:
    """A visit excused months ahead leaves the stage where it is, also when the visits before it are done."""
    before = given(story).state.stage
    excused = given(story).when(excuse("M12"), story[-1][0] + timedelta(days=1))
    excused.then("visit.excused")
    assert excused.state.stage == before


def test_after_the_window_a_visit_is_missed_not_excused() -> None:
    """At the last moment it can be excused; a moment later the sentence says what to say instead."""
    closes = at("2026-05-09")
    given(followed()).when(excuse("D60"), closes - timedelta(microseconds=1)).includes("visit.excused")
    given(followed()).when(excuse("D60"), closes).refused(Code.BAD_VALUE, "say that it was missed")


def test_missed_is_said_by_a_person_and_is_a_deviation() -> None:
    """The alert resolves, the deviation opens with the reason; the machine by itself only says overdue."""
    story = given(followed()).when(miss("D60"), at("2026-05-11 09:00"))
    story.then(VisitMissed("D60", "did not come"), "stage.entered", "deviation.opened", "alert.resolved")
    assert story.stands("D60", at("2027-01-01")) is Standing.MISSED
    assert story.state.deviations["D60", "missed"].detail == "did not come"


def test_before_its_window_opens_a_visit_cannot_have_been_missed() -> None:
    """It may be excused; once the window is open it may also be given up as missed."""
    given(followed()).when(miss("D60"), APRIL).refused(Code.BAD_VALUE, "opens 2026-04-24", "excuse")
    given(followed()).when(miss("D60"), at("2026-04-24")).includes("visit.missed")
    given(cleared()).when(miss("D60"), at("2026-03-02 12:00")).refused(Code.BAD_VALUE, "has no dates yet")


@pytest.mark.parametrize("say", [excuse, miss])
def test_milestones_are_neither_excused_nor_missed(say: object) -> None:
    """An infusion that does not happen is an end or nothing yet, never a missed visit."""
    assert callable(say)
    given(cleared()).when(say("infusion"), at("2026-03-02 12:00")).refused(Code.NOT_APPLICABLE, "milestone")


@pytest.mark.parametrize("say", [excuse, miss, lambda item: plan(item, "2026-05-01")])
def test_nothing_more_is_said_of_a_visit_that_is_settled_or_does_not_apply(say: object) -> None:
    """Done is done, the never-infused contact is not for the infused, after the end nothing is planned."""
    assert callable(say)
    given(followed()).when(say("D28"), APRIL).refused(Code.ALREADY_RECORDED)
    given(followed()).when(say("S3"), APRIL).refused(Code.NOT_APPLICABLE, "its condition")
    given(followed(), withdrawn_at("2026-04-10")).when(say("D60"), APRIL).refused(Code.ENDED, "withdrawn")
    given(followed()).when(say("D61"), APRIL).refused(Code.UNKNOWN_ITEM)


def test_a_missed_visit_can_be_taken_back_and_then_recorded() -> None:
    """Somebody finds the visit after all: retracted, then recorded, each on the record."""
    story = given(followed()).when(miss("D60"), at("2026-05-11 09:00"))
    story.when(retract("D60"), at("2026-05-12 09:00"))
    assert story.stands("D60", at("2026-05-12 09:00")) is Standing.OVERDUE
    story.when(record("D60", "2026-05-06"), at("2026-05-12 09:05"))
    assert story.stands("D60", at("2026-05-12 09:05")) is Standing.DONE


def test_an_unscheduled_visit_is_kept_with_its_reason() -> None:
    """It counts from nothing and moves nothing."""
    story = given(infused()).when(unscheduled("2026-04-19"), APRIL)
    assert story.events[-1] == UnscheduledVisitRecorded(stated("2026-04-19"), "fever at home")
    assert story.state.unscheduled == ((stated("2026-04-19"), "fever at home"),)


def test_consent_can_have_no_appointment_of_the_past() -> None:
    """What already happened takes no appointment."""
    given([(at("2026-01-05 12:00"), register())]).when(
        plan("consent", "2026-01-06"), at("2026-01-05 13:00")
    ).refused(Code.ALREADY_RECORDED, "consent")
