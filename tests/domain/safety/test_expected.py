"""The observations that visits expect: what is done or overdue without them is listed."""

from __future__ import annotations

from typing import Any

from domain.safety.expected import Missing, missing_assessments
from tests.domain.builders import at, followed, infused
from tests.domain.safety.words import crs, icans, responded, said
from tests.domain.spec import Course, given

FEVER: dict[str, Any] = {"temperature": 39, "hypotension": "none", "hypoxia": "none"}
WELL: dict[str, Any] = {
    "ice": 10,
    "consciousness": "alert",
    "seizure": "none",
    "motor": "none",
    "pressure": "none",
}


def missing(course: Course, now: str) -> list[tuple[str, str, bool]]:
    """(visit, assessment, overdue) of everything missing."""
    assert course.refusal is None, course.refusal
    return [
        (each.visit, each.assessment, each.overdue) for each in missing_assessments(course.state, at(now))
    ]


def test_daily_checks_that_are_done_expect_their_observations() -> None:
    """Each daily check asks for the ICE score and CRS; none was typed in, so all are missing."""
    found = missing(given(followed(14)), "2026-03-17 10:00")
    daily = {(f"D{day}", each, False) for day in range(1, 15) for each in ("ice", "crs")}
    assert set(found) == daily | {("H6", "ice", False), ("H6", "crs", False)}


def test_an_observation_of_the_day_or_of_the_visit_is_no_longer_missing() -> None:
    """It names the visit, or it is of the visit's day."""
    course = given(followed(2), [(at("2026-03-05 10:00"), crs(1, "2026-03-03", **FEVER))])
    course.when(icans(0, "2026-03-05", visit="D1", **WELL), at("2026-03-05 10:01"))
    assert {each for each in missing(course, "2026-03-05 10:02") if each[0] == "D1"} == set()
    assert ("D2", "crs", False) in missing(course, "2026-03-05 10:02")


def test_an_overdue_check_is_asked_for_and_one_still_open_is_not() -> None:
    """The day after its day a check that nobody recorded is overdue, and so are its observations."""
    found = missing(given(infused()), "2026-03-04 10:00")
    assert ("D1", "crs", True) in found
    assert not [each for each in found if each[0] == "D2"]


def test_a_voided_assessment_is_missing_again() -> None:
    """What was entered in error was not seen."""
    told = [(at("2026-03-05 10:00"), crs(1, "2026-03-03", **FEVER))]
    void = said("void_assessment", assessment="TOX1", reason="another participant")
    course = given(followed(1), told, [(at("2026-03-05 11:00"), void)])
    assert Missing("D1", "crs", overdue=False) in missing_assessments(course.state, at("2026-03-05 12:00"))


def test_the_response_visit_expects_a_response() -> None:
    """Day 60 overdue without a response: the response is missing, and one within the window settles it."""
    course = given(followed())
    assert ("D60", "response", True) in missing(course, "2026-05-11 10:00")
    course.when(responded("CR", "2026-05-04"), at("2026-05-11 10:00"))
    assert ("D60", "response", True) not in missing(course, "2026-05-11 10:01")
