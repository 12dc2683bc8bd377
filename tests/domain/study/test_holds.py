"""Holds: placed by hand or by rule, what they stop and leave alone, and who lifts them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain import Code, Refused
from domain import commands as cmd
from domain.events import HoldLifted, RungReached
from domain.roles import Role
from domain.signed import content_of
from domain.study.holding import what_is_lifted
from tests.domain.builders import correct, record, register, result, rules
from tests.domain.study.words import (
    FIRST,
    at,
    code,
    cohort,
    died,
    hold,
    infused,
    lift,
    refused,
    say,
    until,
)
from tests.support.cohort import Cohort, ToldOf

HELD = at("2026-02-12 12:00")


def begun() -> Cohort:
    """One participant whose conditioning has begun (2026-02-11), before the infusion of 2026-02-16."""
    return cohort().play([*until(1, FIRST, "LD2")])


def held() -> Cohort:
    return begun().when("study", hold(), HELD)


def test_a_hold_is_told_at_once() -> None:
    """INV-16: the alert is raised and its first rung told in the step that places the hold."""
    world = held()
    assert world.types()[0] == "study.hold_placed"
    told = [event for _, event in world.events if isinstance(event, RungReached)]
    assert {event.contacts for event in told} == {("investigator-1",)}
    assert world.alerts()["hold-1/on_hold"] == ("open", 1)


def test_a_hold_stops_what_the_protocol_names() -> None:
    """Consent, and the infusion of somebody on the way: refused with the reason and until when."""
    world = held()
    register_ = register("2026-02-13")
    refused(world, code(2), register_, at("2026-02-13 10:00"), Code.STUDY_ON_HOLD, "hold-1 stops consent")
    told = [each for each in until(1, FIRST) if each[0] > HELD]
    refused(world.play(told[:-3]), *_who(told[-3]), Code.STUDY_ON_HOLD, "until the sponsor lifts it")


def _who(told: ToldOf) -> tuple[str, cmd.Command, datetime]:
    return told[1], told[2], told[0]


def test_a_second_dose_is_stopped_like_the_first() -> None:
    """Who was infused before the hold fell is not infused again during it."""
    world = infused().when("study", hold(), at("2026-03-01 10:00"))
    again, moment = record("reinfusion", "2026-03-02 10:00"), at("2026-03-02 11:00")
    refused(world, code(1), again, moment, Code.STUDY_ON_HOLD, "hold-1 stops reinfusion")


def test_follow_up_goes_on_during_a_hold() -> None:
    """Visits and results are recorded as ever."""
    world = held()
    world.when(code(1), record("LD3", "2026-02-13"), at("2026-02-13 10:00"))
    world.when(code(1), result("temperature", "36.6", "°C", "2026-02-13"), at("2026-02-13 10:01"))
    assert world.types() == []


def test_what_happened_before_the_hold_fell_is_taken_late() -> None:
    """The stated time decides; of the day on which the hold fell the time is asked for."""
    world = cohort().play([*until(1, FIRST, "eligibility")])
    world.when("study", hold(), at("2026-01-12 12:00"))
    day = record("enrolment", "2026-01-12")
    moment = at("2026-01-13 09:00")
    refused(world, code(1), day, moment, Code.STUDY_ON_HOLD, "state the time with its offset")
    world.when(code(1), record("enrolment", "2026-01-12 11:00"), moment)
    assert "milestone.reached" in world.types(code(1))


def test_what_a_correction_moves_into_a_hold_is_noted() -> None:
    """It happened, so it stands; that it happened during a hold stands beside it."""
    world = cohort().play([*until(1, FIRST, "enrolment")])
    world.when("study", hold(), at("2026-01-12 12:00"))
    world.when(code(1), correct("enrolment", "2026-01-12 13:00"), at("2026-01-13 09:00"))
    assert {each.kind for each in world.study.breaches.values()} == {"during_hold"}


def test_a_hold_is_lifted_by_the_signature_of_the_named_role() -> None:
    """The event carries who signed which words over what; the alert resolves and the study goes on."""
    world = held()
    shown = content_of(what_is_lifted(world.study, world.study.holds[0]))
    world.when("study", lift(content=shown), at("2026-02-12 15:00"))
    lifted = next(event for _, event in world.events if isinstance(event, HoldLifted))
    assert (lifted.signed.by, lifted.signed.content) == ("sponsor-1", shown)
    assert world.alerts() == {}
    world.play([each for each in until(1, FIRST) if each[0] > at("2026-02-12 15:00")])
    assert world.study.milestone(code(1), "infusion") is not None


@pytest.mark.parametrize(
    ("command", "refusal", "says"),
    [
        pytest.param(lift(role=Role.INVESTIGATOR), Code.WRONG_ROLE, "signed by the sponsor", id="role"),
        pytest.param(lift(meaning="go on"), Code.BAD_VALUE, "its own words", id="words"),
        pytest.param(lift(content="0" * 64), Code.OTHER_CONTENT, "look at it again", id="content"),
        pytest.param(lift("hold-2"), Code.UNKNOWN_HOLD, "hold-1", id="no such hold"),
    ],
)
def test_a_lift_that_is_not_so_signed_is_refused(command: cmd.Command, refusal: Code, says: str) -> None:
    """Another role, other words, another content, another hold: nothing moves."""
    refused(held(), "study", command, at("2026-02-12 15:00"), refusal, says)


def test_a_hold_is_lifted_once() -> None:
    """The second signature finds it lifted, and by whom."""
    world = held().when("study", lift(), at("2026-02-12 15:00"))
    refused(world, "study", lift(), at("2026-02-12 16:00"), Code.UNKNOWN_HOLD, "was lifted", "sponsor-1")


def test_a_treatment_that_has_begun_needs_a_decision_at_any_hour() -> None:
    """INV-17: the alert does not wait for working hours, and names the participant."""
    world = begun().when("study", hold(), at("2026-02-14 03:00"))
    assert world.alerts()["EX02-001/decision_needed"] == ("open", 1)


def test_a_decision_to_proceed_lets_the_infusion_through_that_hold() -> None:
    """For that participant alone; the alert is over, the hold stands for everybody else."""
    world = held()
    proceed = say("decide_treatment", participant=code(1), treatment="proceed", reason="marrow is empty")
    world.when("study", proceed, at("2026-02-12 13:00"))
    assert list(world.alerts()) == ["hold-1/on_hold"]
    world.play([each for each in until(1, FIRST) if each[0] > at("2026-02-12 13:00")])
    assert world.study.milestone(code(1), "infusion") is not None
    assert world.study.breaches == {}


def test_a_decision_to_withhold_ends_the_waiting_and_not_the_hold() -> None:
    """The infusion stays stopped."""
    world = held()
    withhold = say("decide_treatment", participant=code(1), treatment="withhold", reason="sepsis")
    world.when("study", withhold, at("2026-02-12 13:00"))
    assert list(world.alerts()) == ["hold-1/on_hold"]
    told = [each for each in until(1, FIRST) if each[0] > at("2026-02-12 13:00")]
    refused(world.play(told[:-3]), *_who(told[-3]), Code.STUDY_ON_HOLD)


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (
            say("decide_treatment", Role.COORDINATOR, participant=code(1), treatment="proceed", reason="x"),
            Code.WRONG_ROLE,
        ),
        (
            say("decide_treatment", participant=code(2), treatment="proceed", reason="x"),
            Code.NOTHING_TO_DECIDE,
        ),
    ],
)
def test_only_a_waiting_treatment_is_decided_by_the_named_role(command: cmd.Command, refusal: Code) -> None:
    """Anybody else's, or by anybody else, is refused."""
    refused(held(), "study", command, at("2026-02-12 13:00"), refusal)


