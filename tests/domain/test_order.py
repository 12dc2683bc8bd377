"""What happened is recorded however late; what cannot have happened is refused (INV-11)."""

from __future__ import annotations

import pytest

from domain import Code, Standing
from domain.events import MilestoneReached, VisitRecorded
from tests.domain.builders import (
    at,
    cleared,
    conditioned,
    enrolled,
    followed,
    infused,
    made,
    record,
    register,
    released,
    rules,
    screened,
    stated,
    unscheduled,
)
from tests.domain.spec import given

APRIL = at("2026-04-20 12:00")


@pytest.mark.parametrize(
    ("story", "item", "lacking"),
    [
        (screened, "leukapheresis", "enrolment"),
        (enrolled, "release", "leukapheresis"),
        (enrolled, "manufacturing_start", "leukapheresis"),
        (enrolled, "conditioning", "release"),
        (released, "infusion", "conditioning"),
        (released, "LD2", "conditioning"),
        (cleared, "D1", "infusion"),
        (cleared, "reinfusion", "infusion"),
    ],
)
def test_nothing_comes_before_what_it_stands_on(story: object, item: str, lacking: str) -> None:
    """INV-11: no order of records lets a later step precede an earlier one; the lacking step is named."""
    assert callable(story)
    given(story()).when(record(item, "2026-04-19"), APRIL).refused(Code.OUT_OF_ORDER, item, lacking)


def test_infusion_before_release_is_refused() -> None:
    """The step that must never come early: no product released, no infusion."""
    given(made()).when(record("infusion", "2026-03-02 09:30"), APRIL).refused(
        Code.OUT_OF_ORDER, "infusion needs release first"
    )


@pytest.mark.parametrize(
    ("item", "on", "code", "saying"),
    [
        ("LD2", "2026-02-24", Code.BEFORE_ANCHOR, "its anchor conditioning (2026-02-25)"),
        ("infusion", "2026-02-24 09:00", Code.OUT_OF_ORDER, "before conditioning"),
        ("infusion", "2026-02-26 09:00", Code.BEFORE_ANCHOR, "its anchor LD3"),
    ],
)
def test_a_date_before_its_anchor_is_refused(item: str, on: str, code: Code, saying: str) -> None:
    """What counts from a fact cannot have happened before it."""
    story = given(conditioned()[:-2] if item == "LD2" else conditioned())
    story.when(record(item, on), APRIL).refused(code, saying)


def test_a_visit_on_the_day_of_its_anchor_is_not_before_it() -> None:
    """Where only days are stated, the same day is in order; its window then tells that it was early."""
    story = given(infused()).when(record("D1", "2026-03-02"), at("2026-03-02 18:00"))
    story.includes("visit.recorded", "deviation.opened")


@pytest.mark.parametrize(
    ("on", "taken"),
    [
        ("2026-04-20", True),
        ("2026-04-21", False),
        ("2026-04-20 12:00", True),
        ("2026-04-20 12:01", False),
    ],
)
def test_the_future_is_refused_by_the_sites_clock(on: str, taken: bool) -> None:
    """Today's date is fine all day; a time later than now is not; the sentence says what time it is there."""
    story = given(infused()).when(unscheduled(on), APRIL)
    if taken:
        story.includes("visit.unscheduled")
    else:
        story.refused(Code.FUTURE_TIME, "it is 2026-04-20T12:00+08:00 in Asia/Shanghai")


def test_the_sites_day_decides_not_that_of_utc() -> None:
    """At half past seven in the morning in Shanghai it is yesterday in UTC; today there is no future date."""
    morning = at("2026-03-03 07:30")
    given(infused()).when(record("D1", "2026-03-03"), morning).then(VisitRecorded("D1", stated("2026-03-03")))


def test_before_consent_nothing_happened() -> None:
    """Whatever has no anchor of its own is still not before consent."""
    given(infused()).when(unscheduled("2026-01-04"), APRIL).refused(
        Code.BEFORE_ANCHOR, "consent (2026-01-05)"
    )
    given([(at("2026-01-05 12:00"), register())]).when(record("enrolment", "2026-01-04"), APRIL).refused(
        Code.OUT_OF_ORDER, "before consent"
    )


def test_what_is_recorded_is_not_recorded_again() -> None:
    """A second date for the same visit is a correction, and the sentence says so."""
    given(followed()).when(record("D28", "2026-03-31"), APRIL).refused(
        Code.ALREADY_RECORDED, "D28 is already done (2026-03-30)", "correct it with a reason"
    )


@pytest.mark.parametrize("code", ["D61", "Day60", "infuse", "end"])
def test_a_visit_code_that_is_not_in_the_protocol_version_is_refused(code: str) -> None:
    """The sentence names the version, and the code that was perhaps meant."""
    given(infused()).when(record(code, "2026-04-20"), APRIL).refused(
        Code.UNKNOWN_ITEM, "is not in protocol NCT06642025 1.0"
    )
    given(infused()).when(record("D61", "2026-04-20"), APRIL).refused(Code.UNKNOWN_ITEM, "did you mean", "D6")


def test_where_hours_are_counted_a_day_is_not_enough() -> None:
    """The bedside check is due six hours after the infusion, so both need their time; nothing is invented."""
    given(cleared()).when(record("infusion", "2026-03-02"), at("2026-03-02 12:00")).refused(
        Code.TIME_NEEDED, "H6 is counted in hours from infusion"
    )
    given(infused()[:-1]).when(record("H6", "2026-03-02"), at("2026-03-02 16:00")).refused(
        Code.TIME_NEEDED, "the window of H6 is in hours"
    )


def test_a_late_entry_closes_the_alert_and_is_no_deviation() -> None:
    """A visit typed in days later: the alert resolves, the proof that it fired stays, all was in time."""
    story = given(followed(21)).run(at("2026-04-06 07:00"))
    assert story.stands("D28", at("2026-04-06 07:00")) is Standing.OVERDUE
    assert story.alerts() == {"D28/overdue": ("open", 1)}
    story.when(record("D28", "2026-04-02"), at("2026-04-06 07:00"))
    story.then("visit.recorded", "stage.entered", "alert.resolved")
    assert story.stands("D28", APRIL) is Standing.DONE
    assert not story.state.deviations
    assert [each.alert for each in story.state.settled_alerts][-1] == "EX02-001/D28/overdue"


def test_what_was_said_is_kept_as_it_was_said() -> None:
    """A day stays a day and a time keeps its offset, in the event itself."""
    given(cleared()).when(record("infusion", "2026-03-02T01:30:00Z"), at("2026-03-02 12:00"))
    story = given(cleared()).when(record("infusion", "2026-03-02T01:30:00Z"), at("2026-03-02 12:00"))
    assert story.events[0] == MilestoneReached("infusion", stated("2026-03-02T01:30:00Z"))


def test_the_second_protocol_is_held_to_its_own_order() -> None:
    """The first dose waits for agreement and the switch for the first dose, in the other trial's words."""
    story = given([(at("2026-01-05 09:30"), register(age=None))], rules=rules("DZ-CYCLES"))
    story.when(record("C1", "2026-01-26"), APRIL).refused(Code.OUT_OF_ORDER, "C1 counts from first_dose")
