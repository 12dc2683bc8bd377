"""Adverse events: what is stated is kept, what cannot be is refused, and nothing is deleted."""

from __future__ import annotations

from typing import Any

import pytest

from domain import Code
from domain import commands as cmd
from domain.events import AdverseEventClosed, AdverseEventOpened, AdverseEventVoided
from domain.safety.book import AdverseEvent
from domain.safety.terms import AeOutcome, Serious
from tests.domain import cycles
from tests.domain.builders import AUDITOR, INVESTIGATOR, at, end, followed, infused
from tests.domain.safety.words import changed, closed, graded, opened, said
from tests.domain.spec import Course, given

NOW = at("2026-04-01 10:00")


def after(*commands: cmd.Command) -> Course:
    """A participant four weeks after infusion, of whom all of this was said."""
    return given(followed(), [(NOW, each) for each in commands])


def first(course: Course) -> AdverseEvent:
    """The first adverse event."""
    assert course.refusal is None, course.refusal
    return course.state.safety.events["AE1"]


def test_an_event_is_opened_with_its_grade_scale_and_version() -> None:
    """A grade never stands without its scale and version; ids are given by the record."""
    course = after(opened(), opened("Anaemia", "2026-03", grade=2))
    assert list(course.state.safety.events) == ["AE1", "AE2"]
    grading = first(course).gradings[0]
    assert (grading.grade, grading.scale, grading.version) == (3, "CTCAE", "4.0")


def test_a_date_known_in_part_is_kept_in_part() -> None:
    """The year or month stated is what the record keeps."""
    course = after(opened(onset="2026"))
    assert str(course.one(AdverseEventOpened).onset) == "2026"


def test_the_grade_over_time_has_a_worst_and_a_present_one() -> None:
    """A grade typed late stands on its own day, so the present grade is the newest by day."""
    course = after(opened(grade=2), graded(1, "2026-03-20"), graded(4, "2026-03-14"))
    event = first(course)
    assert [each.grade for each in event.gradings] == [2, 4, 1]
    assert (event.worst_grade, event.current_grade) == (4, 1)


@pytest.mark.parametrize(
    ("command", "code", "said_"),
    [
        (opened(grade=6), Code.BAD_VALUE, "grades 1 to 5, not 6"),
        (opened(grade=0), Code.BAD_VALUE, "grades 1 to 5, not 0"),
        (opened(scale=None), Code.UNKNOWN_SCALE, "CTCAE 4.0"),
        (opened(version="5.0"), Code.UNKNOWN_SCALE, "CTCAE 5.0"),
        (opened(scale="WHO"), Code.UNKNOWN_SCALE, "WHO"),
        (opened(grade=5), Code.BAD_VALUE, "death"),
        (opened(onset="2026-05"), Code.FUTURE_TIME, "in the future"),
        (opened(onset="2026-04-02"), Code.FUTURE_TIME, "in the future"),
        (opened(onset="2025"), Code.BEFORE_ANCHOR, "pre-existing"),
        (opened(known="2026-03-09"), Code.BEFORE_ANCHOR, "its onset"),
        (opened(worsens="AE7"), Code.UNKNOWN_RECORD, "AE7"),
        (opened(dlt=True), Code.WRONG_ROLE, "investigator"),
        (opened(by=AUDITOR), Code.WRONG_ROLE, "auditor"),
        (graded(2, "2026-03-20"), Code.UNKNOWN_RECORD, "AE1"),
    ],
)
def test_what_cannot_be_opened_is_refused(command: cmd.Command, code: Code, said_: str) -> None:
    """Grade 6, a grade without its scale, a future onset and the like: refused with what would be right."""
    course = after(command)
    course.refused(code, said_)
    assert not course.state.safety.events


def test_the_same_event_is_not_opened_twice() -> None:
    """The same term with the same onset is the event that is there."""
    after(opened(), opened("neutropenia")).refused(Code.SAME_FACT, "AE1")


def test_grades_of_two_scales_are_never_compared() -> None:
    """An event keeps the scale it is graded by."""
    command = graded(2, "2026-03-20", scale="ASTCT-CRS", version="2019")
    after(opened(), command).refused(Code.UNKNOWN_SCALE, "never compared")