def test_the_end_of_the_participation_ends_the_waiting() -> None:
    """There is nothing left to decide about somebody who died."""
    world = held().when(*died(1, "2026-02-13"), at("2026-02-13 12:00"))
    assert list(world.alerts()) == ["hold-1/on_hold"]


def test_a_related_death_within_thirty_days_holds_the_study_by_itself() -> None:
    """INV-3: in the step that records the death; a death nobody has called unrelated counts."""
    world = infused().when(*died(1, "2026-03-18"), at("2026-03-18 12:00"))
    assert "study.hold_placed" in world.types()
    placed = world.study.holds[0].placed
    assert (placed.rule, placed.facts) == ("related_death", ("EX02-001/end",))


def test_a_death_on_the_day_after_the_thirtieth_does_not() -> None:
    """Infused on 2026-02-16: day 30 is 2026-03-18."""
    world = infused().when(*died(1, "2026-03-19"), at("2026-03-19 12:00"))
    assert not world.study.holds


def test_a_death_called_unrelated_does_not() -> None:
    """Every fatal event on the record is judged unrelated before the death is recorded."""
    world = infused()
    world.when(code(1), _fatal("unrelated"), at("2026-03-01 10:00"))
    world.when(*died(1, "2026-03-01"), at("2026-03-01 12:00"))
    assert not world.study.holds


def _fatal(relation: str) -> cmd.Command:
    return say(
        "open_adverse_event",
        term="traffic accident",
        onset="2026-03-01",
        grade=5,
        scale="CTCAE",
        relation=relation,
        serious=["death"],
    )


