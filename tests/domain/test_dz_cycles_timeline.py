"""The second protocol's own table: chained cycles, windows in hours, two branches. All in Berlin.

First dose 2026-01-12 at 08:00; the clocks go forward on 2026-03-29 and back on 2026-10-25.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain import Code, Standing
from domain.plan import whole_plan
from domain.stated import day_of
from tests.domain.builders import decided, end, excuse, miss, plan, record
from tests.domain.cycles import BERLIN, RULES, agreed, at, cycled, dosed, going, switch_agreed
from tests.domain.spec import Course, given

MOMENT = timedelta(microseconds=1)


def days(story: Course, item: str) -> tuple[str, str, str, str]:
    """(basis, first day, target day, last day) of the item's window."""
    window = whole_plan(story.state)[item]
    ends = (window.opens, window.target - MOMENT, window.closes - MOMENT)
    first, target, last = (day_of(each, BERLIN).isoformat() for each in ends)
    return window.basis, first, target, last


@pytest.mark.parametrize(
    ("item", "opens", "closes"),
    [
        ("PK1", "2026-01-12 08:50", "2026-01-12 09:10"),
        ("PK4", "2026-01-12 11:40", "2026-01-12 12:20"),
        ("PK24", "2026-01-13 06:00", "2026-01-13 10:00"),
    ],
)
def test_samples_are_due_minutes_after_the_stated_dose(item: str, opens: str, closes: str) -> None:
    """Windows in hours and minutes count from the dose's own minute."""
    window = whole_plan(given(dosed(), rules=RULES).state)[item]
    assert (window.opens, window.closes) == (at(opens), at(closes))


def test_a_sample_24_hours_later_is_elapsed_time_on_the_night_the_clocks_change() -> None:
    """A dose booked for 08:00 before the short night: 24 hours later it is 09:00 on the wall."""
    booked = plan("first_dose", "2026-03-28T08:00:00+01:00")
    window = whole_plan(given(agreed(), [(at("2026-01-05 11:00"), booked)], rules=RULES).state)["PK24"]
    assert (window.basis, window.target) == ("projected", at("2026-03-29 09:00"))


def test_each_cycle_hangs_on_the_day_the_one_before_really_ended() -> None:
    """Cycle 1 a day late moves cycle 2, and all the later ones, by that day."""
    story = given(dosed(), rules=RULES)
    assert days(story, "C1") == ("actual", "2026-01-31", "2026-02-02", "2026-02-05")
    assert days(story, "C2") == ("projected", "2026-02-21", "2026-02-23", "2026-02-26")
    story.when(record("C1", "2026-02-03"), at("2026-02-03 10:00"))
    assert days(story, "C2") == ("actual", "2026-02-22", "2026-02-24", "2026-02-27")
    assert days(story, "C3") == ("projected", "2026-03-15", "2026-03-17", "2026-03-20")


@pytest.mark.parametrize("skip", [excuse, miss])
def test_a_skipped_cycle_carries_its_expected_date_along_the_chain(skip: object) -> None:
    """Cycle 2 is skipped: cycle 3 counts from the day cycle 2 was expected, and says so."""
    assert callable(skip)
    story = given(cycled(1), rules=RULES).when(skip("C2"), at("2026-02-22 10:00"))
    assert days(story, "C3") == ("expected", "2026-03-14", "2026-03-16", "2026-03-19")
    assert days(story, "C4") == ("projected", "2026-04-04", "2026-04-06", "2026-04-09")
    story.when(skip("C3"), at("2026-03-15 10:00"))
    assert days(story, "C4") == ("expected", "2026-04-04", "2026-04-06", "2026-04-09")
    assert story.run(at("2026-04-10")).stands("C4", at("2026-04-10")) is Standing.OVERDUE


def test_an_appointment_is_the_expected_date_of_what_has_not_happened() -> None:
    """Cycle 1 is booked three days later: what hangs on it is projected from the booking."""
    story = given(dosed(), [(at("2026-01-20 10:00"), plan("C1", "2026-02-05"))], rules=RULES)
    assert days(story, "C1") == ("actual", "2026-01-31", "2026-02-02", "2026-02-05")
    assert days(story, "C2") == ("projected", "2026-02-24", "2026-02-26", "2026-03-01")


