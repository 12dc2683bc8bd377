"""CRS, ICANS and response as the investigator calls them, with the advice beside the call."""

from __future__ import annotations

from typing import Any

import pytest

from domain import Code
from domain import commands as cmd
from domain.events import AssessmentVoided, ResponseAssessed, ToxicityAssessed
from domain.safety.terms import ResponseCategory
from domain.safety.worst import worst_grade
from tests.domain.builders import at, cleared, end, followed
from tests.domain.safety.words import crs, icans, responded, said
from tests.domain.spec import Course, given

NOW = at("2026-04-01 10:00")
FEVER: dict[str, Any] = {"temperature": 39, "hypotension": "none", "hypoxia": "none"}
PRESSOR: dict[str, Any] = {**FEVER, "hypotension": "one_vasopressor"}
WELL: dict[str, Any] = {
    "ice": 10,
    "consciousness": "alert",
    "seizure": "none",
    "motor": "none",
    "pressure": "none",
}
CLEAN: dict[str, Any] = {"marrow_blasts": 2, "circulating_blasts": False, "extramedullary": False}


def after(*commands: cmd.Command) -> Course:
    """A participant four weeks after infusion, of whom all of this was said."""
    return given(followed(), [(NOW, each) for each in commands])


def test_the_stated_grade_stands_beside_the_advised_one() -> None:
    """The call is the investigator's; the advice and what it rests on are kept with it."""
    event = after(crs(3, "2026-03-05", **PRESSOR, visit="D3")).one(ToxicityAssessed)
    assert (event.grade, event.advised, event.scale, event.version) == (3, 3, "ASTCT-CRS", "2019")
    assert event.why == "CRS grade 3 by hypotension"


def test_a_grade_that_differs_from_the_advised_one_needs_its_reason() -> None:
    """Whoever calls it otherwise says why, and then the call stands."""
    after(crs(2, "2026-03-05", **PRESSOR)).refused(Code.REASON_NEEDED, "grade 2 is stated", "grade 3")
    event = after(crs(2, "2026-03-05", **PRESSOR, reason="pressor for sedation")).one(ToxicityAssessed)
    assert (event.grade, event.advised, event.reason) == (2, 3, "pressor for sedation")


def test_an_open_advice_asks_for_a_reason_only_outside_its_range() -> None:
    """With the blood pressure unknown any grade of the range is the investigator's to give."""
    partly: dict[str, Any] = {"temperature": 39, "hypoxia": "low_flow"}
    event = after(crs(3, "2026-03-05", **partly)).one(ToxicityAssessed)
    assert event.advised is None
    assert "2 to 4" in event.why
    after(crs(1, "2026-03-05", **partly)).refused(Code.REASON_NEEDED)


@pytest.mark.parametrize(
    ("command", "code", "said_"),
    [
        (crs(6, "2026-03-05", **FEVER), Code.BAD_VALUE, "grades 0 to 5, not 6"),
        (crs(1, "2026-03-05", scale=None, **FEVER), Code.UNKNOWN_SCALE, "a grade needs its scale"),
        (crs(1, "2026-03-05", scale="CTCAE", **FEVER), Code.UNKNOWN_SCALE, "ASTCT-CRS 2019"),
        (crs(5, "2026-03-05", **FEVER), Code.BAD_VALUE, "death"),
        (crs(1, "2026-03-05", temperature=380), Code.BAD_VALUE, "no body temperature"),
        (crs(1, "2026-04-02", **FEVER), Code.FUTURE_TIME, "in the future"),
        (crs(1, "2026-03-01", **FEVER), Code.OUT_OF_ORDER, "infusion"),
        (crs(1, "2026-03-05", **FEVER, visit="infusion"), Code.UNKNOWN_ITEM, "milestone"),
        (crs(1, "2026-03-05", **FEVER, visit="D99"), Code.UNKNOWN_ITEM, "D99"),
        (icans(1, "2026-03-05", ice=11), Code.BAD_VALUE, "0 to 10, not 11"),
        (icans(1, "2026-03-05", parts={"naming": 4}), Code.BAD_VALUE, "naming"),
        (icans(0, "2026-03-05", ice=10, parts={"naming": 1}), Code.BAD_VALUE, "does not fit"),
        (
            said("assess_toxicity", grade=1, scale="ASTCT-CRS", happened="2026-03-05"),
            Code.BAD_VALUE,
            "one of the two",
        ),
    ],
)
def test_what_cannot_be_assessed_is_refused(command: cmd.Command, code: Code, said_: str) -> None:
    """Grade 6, no scale, ICE 11, before infusion: refused with what would be right, and nothing recorded."""
    course = after(command)
    course.refused(code, said_)
    assert not course.state.safety.assessed


