"""Results are kept in one unit beside what was stated; what cannot be is refused with what would be right."""

from __future__ import annotations

from datetime import date

import pytest

from domain import Code
from domain.events import ResultRecorded
from tests.domain.builders import at, end, register, released, result, rules, screened
from tests.domain.spec import Course, given

NOW = at("2026-01-08 12:00")
CONSENTED = [(at("2026-01-05 09:30"), register())]


def recorded(observation: str, value: str, unit: str | None = None, on: str | None = None) -> Course:
    """A consented participant whose result is stated."""
    return given(CONSENTED).when(result(observation, value, unit, on), NOW)


@pytest.mark.parametrize(
    ("observation", "value", "unit", "kept", "stated"),
    [
        pytest.param("hb", "82", "g/L", "82", "82 g/L", id="own unit"),
        pytest.param("hb", "8.2", "g/dL", "82", "8.2 g/dL", id="converted"),
        pytest.param("creatinine", "2.0", "mg/dL", "176.8", "2.0 mg/dL", id="converted with decimals"),
        pytest.param("ecog", "1", None, "1", "1", id="without a unit"),
        pytest.param("ecog", "+01.0", None, "1", "+01.0", id="one value has one form"),
        pytest.param("ecog", "-0", None, "0", "-0", id="minus nought is nought"),
        pytest.param("unsuitable", "No", None, "no", "No", id="yes or no in any case"),
        pytest.param("unsuitable", "true", None, "yes", "true", id="true is yes"),
        pytest.param("sex", "female", None, "female", "female", id="choice"),
        pytest.param("last_mi_or_cabg", "2025-06-30", None, "2025-06-30", "2025-06-30", id="day"),
        pytest.param("last_mi_or_cabg", "never", None, "never", "never", id="never"),
    ],
)
def test_a_result_is_kept_in_the_observations_own_unit(
    observation: str, value: str, unit: str | None, kept: str, stated: str
) -> None:
    """The value is converted exactly, and what was stated stands beside it."""
    recorded(observation, value, unit).then(ResultRecorded(observation, kept, stated, date(2026, 1, 8)))


@pytest.mark.parametrize(
    ("observation", "value", "unit", "code", "saying"),
    [
        pytest.param("hb", "82", "mg", Code.UNKNOWN_UNIT, "not measured in 'mg'", id="hb in mg"),
        pytest.param("hb", "82", None, Code.UNKNOWN_UNIT, "needs its unit, one of g/L, g/dL", id="no unit"),
        pytest.param("ecog", "1", "points", Code.UNKNOWN_UNIT, "known: none", id="a unit too many"),
        pytest.param("unsuitable", "no", "g/L", Code.UNKNOWN_UNIT, "has no unit", id="unit of an answer"),
        pytest.param("ecog", "7", None, Code.BAD_VALUE, "possible is 0 to 5", id="ecog 7"),
        pytest.param("hb", "-1", "g/L", Code.BAD_VALUE, "cannot be", id="below the lowest"),
        pytest.param("hb", "NaN", "g/L", Code.BAD_VALUE, "not a number", id="nan"),
        pytest.param("hb", "Infinity", "g/L", Code.BAD_VALUE, "not a number", id="infinity"),
        pytest.param("hb", "1e400", "g/L", Code.BAD_VALUE, "not a number", id="1e400"),
        pytest.param("hb", "1_000", "g/L", Code.BAD_VALUE, "not a number", id="underscores"),
        pytest.param("hb", "８２", "g/L", Code.BAD_VALUE, "not a number", id="full-width digits"),
        pytest.param("hb", "about 80", "g/L", Code.BAD_VALUE, "write it as 72", id="words"),
        pytest.param("unsuitable", "maybe", None, Code.BAD_VALUE, "one of yes, no", id="maybe"),
        pytest.param("sex", "f", None, Code.BAD_VALUE, "one of female, male", id="no such choice"),
        pytest.param("last_mi_or_cabg", "2026-02-30", None, Code.BAD_VALUE, "is not a day", id="no such day"),
        pytest.param("last_mi_or_cabg", "2026-W01-2", None, Code.BAD_VALUE, "is not a day", id="week day"),
        pytest.param("last_mi_or_cabg", "1899-12-31", None, Code.BAD_VALUE, "is not a day", id="1899"),
        pytest.param("last_mi_or_cabg", "2026-01-09", None, Code.FUTURE_TIME, "future", id="tomorrow"),
        pytest.param("hemoglobin", "82", "g/L", Code.UNKNOWN_OBSERVATION, "asks for no", id="unknown"),
        pytest.param("lvfe", "61", "%", Code.UNKNOWN_OBSERVATION, "did you mean lvef?", id="mistyped"),
    ],
)
def test_a_result_that_cannot_be_is_refused(
    observation: str, value: str, unit: str | None, code: Code, saying: str
) -> None:
    """The sentence says what was wrong and what would be right; nothing is recorded."""
    recorded(observation, value, unit).refused(code, saying)


def test_a_result_without_a_day_is_of_today_at_the_site() -> None:
    """At one in the morning in Shanghai it is still yesterday in UTC: the site's day counts."""
    story = given(CONSENTED).when(result("ecog", "1"), at("2026-01-08 01:00"))
    story.then(ResultRecorded("ecog", "1", "1", date(2026, 1, 8)))


def test_a_result_of_tomorrow_is_refused() -> None:
    """A result may be back-dated, never dated ahead."""
    recorded("ecog", "1", on="2026-01-09").refused(Code.FUTURE_TIME)
    recorded("ecog", "1", on="2025-12-31").then("result.recorded")


def test_of_two_results_of_one_day_the_later_entry_counts() -> None:
    """A value typed wrong is put right by stating it again for the same day."""
    story = given(screened()).when(result("hb", "55", "g/L", "2026-01-07"), at("2026-01-07 10:00"))
    story.when(result("hb", "85", "g/L", "2026-01-07"), at("2026-01-07 10:05"))
    assert [each.value for each in story.state.results["hb"]] == ["82", "55", "85"]


def test_results_are_taken_in_survival_follow_up_but_not_after_a_withdrawal() -> None:
    """An end that leaves visits running leaves what is learnt at them; others leave late results only."""
    later = at("2026-03-02 12:00")
    failed = given(released()[:-1]).when(end("manufacturing_failure", "2026-02-10"), at("2026-02-10 15:00"))
    failed.when(result("ecog", "2"), later).then("result.recorded")
    gone = given(released()[:-1]).when(end("withdrawn", "2026-02-10"), at("2026-02-10 15:00"))
    gone.when(result("ecog", "2", on="2026-02-09"), later).then("result.recorded")
    gone.when(result("ecog", "2"), later).refused(Code.ENDED, "withdrawn", "2026-02-10")


def test_the_second_protocol_has_its_own_observations() -> None:
    """A QT interval in seconds is converted; an observation of the other trial is unknown."""
    cycles = rules("DZ-CYCLES")
    consent = register("2026-01-05", age=None)
    story = given([(at("2026-01-05 09:30"), consent)], rules=cycles)
    story.when(result("qtc", "0.44", "s"), NOW).then(ResultRecorded("qtc", "440", "0.44 s", date(2026, 1, 8)))
    story.when(result("ecog", "1"), NOW).refused(Code.UNKNOWN_OBSERVATION)
