"""What follows from a command: the events that happen, or a refusal.

The rule that keeps it honest: pure. The same state, command and moment give the same events; deadlines due
at that moment are decided before the command, and its consequences in the same breath after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from domain import commands as cmd
from domain.amendment.apply import apply_amendment
from domain.answers import alerts, correct, ending, happened, register, results, visits
from domain.consequences import follow_from_record, follow_from_time
from domain.evolve import ParticipantEvent
from domain.governance import approvals, confirm
from domain.permissions import may_ask
from domain.product.answer import ProductCommand, answer_product
from domain.refusal import Code, Refused
from domain.safety.answer import SafetyCommand, answer_safety
from domain.state import State
from domain.unfolding import Unfolding


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a command is about; needed only until the stream itself says so."""

    study: str
    participant: str


def decide(state: State, command: cmd.Command, at: datetime, subject: Subject) -> list[ParticipantEvent]:
    """The events of `command` at `at` (UTC), in order; an empty list when nothing follows.

    Raises:
        Refused: the record cannot take it; nothing happened.
    """
    may_ask(command)
    course = Unfolding(state)
    if state.registered:
        follow_from_time(course, at)
    elif not isinstance(command, cmd.RegisterParticipant):
        raise Refused(
            Code.UNKNOWN_PARTICIPANT,
            f"there is no participant {subject.participant!r} in {subject.study}: enrol them first",
        )
    try:
        course.happen(*_answer(course.state, command, at, subject))
    except Refused as refused:
        if refused.recorded:
            raise _told_all_the_same(course, refused, at) from refused
        raise
    _follow(course, command, at)
    return course.events


def _told_all_the_same(course: Unfolding, refused: Refused, at: datetime) -> Refused:
    """The refusal with everything that stands on the record because of it, alerts and notices included."""
    course.happen(*(event for event in refused.recorded if isinstance(event, ParticipantEvent)))
    follow_from_time(course, at)
    return Refused(refused.code, refused.text, course.events)


def _answer(  # noqa: C901, PLR0912 - one case for each command, and nothing else
    state: State, command: cmd.Command, at: datetime, subject: Subject
) -> Sequence[ParticipantEvent]:
    if isinstance(command, ProductCommand):
        return answer_product(state, command, at)
    if isinstance(command, SafetyCommand):
        return answer_safety(state, command, at)
    match command:
        case cmd.RegisterParticipant():
            return register.register(state, command, at, subject.study, subject.participant)
        case cmd.RecordResult():
            return results.record_result(state, command, at)
        case cmd.SignGate():
            return results.sign_gate(state, command, at)
        case cmd.RecordItem():
            return happened.record_item(state, command, at)
        case cmd.RecordUnscheduledVisit():
            return happened.record_unscheduled(state, command, at)
        case cmd.PlanItem():
            return visits.plan_item(state, command, at)
        case cmd.ExcuseVisit():
            return visits.excuse_visit(state, command, at)
        case cmd.MissVisit():
            return visits.miss_visit(state, command, at)
        case cmd.TakeDecision():
            return happened.take_decision(state, command, at)
        case cmd.RecordProgression():
            return happened.record_progression(state, command, at)
        case cmd.EndParticipation():
            return ending.end_participation(state, command, at)
        case cmd.CorrectRecord():
            return correct.correct_record(state, command, at)
        case cmd.ApplyAmendment():
            return apply_amendment(state, command, at)
        case cmd.ConfirmDeviation():
            return confirm.confirm_deviation(state, command, at)
        case cmd.RequestApproval():
            return approvals.request_approval(state, command, at)
        case cmd.GrantApproval():
            return approvals.grant_approval(state, command, at)
        case cmd.RefuseApproval():
            return approvals.refuse_approval(state, command)
        case cmd.AcknowledgeAlert():
            return alerts.acknowledge(state, command, at)
        case cmd.SnoozeAlert():
            return alerts.snooze(state, command, at)
        case cmd.ReachClock():
            return ()
        case (
            cmd.SetRecruitment()
            | cmd.PlaceHold()
            | cmd.LiftHold()
            | cmd.DecideTreatment()
            | cmd.RecordMeeting()
            | cmd.ReturnTurn()
        ):
            raise _asked_of_the_study(command.kind, subject)
        case _:
            assert_never(command)


def _asked_of_the_study(kind: str, subject: Subject) -> Refused:
    return Refused(Code.WRONG_SUBJECT, f"{kind} is asked of the study, not of {subject.participant}")


def _follow(course: Unfolding, command: cmd.Command, at: datetime) -> None:
    match command:
        case cmd.ReachClock() | cmd.AcknowledgeAlert() | cmd.SnoozeAlert():
            # They move no date, so there is no plan to revise: time alone was decided before them.
            return
        case cmd.RecordResult() | cmd.SignGate():
            follow_from_time(course, at)
        case _:
            follow_from_record(course, cause=_cause(command), at=at)


def _cause(command: cmd.Asked) -> str:
    named = (getattr(command, name, None) for name in ("item", "decision", "version"))
    item = next((each for each in named if each), None)
    kind = str(type(command).model_fields["kind"].default)
    return f"{kind}:{item}" if item else kind