def test_death_is_graded_only_with_its_criterion() -> None:
    """Grade 5 needs the criterion death, and the criterion then stays."""
    after(opened(), graded(5, "2026-03-20")).refused(Code.BAD_VALUE, "criterion death")
    course = after(opened(grade=5, serious=["death"], known="2026-04-01T09:00:00+08:00"))
    assert first(course).worst_grade == 5
    course.when(changed(serious=["hospitalisation"]), NOW).refused(Code.BAD_VALUE, "death stays")


def test_resolution_before_onset_is_refused() -> None:
    """Onset after resolution cannot be, from either side."""
    after(opened(), closed("recovered", "2026-03-09")).refused(Code.BEFORE_ANCHOR, "the onset of AE1")
    course = after(opened(), closed("recovered", "2026-03-20"))
    course.when(changed(onset="2026-03-21"), NOW).refused(Code.BEFORE_ANCHOR, "the new onset")


def test_a_resolution_known_in_part_is_refused_only_where_it_cannot_be() -> None:
    """March is not surely before 10 March; February is."""
    course = after(opened(), closed("recovered", "2026-03"))
    assert course.one(AdverseEventClosed).outcome is AeOutcome.RECOVERED
    after(opened(), closed("recovered", "2026-02")).refused(Code.BEFORE_ANCHOR)


@pytest.mark.parametrize(
    ("command", "said_"),
    [
        (closed("recovered"), "needs the day"),
        (closed("not_recovered", "2026-03-20"), "no day of resolution"),
        (closed("fatal", "2026-03-20"), "criterion death"),
    ],
)
def test_an_outcome_has_a_day_where_it_has_one(command: cmd.Command, said_: str) -> None:
    """Recovery has its day, an event still there has none, and nobody dies without the criterion."""
    after(opened(), command).refused(Code.BAD_VALUE, said_)


def test_a_closed_event_is_graded_again_only_after_it_was_reopened() -> None:
    """Closing is an answer; whoever grades on says first that it was too early."""
    course = after(opened(), closed("recovered", "2026-03-20"))
    course.when(graded(2, "2026-03-22"), NOW).refused(Code.ALREADY_RECORDED, "reopen")
    again = after(
        opened(), closed("recovered", "2026-03-20"), said("reopen_adverse_event", ae="AE1", reason="fell")
    )
    assert not first(again.when(graded(2, "2026-03-22"), NOW)).closed


def test_seriousness_is_derived_and_a_disagreement_is_shown() -> None:
    """Seriousness follows from the criteria; who says otherwise is kept beside it."""
    course = after(opened(serious=["hospitalisation"], stated_serious=False))
    assert first(course).is_serious
    assert first(course).disputed
    assert not first(after(opened(stated_serious=False))).disputed


def test_what_nobody_judged_counts_as_related() -> None:
    """Relation not assessed is never read as unrelated."""
    assert first(after(opened())).related
    assert not first(after(opened(relation="unlikely"))).related


def test_only_the_investigator_judges_a_dose_limiting_toxicity() -> None:
    """DLT is the investigator's judgement, given or taken back."""
    after(opened(), changed(dlt=True)).refused(Code.WRONG_ROLE, "dose-limiting")
    assert first(after(opened(), changed(by=INVESTIGATOR, dlt=True))).dlt


def test_a_change_that_changes_nothing_is_refused() -> None:
    """An empty change, and one that states what is recorded, are told apart."""
    after(opened(), changed()).refused(Code.BAD_VALUE, "nothing is changed")
    after(opened(), changed(relation="not_assessed")).refused(Code.SAME_FACT, "relation")


def test_the_first_grade_moves_with_the_onset() -> None:
    """A corrected onset is the day of the grade the event began with."""
    event = first(after(opened(), changed(onset="2026-03-08")))
    assert (str(event.onset), str(event.gradings[0].happened)) == ("2026-03-08", "2026-03-08")


def test_an_event_entered_in_error_stays_on_the_record_and_counts_nowhere() -> None:
    """Voided is not deleted; its id is never given again."""
    course = after(opened(), said("void_adverse_event", ae="AE1", reason="another participant"))
    assert course.one(AdverseEventVoided).reason == "another participant"
    assert course.state.safety.standing_events == ()
    course.when(opened(), NOW)
    assert course.one(AdverseEventOpened).ae == "AE2"
    course.when(graded(2, "2026-03-20"), NOW).refused(Code.UNKNOWN_RECORD, "voided")


