"""Prior approval of a visit outside its window: before, by somebody else, for one day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain import Code, fold, initial
from domain import commands as cmd
from domain.events import ApprovalGranted, ApprovalRequested, DeviationOpened, VisitRecorded
from domain.governance.approvals import approved_content
from domain.governance.book import Answer
from domain.roles import Actor, Role
from domain.signature_check import mismatches
from domain.signed import content_of
from tests.domain import cycles
from tests.domain.builders import (
    INVESTIGATOR,
    at,
    followed,
    infused,
    record,
    rules,
    withdrawn_at,
)
from tests.domain.ruling import grant, refuse, request
from tests.domain.spec import Course, given

ASKED_AT = at("2026-04-20 10:00")
"""Day 60 is 2026-05-01, its window 04-24 to 05-08."""


def requested() -> Course:
    """Asked on 2026-04-20 for 2026-05-11."""
    return given(followed()).when(request(), ASKED_AT)


def granted() -> Course:
    """Approved on 2026-04-21."""
    return requested().when(grant(), at("2026-04-21 10:00"))


def test_a_request_says_by_when_the_answer_is_needed() -> None:
    """A day before the planned one, by the protocol's rule; two days before that it becomes an alert."""
    event = requested().one(ApprovalRequested)
    assert (event.approval, event.item, event.by) == ("D60/approval", "D60", "coordinator-1")
    assert event.needed_by == at("2026-05-10")
    assert event.remind_at == at("2026-05-08")


def test_an_unanswered_request_becomes_an_alert_that_resolves_with_the_answer() -> None:
    """One alert, raised on time, over when it is granted, refused, or the visit was done all the same."""
    waiting = requested().run(at("2026-05-08 12:00"))
    assert "D60/approval_needed" in waiting.alerts()
    waiting.when(grant(), at("2026-05-08 13:00"))
    assert "D60/approval_needed" not in waiting.alerts()
    assert waiting.state.settled_alerts[-1].resolved_why == "granted"
    declined = requested().run(at("2026-05-08 12:00")).when(refuse(), at("2026-05-08 13:00"))
    assert declined.state.settled_alerts[-1].resolved_why == "refused"
    done = requested().run(at("2026-05-08 12:00")).when(record("D60", "2026-05-08"), at("2026-05-08 13:00"))
    assert done.state.settled_alerts[-1].resolved_why == "recorded"


def test_an_answered_request_raises_no_alert() -> None:
    """Granted in time, nobody is told of it again."""
    assert "D60/approval_needed" not in granted().run(at("2026-05-08 12:00")).alerts()


def test_an_approval_is_signed_over_what_was_asked() -> None:
    """It carries who, the words and the hash of item, day and reason; of another content it is refused."""
    course = requested()
    content = content_of(approved_content(course.state, course.state.governance.approvals["D60/approval"]))
    event = course.when(grant(content=content), at("2026-04-21 10:00")).one(ApprovalGranted)
    assert (event.signed.by, event.signed.role) == ("sponsor-1", Role.SPONSOR)
    assert event.signed.content == content
    requested().when(grant(content="0" * 64), at("2026-04-21 10:00")).refused(Code.OTHER_CONTENT)


def test_the_visit_on_the_approved_day_uses_the_approval_and_the_deviation_says_so() -> None:
    """Nobody types who approved it: the record knows. It is a deviation all the same."""
    course = granted().when(record("D60", "2026-05-11"), at("2026-05-11 12:00"))
    visit = course.one(VisitRecorded)
    assert (visit.approved_by, visit.reason) == ("sponsor-1", "abroad until the 10th")
    deviation = course.one(DeviationOpened)
    assert (deviation.kind, deviation.approval) == ("late", "D60/approval")


def test_an_approval_covers_its_own_day_only() -> None:
    """On another day the visit is a deviation without approval."""
    course = granted().when(record("D60", "2026-05-12"), at("2026-05-12 12:00"))
    assert course.one(VisitRecorded).approved_by is None
    assert course.one(DeviationOpened).approval is None


def test_a_refused_request_covers_nothing() -> None:
    """The visit is recorded, as reality is, and its deviation is not approved."""
    course = requested().when(refuse(), at("2026-04-21 10:00"))
    assert course.state.governance.approvals["D60/approval"].answer is Answer.REFUSED
    course.when(record("D60", "2026-05-11"), at("2026-05-11 12:00"))
    assert course.one(DeviationOpened).approval is None