def test_a_day_without_toxicity_is_grade_zero_also_before_infusion() -> None:
    """The baseline is an assessment too."""
    assert after(icans(0, "2026-03-01", **WELL)).one(ToxicityAssessed).advised == 0


def test_grade_five_stands_with_a_death_on_the_record() -> None:
    """Nobody's death is a matter of grades alone."""
    died = given(followed(), [(NOW, end("died", "2026-03-31")), (NOW, crs(5, "2026-03-31", **PRESSOR))])
    assert died.one(ToxicityAssessed).grade == 5


def test_the_worst_grade_of_a_toxicity_leaves_out_what_was_voided() -> None:
    """The worst grade is over every assessment that counts; none counts as none."""
    course = after(crs(1, "2026-03-05", **FEVER), crs(3, "2026-03-06", **PRESSOR))
    assert {key.value: worst.grade for key, worst in worst_grade(course.state.safety).items()} == {"crs": 3}
    course.when(said("void_assessment", assessment="TOX2", reason="another participant"), NOW)
    assert course.one(AssessmentVoided).assessment == "TOX2"
    assert {key.value: worst.grade for key, worst in worst_grade(course.state.safety).items()} == {"crs": 1}
    course.when(said("void_assessment", assessment="TOX2", reason="again"), NOW).refused(Code.SAME_FACT)


def test_nothing_is_voided_that_is_not_there() -> None:
    """An assessment nobody recorded cannot be taken back."""
    after(said("void_assessment", assessment="RSP1", reason="error")).refused(Code.UNKNOWN_RECORD, "RSP1")


def test_a_response_before_infusion_is_refused() -> None:
    """Nothing can have responded to what was not given."""
    given(cleared(), [(at("2026-03-02 09:00"), responded("CR", "2026-03-02"))]).refused(
        Code.OUT_OF_ORDER, "infusion"
    )
    after(responded("CR", "2026-03-01")).refused(Code.OUT_OF_ORDER, "infusion")


def test_both_lines_low_leaves_the_call_to_the_investigator() -> None:
    """CRi or MLFS: either is taken without a reason, both are shown as what the criteria allow."""
    low = {**CLEAN, "neutrophils": 0.2, "platelets": 15}
    for category in ("CRi", "MLFS"):
        event = after(responded(category, "2026-03-30", seen=low, visit="D28")).one(ResponseAssessed)
        assert event.advised == (ResponseCategory.CRI, ResponseCategory.MLFS)
    after(responded("CR", "2026-03-30", seen=low)).refused(Code.REASON_NEEDED, "CRi or MLFS")


def test_a_response_without_observations_is_taken_without_advice() -> None:
    """The investigator's call needs no marrow typed in; nothing is advised then."""
    event = after(responded("CR", "2026-03-30")).one(ResponseAssessed)
    assert (event.advised, event.criteria.value) == ((), "ELN 2017")


def test_a_category_is_of_the_criteria_it_is_judged_by() -> None:
    """CRh stands in ELN 2022 only."""
    after(responded("CRh", "2026-03-30")).refused(Code.BAD_VALUE, "ELN 2017")
    assert (
        after(responded("CRh", "2026-03-30", criteria="ELN 2022")).one(ResponseAssessed).category.value
        == "CRh"
    )


def test_progression_may_be_called_where_no_response_is_seen() -> None:
    """The criteria know progression by its course; one marrow cannot tell it from no response."""
    seen = {"marrow_blasts": 60, "circulating_blasts": True}
    assert after(responded("PD", "2026-03-30", seen=seen)).one(ResponseAssessed).advised == (
        ResponseCategory.NR,
    )
    after(responded("PR", "2026-03-30", seen=seen)).refused(Code.REASON_NEEDED)


def test_a_share_of_cells_is_at_most_all_of_them() -> None:
    """Blasts above 100 % cannot be."""
    after(responded("NR", "2026-03-30", seen={"marrow_blasts": 101})).refused(Code.BAD_VALUE, "marrow_blasts")