def _assess(grade: int, day: str) -> cmd.Command:
    seen = {"temperature": "39.1", "hypotension": "none", "hypoxia": "none"}
    happened = f"{day}T10:00:00+08:00"
    why = "as seen at the bedside"
    return say("assess_toxicity", happened=happened, grade=grade, scale="ASTCT-CRS", crs=seen, reason=why)


def test_a_toxicity_that_does_not_fall_holds_the_study_at_its_deadline() -> None:
    """INV-7: grade 4 from 2026-02-18 has until the end of day 7; then the hold falls by itself."""
    world = infused().when(code(1), _assess(4, "2026-02-18"), at("2026-02-18 11:00"))
    assert not world.study.holds
    world.run(at("2026-02-25 23:59"))
    assert not world.study.holds
    world.run(at("2026-02-26 00:00"))
    assert world.study.holds[0].placed.rule == "lasting_grade_4"


def test_a_hold_that_is_due_falls_before_anybody_else_is_let_in() -> None:
    """INV-7: the study's clock stood still over midnight; the consent of the next morning meets the hold."""
    world = infused().when(code(1), _assess(4, "2026-02-18"), at("2026-02-18 11:00"))
    with pytest.raises(Refused, match="hold-1 stops consent"):
        world.hear(code(2), register("2026-02-26"), at("2026-02-26 08:00"))


def test_a_toxicity_that_falls_in_time_does_not() -> None:
    """Grade 2 on the last day is in time."""
    world = infused().when(code(1), _assess(4, "2026-02-18"), at("2026-02-18 11:00"))
    world.when(code(1), _assess(2, "2026-02-25"), at("2026-02-25 11:00")).run(at("2026-02-27"))
    assert not world.study.holds


def _event(grade: int, onset: str, **more: Any) -> cmd.Command:
    said: dict[str, Any] = {
        "term": "CRS",
        "onset": onset,
        "grade": grade,
        "scale": "ASTCT-CRS",
        "relation": "definite",
    }
    return say("open_adverse_event", **{**said, **more})


def test_a_lasting_toxicity_written_down_as_an_event_alone_holds_the_study() -> None:
    """INV-7: grade 4 on the scale of CRS counts, though nobody entered a daily assessment."""
    world = infused().when(code(1), _event(4, "2026-02-18"), at("2026-02-18 11:00"))
    world.run(at("2026-02-26 00:00"))
    placed = world.study.holds[0].placed
    assert (placed.rule, placed.facts) == ("lasting_grade_4", ("EX02-001/lasting_grade_4/AE1",))


@pytest.mark.parametrize(
    "over",
    [
        say("grade_adverse_event", ae="AE1", grade=2, scale="ASTCT-CRS", happened="2026-02-25"),
        say("close_adverse_event", ae="AE1", outcome="recovered", resolved="2026-02-25"),
        _assess(2, "2026-02-25"),
    ],
    ids=["graded", "closed", "assessed"],
)
def test_an_event_that_falls_in_time_does_not(over: cmd.Command) -> None:
    """A lower grade, recovery, or the assessment of the day: each says that it fell."""
    world = infused().when(code(1), _event(4, "2026-02-18"), at("2026-02-18 11:00"))
    world.when(code(1), _assess(4, "2026-02-18"), at("2026-02-18 12:00"))
    world.when(code(1), over, at("2026-02-25 11:00")).run(at("2026-02-27"))
    assert not world.study.holds


def test_one_toxicity_told_twice_holds_the_study_once() -> None:
    """The day's assessment and the event on the same scale are one episode; lifted, it stays lifted."""
    world = infused().when(code(1), _event(4, "2026-02-18"), at("2026-02-18 11:00")).run(at("2026-02-26"))
    world.when("study", lift(), at("2026-02-26 12:00"))
    world.when(code(1), _assess(4, "2026-02-19"), at("2026-02-26 13:00")).run(at("2026-03-10"))
    assert len(world.study.holds) == 1


def test_a_death_written_up_as_an_event_holds_the_study_before_the_end_is_recorded() -> None:
    """INV-3: the serious event is often typed first; recording the end later holds nothing twice."""
    fatal = _event(5, "2026-02-20", serious=["death"])
    world = infused().when(code(1), fatal, at("2026-02-20 12:00"))
    placed = world.study.holds[0].placed
    assert (placed.rule, placed.facts) == ("related_death", ("EX02-001/end",))
    world.when(*died(1, "2026-02-20"), at("2026-02-21 12:00"))
    assert len(world.study.holds) == 1


def test_a_lifted_hold_does_not_fall_back_over_the_same_facts() -> None:
    """It falls again only over a further one."""
    world = infused(14, 2)
    world.when(*died(1, "2026-03-10"), at("2026-03-10 12:00"))
    world.when("study", lift(), at("2026-03-11 12:00")).run(at("2026-03-12"))
    assert not world.study.holds_in_force
    world.when(*died(2, "2026-03-15"), at("2026-03-15 12:00"))
    assert [each.code for each in world.study.holds_in_force] == ["hold-2"]