def test_an_event_others_worsen_is_not_voided_under_them() -> None:
    """A worsening names its event, so that event is there."""
    worse = opened("Neutropenia", "2026-03-15", grade=4, worsens="AE1")
    after(opened(grade=2), worse, said("void_adverse_event", ae="AE1", reason="error")).refused(
        Code.OUT_OF_ORDER, "AE2"
    )


def test_treatment_is_recorded_once_and_not_before_the_onset() -> None:
    """Management is part of the record of an event."""
    given_ = said("treat_adverse_event", ae="AE1", treatment="G-CSF", happened="2026-03-11")
    assert first(after(opened(), given_)).treatments[0][0] == "G-CSF"
    after(opened(), given_, given_).refused(Code.SAME_FACT)
    early = said("treat_adverse_event", ae="AE1", treatment="G-CSF", happened="2026-03-09")
    after(opened(), early).refused(Code.BEFORE_ANCHOR)


def test_nobody_dies_before_what_is_recorded_of_their_safety() -> None:
    """Death before the last contact: the onset of an event and an assessment are contacts."""
    course = given(infused(), [(NOW, opened("Sepsis", "2026-03-10", grade=4))])
    course.when(end("died", "2026-03-09"), NOW).refused(Code.BEFORE_ANCHOR, "the onset of AE1")


def test_nothing_begins_after_a_death() -> None:
    """An adverse event after the day of death cannot be; one typed late is taken."""
    told: list[Any] = [(NOW, end("died", "2026-03-31"))]
    given(followed(), told, [(NOW, opened(onset="2026-04-01"))]).refused(
        Code.ENDED, "after death on 2026-03-31"
    )
    late = given(followed(), told, [(NOW, opened(onset="2026-03-31", serious=["death"], grade=5))])
    assert first(late).serious == {Serious.DEATH}


def test_nothing_is_over_before_its_last_grade() -> None:
    """An event still graded on the 20th did not end on the 15th; the refusal names the grade."""
    course = after(opened(onset="2026-03-10"), graded(4, "2026-03-20"), closed("recovered", "2026-03-15"))
    course.refused(Code.BEFORE_ANCHOR, "2026-03-15", "grade 4 of AE1", "2026-03-20")


@pytest.mark.parametrize("how", ["withdrawn", "lost_to_follow_up", "discontinued"])
def test_harm_learnt_of_after_another_end_is_recorded_and_its_report_owed(how: str) -> None:
    """The end of a participation ends the visits; a serious event known later has its clock."""
    known = "2026-04-01T09:00:00+08:00"
    serious = opened("Sepsis", "2026-03-31", grade=4, serious=["life_threatening"], known=known)
    course = given(followed(), [(NOW, end(how, "2026-03-30")), (NOW, serious)])
    course.includes("ae.opened", "clock.started")
    course.run(at("2026-04-02 09:00"))
    assert course.alerts()["AE1.sponsor_24h/report_overdue"] == ("open", 1)


def test_a_protocol_without_the_part_takes_no_adverse_event() -> None:
    """Where nothing says by which scale, nothing is graded."""
    course = given(
        cycles.agreed(), [(cycles.at("2026-01-09 12:00"), opened(onset="2026-01-08"))], rules=cycles.RULES
    )
    course.refused(Code.NOT_STATED, "adverse_events")


TREATED = said("treat_adverse_event", ae="AE1", treatment="G-CSF", happened="2026-04-01")


@pytest.mark.parametrize(
    "told", [graded(2, "2026-04-01"), closed("recovered", "2026-04-01"), TREATED], ids=lambda each: each.kind
)
def test_nobody_recovers_after_their_death(told: cmd.Command) -> None:
    """Grades, treatments and outcomes lie within the life, whichever of the two is recorded first."""
    course = after(opened(onset="2026-03-10"), told, end("died", "2026-03-31"))
    course.refused(Code.BEFORE_ANCHOR, "2026-04-01", "AE1")
    course = after(opened(onset="2026-03-10"), end("died", "2026-03-31"), told)
    course.refused(Code.ENDED, "after death on 2026-03-31")
    late = after(opened(onset="2026-03-10"), end("died", "2026-04-01"), told)
    assert late.refusal is None, late.refusal