def test_nothing_is_planned_from_what_nobody_can_foresee() -> None:
    """Before the first dose everything is projected from its target, before that from the agreement."""
    story = given(agreed(), rules=RULES)
    assert days(story, "first_dose") == ("actual", "2026-01-08", "2026-01-12", "2026-01-26")
    assert days(story, "C1")[0] == "projected"
    assert story.stands("C1", at("2026-02-20")) is Standing.PROJECTED


def test_a_branch_applies_once_it_is_decided() -> None:
    """Before the decision neither branch is expected; after it one is, and it alerts."""
    story = given(cycled(), rules=RULES)
    assert story.stands("K1", at("2026-07-01")) is Standing.NOT_APPLICABLE
    assert story.stands("switch_dose", at("2026-05-25")) is Standing.NOT_APPLICABLE
    story = given(cycled(), going("continue"), rules=RULES)
    assert days(story, "K1") == ("actual", "2026-06-22", "2026-06-29", "2026-07-06")
    assert days(story, "EOT-K") == ("actual", "2026-12-04", "2026-12-18", "2027-01-01")
    assert story.stands("K1", at("2026-07-07")) is Standing.OVERDUE
    assert story.run(at("2026-07-07")).alerts().keys() == {"K1/overdue"}
    assert story.stands("switch_dose", at("2026-07-07")) is Standing.NOT_APPLICABLE


def test_a_decision_changed_later_moves_the_participant_to_the_other_branch() -> None:
    """What was overdue in the one branch no longer applies and its alert is resolved; the other begins."""
    story = given(cycled(), going("continue"), rules=RULES).run(at("2026-07-07"))
    story.when(decided("course", "switch", "2026-07-07"), at("2026-07-07 10:00"))
    story.includes("decision.taken", "alert.resolved", "alert.raised")
    assert story.state.settled_alerts[-1].resolved_why == "not_applicable"
    assert story.alerts().keys() == {"switch_dose/overdue"}
    story.when(decided("course", "switch", "2026-07-07"), at("2026-07-07 11:00")).refused(Code.SAME_FACT)


def test_the_switch_needs_its_branch_and_its_sponsor() -> None:
    """A milestone in one branch only, behind a gate that the sponsor signs."""
    dose = record("switch_dose", "2026-05-25")
    now = at("2026-05-25 12:00")
    given(cycled(), going("continue"), rules=RULES).when(dose, now).refused(Code.NOT_APPLICABLE)
    given(cycled(), going("switch"), rules=RULES).when(dose, now).refused(
        Code.GATE_CLOSED, "the sponsor signs"
    )
    story = given(cycled(), going("switch"), switch_agreed(), rules=RULES).when(dose, now)
    assert days(story, "W1") == ("actual", "2026-05-31", "2026-06-01", "2026-06-02")
    assert story.state.stage == "second_drug"


@pytest.mark.parametrize(
    ("decision", "option", "saying"),
    [("curse", "continue", "did you mean course?"), ("course", "stop", "not an option of course")],
)
def test_an_unknown_decision_or_option_is_refused(decision: str, option: str, saying: str) -> None:
    """The sentence names what there is to decide."""
    story = given(cycled(), rules=RULES)
    story.when(decided(decision, option, "2026-05-19"), at("2026-05-19 12:00")).refused(
        Code.UNKNOWN_DECISION, saying
    )


def test_after_discontinuation_only_the_telephone_contact_is_left() -> None:
    """Cycles end, the call a year after the first dose stays and alerts."""
    story = given(cycled(2), rules=RULES).when(end("discontinued", "2026-03-01"), at("2026-03-01 12:00"))
    assert story.stands("C3", at("2026-03-20")) is Standing.NOT_APPLICABLE
    assert days(story, "CALL") == ("actual", "2027-01-02", "2027-01-12", "2027-01-22")
    assert story.run(at("2027-01-23")).alerts().keys() == {"CALL/overdue"}
    story.when(record("CALL", "2027-01-20"), at("2027-01-25 10:00")).includes("visit.recorded")
    assert day_of(at("2027-01-25 10:00"), BERLIN) == date(2027, 1, 25)
