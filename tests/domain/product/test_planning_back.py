"""Planning back from the infusion, and deciding again when it comes too late."""

from __future__ import annotations

import pytest

from domain import Code, Standing
from domain.events import AppointmentPlanned
from tests.domain.builders import (
    at,
    conditioned,
    custody,
    decided,
    excuse,
    plan,
    record,
    released,
    results,
    sign,
    stated,
)
from tests.domain.spec import Course, given
from tests.support.lives import FITNESS

NOON = at("2026-02-16 12:00")


def appointments(story: Course) -> dict[str, str]:
    """The appointments that stand, by item."""
    known = {code: each.appointment for code, each in story.state.items.items()}
    return {code: each.isoformat() for code, each in known.items() if each is not None}


def planned() -> Course:
    """The infusion is planned for the afternoon of 2026-03-02."""
    return given(released()).when(plan("infusion", "2026-03-02 14:00"), NOON)


def test_planning_the_infusion_plans_the_days_of_conditioning() -> None:
    """Days -5, -4 and -3 from the intended infusion, each an event of its own with the reason."""
    story = planned().then(*["appointment.planned"] * 4)
    assert appointments(story) == {
        "infusion": "2026-03-02T14:00:00+08:00",
        "conditioning": "2026-02-25",
        "LD2": "2026-02-26",
        "LD3": "2026-02-27",
    }
    last = story.events[-1]
    assert isinstance(last, AppointmentPlanned)
    assert last.reason == "P3D before infusion on 2026-03-02T14:00:00+08:00"


def test_moving_the_infusion_moves_them_on_the_record() -> None:
    """Two days later: all four move, and the earlier appointments stay readable in the record."""
    story = planned().when(plan("infusion", "2026-03-04", "no bed"), at("2026-02-17 12:00"))
    story.then(*["appointment.planned"] * 4)
    assert appointments(story)["LD3"] == "2026-03-01"
    assert len([each for each in story.record if isinstance(each, AppointmentPlanned)]) == 8


def test_what_is_done_never_moves() -> None:
    """The first dose was given: only what is ahead is planned anew."""
    story = given(conditioned()[:-2]).when(plan("infusion", "2026-03-03"), at("2026-02-25 12:00"))
    assert set(appointments(story)) == {"infusion", "LD2", "LD3"}


def test_taking_the_infusion_back_takes_them_back() -> None:
    """No intended day, no days before it."""
    story = planned().when(plan("infusion", None, "fever"), at("2026-02-17 12:00"))
    assert appointments(story) == {}


def test_other_appointments_plan_nothing_else() -> None:
    """Only the item that is planned back from moves others."""
    given(released()).when(plan("conditioning", "2026-02-25"), NOON).then("appointment.planned")


def gate_of(item: str, on: str) -> str:
    """What is said when an item is recorded on a day without fresh results."""
    story = given(conditioned()) if item == "infusion" else given(released())
    story.when(record(item, on), at("2026-03-20 12:00"))
    assert story.refusal is not None
    assert story.refusal.code is Code.GATE_CLOSED
    return story.refusal.text


def test_gates_are_asked_again_before_conditioning_and_before_the_infusion() -> None:
    """INV-11: fitness signed for conditioning does not open the infusion, and nothing opens by itself."""
    assert "fit_for_conditioning" in gate_of("conditioning", "2026-02-25")
    assert "fit_for_infusion" in gate_of("infusion", "2026-03-02 09:30")


def test_results_older_than_their_shelf_life_close_the_gate_again() -> None:
    """Fit on 2026-03-02, infusion on the 5th: temperature and saturation count two days, no longer."""
    fit = results(FITNESS, "2026-03-02")
    story = given(conditioned(), fit, [custody("to_bedside", "2026-03-04 09:00")])
    story.when(sign("fit_for_infusion"), at("2026-03-05 08:00")).refused(Code.GATE_CLOSED, "expired after")


def late() -> Course:
    """Conditioned until 2026-02-27 and not infused: the hard stop was the end of 2026-03-06."""
    return given(conditioned()).run(at("2026-03-09 12:00"))


def test_past_the_hard_stop_somebody_must_decide() -> None:
    """Conditioning given, infusion too late: an alert of its own asks for the decision."""
    assert given(conditioned()).run(at("2026-03-06 23:59")).alerts().keys() == {"infusion/overdue"}
    assert "infusion/repeat_decision" in late().alerts()