def test_after_an_answer_it_can_be_asked_for_another_day() -> None:
    """The second request has a name of its own, and its answer counts for it alone."""
    course = granted().when(request(planned="2026-05-13"), at("2026-04-22 10:00"))
    assert course.one(ApprovalRequested).approval == "D60/approval/2"
    assert course.state.governance.approvals["D60/approval"].answer is Answer.GRANTED


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        (request(planned="2026-05-04"), Code.BAD_VALUE, "inside its window"),
        (request(item="D61"), Code.UNKNOWN_ITEM, "did you mean"),
        (request(item="D28"), Code.ALREADY_RECORDED, "D28 is already done"),
        (request(item="S3"), Code.NOT_APPLICABLE, "does not apply"),
        (request(planned="2026-04-20"), Code.BAD_VALUE, "was needed by"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(asked: cmd.Command, code: Code, says: str) -> None:
    """Nothing to approve, nothing like it, no longer before: nothing moves."""
    course = given(followed())
    before = course.run(ASKED_AT).state
    course.hear(asked, ASKED_AT).refused(code, says)
    assert course.state == before


def test_one_request_at_a_time() -> None:
    """While one waits for its answer another is refused."""
    requested().when(request(planned="2026-05-12"), ASKED_AT).refused(Code.ALREADY_RECORDED, "D60/approval")


def test_nothing_is_asked_for_before_there_is_a_window() -> None:
    """What counts from something that has not happened has no outside yet."""
    course = given(infused()[:-2])
    course.when(request("D21", "2026-03-30"), at("2026-03-02 09:20")).refused(Code.OUT_OF_ORDER)


def test_after_the_end_nothing_is_asked_for() -> None:
    """There are no visits left to plan."""
    given(followed(), withdrawn_at("2026-04-10")).when(request(), ASKED_AT).refused(Code.ENDED)


def test_only_the_role_the_protocol_names_answers() -> None:
    """An investigator neither approves nor refuses; the sentence names who does."""
    requested().when(grant(by=INVESTIGATOR), ASKED_AT).refused(Code.WRONG_ROLE, "is for the sponsor")
    requested().when(refuse(by=INVESTIGATOR), ASKED_AT).refused(Code.WRONG_ROLE, "is for the sponsor")


def test_nobody_approves_what_they_asked_for() -> None:
    """Two persons: the one who asks, and the one who answers."""
    same = Actor(id="coordinator-1", role=Role.SPONSOR)
    requested().when(grant(by=same), ASKED_AT).refused(Code.SAME_SIGNER, "coordinator-1 asked for")


def test_an_approval_afterwards_is_none() -> None:
    """On the planned day it is too late to approve beforehand."""
    requested().when(grant(), at("2026-05-11 00:00")).refused(Code.BAD_VALUE, "before that day")


def test_what_nobody_asked_for_or_is_answered_is_not_answered_again() -> None:
    """An unknown name says so; a second answer names the first."""
    given(followed()).when(grant(), ASKED_AT).refused(Code.UNKNOWN_APPROVAL)
    granted().when(refuse(), at("2026-04-22 10:00")).refused(Code.ALREADY_RECORDED, "granted")


def test_a_protocol_may_know_no_approvals() -> None:
    """Then nothing can be asked for, and the sentence says why."""
    course = Course(initial(cycles.RULES))
    course.state = course.state.but(version=1, participant="EX02-001", study="DZ-CYCLES")
    course.hear(request(item="C1"), ASKED_AT).refused(Code.NOT_APPLICABLE, "says of nobody")


def test_the_record_of_approvals_folds_to_the_same_state() -> None:
    """Asked, granted and used, and folded again (INV-5)."""
    course = granted().when(record("D60", "2026-05-11"), at("2026-05-11 12:00"))
    assert fold(initial(rules()), course.record) == course.state


def test_verification_works_out_again_what_was_approved() -> None:
    """An approval signed over another request than the one on the record is named by its number."""
    course = granted()
    assert list(mismatches(initial(rules()), course.record)) == []
    asked = next(each for each in course.record if isinstance(each, ApprovalRequested))
    forged = [replace(each, reason="none") if each is asked else each for each in course.record]
    (found,) = mismatches(initial(rules()), forged)
    assert "approval D60/approval" in found[1]
