"""Treatment-emergent by the protocol's rule, with the other wording beside it."""

from __future__ import annotations

import pytest

from domain import commands as cmd
from domain.safety.emergent import Answer, Emergent, emergent
from tests.domain.builders import at, cleared, infused, record
from tests.domain.safety.words import graded, opened
from tests.domain.spec import Course, given

NOW = at("2026-07-20 10:00")
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def of(*commands: cmd.Command, infused_: bool = True) -> Emergent:
    """The answer for AE1 of a participant infused on 2026-03-02 at 09:30."""
    course = Course(given(infused() if infused_ else cleared()).state)
    for command in commands:
        course.hear(command, NOW)
    assert course.refusal is None, course.refusal
    found = emergent(course.state, course.state.safety.events["AE1"])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("onset", "counted", "beside"),
    [
        ("2026-03-01", NO, NO),
        ("2026-03-02", YES, YES),
        ("2026-03-02T09:29:00+08:00", NO, NO),
        ("2026-03-02T09:31:00+08:00", YES, YES),
        ("2026-05-31", YES, YES),
        ("2026-06-01", NO, YES),
        ("2026-06-02", NO, YES),
        ("2026-06-03", NO, NO),
        ("2026-04", YES, YES),
        ("2026-03", UNKNOWN, UNKNOWN),
        ("2026-06", NO, UNKNOWN),
        ("2026-07", NO, NO),
        ("2026", UNKNOWN, UNKNOWN),
    ],
)
def test_ninety_days_and_three_months_differ_and_both_are_shown(
    onset: str, counted: Answer, beside: Answer
) -> None:
    """Day 0 to day 90 counts; "3 months" ends two days later here; what is not known stays unknown."""
    assert of(opened(onset=onset)) == Emergent(counted, beside)


def test_what_was_there_before_counts_by_its_worsening() -> None:
    """A pre-existing event counts from a grade above all earlier ones, within the same time."""
    before = opened(onset="2025-06", grade=1, preexisting=True)
    assert of(before).counted is NO
    assert of(before, graded(2, "2026-03-20")).counted is YES
    assert of(before, graded(2, "2026-02-20"), graded(1, "2026-03-20")).counted is NO
    assert of(before, graded(2, "2026-07-01")).counted is NO


def test_a_worsening_known_in_part_can_leave_it_open() -> None:
    """A higher grade some time in March may be of the day before infusion."""
    assert of(opened(onset="2025-06", grade=1, preexisting=True), graded(2, "2026-03")).counted is UNKNOWN


def test_nothing_is_emergent_before_an_infusion() -> None:
    """Who was not infused has no treatment-emergent event."""
    assert of(opened(onset="2026-03-02"), infused_=False) == Emergent(NO, NO)


def test_it_counts_from_the_first_infusion() -> None:
    """A later infusion opens no second stretch of 90 days."""
    assert of(record("reinfusion", "2026-06-10"), opened(onset="2026-06-15")).counted is NO