@pytest.mark.parametrize("when", ["2026-02-20 12:00", "2026-03-06 12:00"])
def test_before_the_hard_stop_there_is_nothing_to_decide(when: str) -> None:
    """Neither before conditioning nor within the time is a repeat asked for."""
    story = given(released()) if when < "2026-02-25" else given(conditioned())
    story.when(decided("late_infusion", "repeat_conditioning", when[:10]), at(when)).refused(
        Code.NOT_APPLICABLE, "hard stop of infusion has passed"
    )


def test_repeating_opens_conditioning_and_its_doses_again() -> None:
    """What was given stays on the record; what counts from it is stale until it is given again."""
    story = late().when(decided("late_infusion", "repeat_conditioning", "2026-03-09"), at("2026-03-09 13:00"))
    story.includes("decision.taken", "items.reopened", "plan.revised", "alert.resolved")
    for code in ("conditioning", "LD2", "LD3"):
        assert story.state.item(code).outcome.value == "pending"
        assert len(story.state.item(code).superseded) == 1
    assert story.stands("infusion", at("2026-03-10")) is Standing.STALE
    assert story.stands("LD3", at("2026-03-10")) is Standing.STALE
    assert "infusion/repeat_decision" not in story.alerts()


def test_after_the_repeat_the_infusion_counts_from_the_new_doses() -> None:
    """Conditioned again from 2026-03-12: the infusion is due two to four days after the new last dose."""
    story = late().when(decided("late_infusion", "repeat_conditioning", "2026-03-09"), at("2026-03-09 13:00"))
    for moment, command in results(FITNESS, "2026-03-12"):
        story.when(command, moment)
    story.when(sign("fit_for_conditioning"), at("2026-03-12 08:30"))
    for day, code in (("2026-03-12", "conditioning"), ("2026-03-13", "LD2"), ("2026-03-14", "LD3")):
        story.when(record(code, day), at(f"{day} 12:00"))
    window = story.state.item("infusion").window
    assert window is not None
    assert (window.opens, window.closes) == (at("2026-03-16"), at("2026-03-19"))
    assert story.state.item("conditioning").happened == stated("2026-03-12")


def test_the_repeat_can_be_decided_again_another_time() -> None:
    """The decision is used up by what it opened; a second lateness asks anew."""
    story = late().when(decided("late_infusion", "repeat_conditioning", "2026-03-09"), at("2026-03-09 13:00"))
    assert "late_infusion" not in story.state.decisions


def test_going_on_asks_for_the_approval_of_the_hard_stop() -> None:
    """Deciding to go on answers the question and opens nothing; the infusion itself needs its approval."""
    story = late().when(decided("late_infusion", "go_on", "2026-03-09"), at("2026-03-09 13:00"))
    assert "infusion/repeat_decision" not in story.alerts()
    assert story.state.item("conditioning").happened == stated("2026-02-25")
    for moment, command in results(FITNESS, "2026-03-10"):
        story.when(command, moment)
    story.when(sign("fit_for_infusion"), at("2026-03-10 08:30"))
    story.when(custody("to_bedside", "2026-03-10 09:00")[1], at("2026-03-10 09:00"))
    story.when(record("infusion", "2026-03-10 09:30"), at("2026-03-10 10:00")).refused(Code.HARD_STOP)
    story.refusal = None
    approved = record("infusion", "2026-03-10 09:30", approved_by="investigator-1", reason="fit, decided so")
    story.when(approved, at("2026-03-10 10:00")).includes("milestone.reached", "deviation.opened")


def test_deviations_of_the_first_course_stay_on_the_record() -> None:
    """A dose given a day late was late, whatever is repeated afterwards."""
    story = given(conditioned()[:-1]).when(record("LD3", "2026-02-28"), at("2026-02-28 12:00"))
    assert "LD3/late" in {each.deviation for each in story.state.deviations.values()}
    story.when(decided("late_infusion", "repeat_conditioning", "2026-03-09"), at("2026-03-09 13:00"))
    assert [(each.deviation, each.closed_why) for each in story.state.settled_deviations] == [
        ("LD3/late", "repeated")
    ]


def test_a_dose_that_was_excused_is_open_again_too() -> None:
    """Who repeats conditioning repeats all of it."""
    story = given(conditioned()[:-1]).when(excuse("LD3"), at("2026-02-26 12:00"))
    story.run(at("2026-03-09"))
    story.when(decided("late_infusion", "repeat_conditioning", "2026-03-09"), at("2026-03-09 13:00"))
    assert story.state.item("LD3").outcome.value == "pending"