def _another_person(world: Cohort, when: str) -> Cohort:
    retracted = say("correct_record", Role.COORDINATOR, item="end", retract=True, reason="another person")
    return world.when(code(1), retracted, at(when))


def test_a_death_taken_back_and_recorded_anew_holds_the_study_anew() -> None:
    """INV-3: the lift was signed over a death that was none; the true one has been reviewed by nobody."""
    world = infused().when(*died(1, "2026-02-20"), at("2026-02-20 12:00"))
    _another_person(world, "2026-02-20 13:00").when("study", lift(), at("2026-02-20 14:00"))
    world.when(*died(1, "2026-02-25"), at("2026-02-25 12:00"))
    assert [each.code for each in world.study.holds_in_force] == ["hold-2"]


def test_a_death_that_stood_again_when_the_hold_was_lifted_holds_nothing_more() -> None:
    """What the signer of the lift has seen is reviewed, however often it was corrected before."""
    world = infused().when(*died(1, "2026-02-20"), at("2026-02-20 12:00"))
    _another_person(world, "2026-02-20 13:00").when(*died(1, "2026-02-20"), at("2026-02-20 13:30"))
    assert len(world.study.holds) == 1
    world.when("study", lift(), at("2026-02-20 14:00")).run(at("2026-02-28"))
    assert not world.study.holds_in_force
    _another_person(world, "2026-03-01 13:00").when(*died(1, "2026-02-21"), at("2026-03-01 14:00"))
    assert [each.code for each in world.study.holds_in_force] == ["hold-2"]


def test_a_review_that_is_not_held_in_time_is_an_alert() -> None:
    """Due 35 days after the third infusion, last day included; recording it resolves the alert."""
    world = infused(14, 3).run(at("2026-04-20 23:59"))
    assert world.alerts() == {}
    world.run(at("2026-04-21"))
    assert world.alerts() == {"safety_review_1/meeting_overdue": ("open", 1)}
    met = say("record_meeting", meeting="safety_review_1", happened="2026-04-20", outcome="go on")
    world.when("study", met, at("2026-04-21 10:00"))
    assert world.alerts() == {}
    again = say("record_meeting", meeting="safety_review_1", happened="2026-04-20", outcome="go on")
    refused(world, "study", again, at("2026-04-21 11:00"), Code.ALREADY_RECORDED)


@pytest.mark.parametrize(
    ("meeting", "day", "refusal"),
    [
        ("safety_review_9", "2026-02-01", Code.UNKNOWN_MEETING),
        ("safety_review_1", "2026-02-20", Code.FUTURE_TIME),
    ],
)
def test_a_meeting_that_cannot_be_is_refused(meeting: str, day: str, refusal: Code) -> None:
    """No such meeting, or one in the future."""
    command = say("record_meeting", meeting=meeting, happened=day, outcome="go on")
    refused(infused(), "study", command, at("2026-02-16 12:00"), refusal)


def test_paused_recruitment_takes_only_who_consented_before() -> None:
    """A late entry of an earlier consent is taken; opening it again takes everybody."""
    world = cohort().when(
        "study", say("set_recruitment", recruitment="paused", reason="full"), at("2026-01-05 12:00")
    )
    moment = at("2026-01-06 09:00")
    refused(world, code(1), register("2026-01-06"), moment, Code.RECRUITMENT_CLOSED, "paused", "full")
    world.when(code(1), register("2026-01-04"), moment)
    again = say("set_recruitment", recruitment="paused", reason="full")
    refused(world, "study", again, moment, Code.SAME_FACT)
    world.when(
        "study", say("set_recruitment", recruitment="open", reason="room"), moment + timedelta(hours=1)
    )
    world.when(code(2), register("2026-01-06"), moment + timedelta(hours=2))
    assert world.study.slots == {code(1), code(2)}


@pytest.mark.parametrize(
    ("who", "command"),
    [("study", record("D28", "2026-02-16")), (code(1), hold())],
    ids=["study", "participant"],
)
def test_a_command_for_the_other_subject_is_refused(who: str, command: cmd.Command) -> None:
    """What is asked of a participant is not asked of the study, and the other way round."""
    refused(infused(), who, command, at("2026-02-16 12:00"), Code.WRONG_SUBJECT)


def test_a_protocol_without_conduct_names_no_hold() -> None:
    """The sentence says what would have to be published."""
    world = Cohort(rules("DZ-CYCLES"))
    refused(world, "study", hold(), at("2026-02-16 12:00"), Code.NOT_STATED, "publish a version")
