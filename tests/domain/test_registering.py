"""Consent opens the timeline, under one protocol version, for whom nothing stated excludes."""

from __future__ import annotations

from datetime import date

import pytest

from domain import Code, Refused, Subject, decide, initial, next_deadline
from domain.commands import RegisterParticipant
from domain.events import MilestoneReached, ParticipantRegistered, ResultRecorded
from domain.roles import Role
from tests.domain.builders import COORDINATOR, at, clock, protocol, record, register, rules
from tests.domain.spec import SUBJECT, given

NOON = at("2026-01-05 12:00")


def test_consent_opens_the_timeline_pinned_to_a_protocol_version() -> None:
    """The first event names study, site, protocol and its hash; the plan from consent follows at once."""
    story = given().when(register(), NOON)
    story.then("participant.registered", "milestone.reached", "result.recorded", "plan.revised")
    opened, consent, age = story.events[:3]
    assert opened == ParticipantRegistered(
        study="NCT06642025",
        participant="EX02-001",
        site="hefei",
        protocol_id="NCT06642025",
        protocol_version="1.0",
        protocol_hash=protocol().hash,
        simulated=False,
    )
    assert consent == MilestoneReached("consent", date(2026, 1, 5))
    assert age == ResultRecorded("age", "54", "54 years", date(2026, 1, 5))
    assert story.state.stage == "screening"


@pytest.mark.parametrize(("age", "taken"), [("17", False), ("18", True), ("70", True), ("71", False)])
def test_an_age_outside_the_criterion_is_refused_at_consent(age: str, taken: bool) -> None:
    """Seventeen and seventy-one are refused before anything is recorded; eighteen and seventy are taken."""
    story = given().when(register(age=age), NOON)
    if taken:
        assert story.state.registered
    else:
        story.refused(Code.NOT_ELIGIBLE, "criterion I4", f"age is {age} years")


def test_an_unknown_age_is_no_reason_to_refuse_consent() -> None:
    """What is not recorded is unknown, not false: the gate asks for it later."""
    given().when(register(age=None), NOON).then("participant.registered", "milestone.reached", "plan.revised")


@pytest.mark.parametrize(("on", "age"), [("2026-01-06", "54"), ("2026-01-05", "55"), ("2026-01-06", None)])
def test_nobody_is_registered_twice_with_other_facts(on: str, age: str | None) -> None:
    """Another day of consent or another age is refused; the sentence says what to do instead."""
    given([(NOON, register())]).when(register(on, age=age), at("2026-01-07")).refused(
        Code.ALREADY_REGISTERED, "EX02-001", "consent on 2026-01-05", "correct the consent"
    )


@pytest.mark.parametrize("age", ["54", None])
def test_a_registration_stated_again_is_the_same_one(age: str | None) -> None:
    """Whoever enrols with the facts that are on record is told so, and nothing is recorded twice (INV-2)."""
    given([(NOON, register())]).when(register(age=age), at("2026-01-07")).then()


def test_nothing_is_heard_of_an_unknown_participant() -> None:
    """Every command but a registration is refused until consent, the passing of time too."""
    given().when(record("enrolment", "2026-01-05"), NOON).refused(Code.UNKNOWN_PARTICIPANT, "EX02-001")
    given().hear(clock(), NOON).refused(Code.UNKNOWN_PARTICIPANT)
    assert next_deadline(initial(rules())) is None


def test_consent_may_be_recorded_late_but_not_ahead() -> None:
    """A consent of last month is taken, with what became overdue meanwhile; tomorrow's is refused."""
    given().when(register("2026-01-06"), NOON).refused(Code.FUTURE_TIME, "2026-01-06", "Asia/Shanghai")
    late = given().when(register("2025-11-20"), NOON)
    assert "enrolment/overdue" in late.alerts()


@pytest.mark.parametrize(
    "code", ["", "ex02-001", "EX02/001", "EX02 1", "ЕХ02-1", "EX02-００1", "A" * 33, "A"]
)
def test_a_participant_code_is_plain_capitals_digits_and_hyphens(code: str) -> None:
    """No spaces, slashes, small or look-alike letters: a code is typed, spoken and put into addresses."""
    command = RegisterParticipant(actor=COORDINATOR, happened=date(2026, 1, 5))
    with pytest.raises(Refused) as refused:
        decide(initial(rules()), command, NOON, Subject("NCT06642025", code))
    assert refused.value.code is Code.MALFORMED
    assert "capital letters" in refused.value.text


def test_a_simulated_participant_says_so_for_ever() -> None:
    """The mark is in the first event and stays in the state."""
    command = RegisterParticipant(actor=COORDINATOR, happened=date(2026, 1, 5), simulated=True)
    story = given().when(command, NOON)
    assert story.state.simulated
    assert story.state.study == SUBJECT.study
    assert command.actor.role is Role.COORDINATOR
