"""What follows from a command about the study as a whole: the events that happen, or a refusal.

The rule that keeps it honest: pure, like `domain.decide`; what is due at that moment is decided before the
command, and its consequences in the same breath after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from domain import commands as cmd
from domain import events as ev
from domain.answers.alerts import acknowledged, snoozed
from domain.permissions import may_ask
from domain.protocol.conduct import Conduct
from domain.recorded import STUDY_SUBJECT
from domain.refusal import Code, Refused
from domain.signing import sign
from domain.stated import Stated, day_of, earliest, is_day
from domain.study.book import Hold, Study
from domain.study.course import StudyCourse
from domain.study.evolve import StudyEvent
from domain.study.holding import placed_hold, undecided, what_is_lifted
from domain.study.rules import StudyRules
from domain.study.stagger import turns_in_force


def decide_study(study: Study, rules: StudyRules, command: cmd.Command, at: datetime) -> list[StudyEvent]:
    """The events of `command` at `at` (UTC), in order; an empty list when nothing follows.

    Raises:
        Refused: the record cannot take it; nothing happened.
    """
    may_ask(command)
    course = StudyCourse(study, rules)
    course.follow(at)
    course.happen(*_answer(course.study, rules, command, at))
    course.follow(at)
    return course.events


def _answer(  # noqa: C901 - one case for each command, and nothing else
    study: Study, rules: StudyRules, command: cmd.Command, at: datetime
) -> Iterator[StudyEvent]:
    match command:
        case cmd.SetRecruitment():
            yield _recruitment_set(study, command, at)
        case cmd.PlaceHold():
            rule = _conduct(rules).hold
            if rule is None:
                raise _nothing_stated(rules, "hold")
            yield placed_hold(study, rule, command.reason, command.actor.id, at)
        case cmd.LiftHold():
            yield _lifted(study, command, at)
        case cmd.DecideTreatment():
            yield _decided(study, rules, command, at)
        case cmd.RecordMeeting():
            yield _met(study, rules, command, at)
        case cmd.ReturnTurn():
            yield _returned(study, command, at)
        case cmd.AcknowledgeAlert():
            yield acknowledged(study.alerts, study.settled_alerts, command, at)
        case cmd.SnoozeAlert():
            yield snoozed(study.alerts, study.settled_alerts, command, at, rules.site(None).zone)
        case cmd.ReachClock():
            return
        case _:
            raise Refused(
                Code.WRONG_SUBJECT,
                f"{command.kind} is asked of one participant; name them instead of {STUDY_SUBJECT!r}",
            )


def _recruitment_set(study: Study, command: cmd.SetRecruitment, at: datetime) -> ev.RecruitmentSet:
    if command.recruitment is study.recruitment:
        raise Refused(Code.SAME_FACT, f"recruitment is {study.recruitment.value} already")
    actor = command.actor
    return ev.RecruitmentSet(command.recruitment, command.reason, actor.id, actor.role, at)


def _lifted(study: Study, command: cmd.LiftHold, at: datetime) -> ev.HoldLifted:
    hold = hold_in_force(study, command.hold)
    what = what_is_lifted(study, hold)
    roles = {hold.placed.lifted_by}
    signed = sign(command, meaning=hold.placed.meaning, what=what, at=at, roles=roles)
    return ev.HoldLifted(hold.code, command.reason, at, signed)


def hold_in_force(study: Study, code: str) -> Hold:
    """The hold of that code.

    Raises:
        Refused: there is none, or it was lifted.
    """
    known = next((each for each in study.holds if each.code == code), None)
    if known is None:
        listed = ", ".join(each.code for each in study.holds_in_force) or "none is in force"
        raise Refused(Code.UNKNOWN_HOLD, f"there is no hold {code!r}: {listed}")
    if known.lifted is not None:
        when = known.lifted.lifted_at.isoformat(timespec="minutes")
        raise Refused(Code.UNKNOWN_HOLD, f"{code} was lifted at {when} by {known.lifted.signed.by}")
    return known


def _decided(
    study: Study, rules: StudyRules, command: cmd.DecideTreatment, at: datetime
) -> ev.TreatmentDecided:
    rule, who, actor = _conduct(rules).decide_now, command.participant, command.actor
    if rule is None:
        raise _nothing_stated(rules, "decide_now")
    if actor.role is not rule.by:
        raise Refused(
            Code.WRONG_ROLE,
            f"the {rule.by.value} decides on interrupted treatment; {actor.id} speaks as {actor.role.value}",
        )
    waiting = [each for each, _ in undecided(study, _conduct(rules))]
    holds = tuple(each.code for each in study.holds_in_force if rule.before in each.placed.stops)
    reconsidered = any(each.participant == who and set(each.holds) & set(holds) for each in study.decided)
    ahead = study.milestone(who, rule.before) is None and who not in study.ends
    if who not in waiting and not (reconsidered and ahead):
        listed = ", ".join(waiting) or "nobody"
        raise Refused(
            Code.NOTHING_TO_DECIDE,
            f"no hold has interrupted the treatment of {who}: {listed} waits for a decision",
        )
    return ev.TreatmentDecided(
        who, command.treatment, rule.before, holds, command.reason, actor.id, actor.role, at
    )


def _met(study: Study, rules: StudyRules, command: cmd.RecordMeeting, at: datetime) -> ev.MeetingRecorded:
    meetings = {each.code: each for each in _conduct(rules).meetings}
    if command.meeting not in meetings:
        raise Refused(
            Code.UNKNOWN_MEETING,
            f"the protocol has no meeting {command.meeting!r}: {', '.join(meetings) or 'it names none'}",
        )
    known = study.meetings.get(command.meeting)
    if known is not None:
        on = known.happened.isoformat()
        raise Refused(Code.ALREADY_RECORDED, f"{command.meeting} is recorded on {on} ({known.outcome})")
    _not_in_future(command.happened, rules.site(None).zone, at)
    actor = command.actor
    return ev.MeetingRecorded(command.meeting, command.happened, command.outcome, actor.id, actor.role)


def _not_in_future(happened: Stated, zone: ZoneInfo, at: datetime) -> None:
    today = day_of(at, zone)
    if day_of(happened, zone) > today if is_day(happened) else earliest(happened, zone) > at:
        now = at.astimezone(zone).isoformat(timespec="minutes")
        raise Refused(Code.FUTURE_TIME, f"{happened.isoformat()} is in the future: it is {now} in {zone.key}")


def _returned(study: Study, command: cmd.ReturnTurn, at: datetime) -> ev.TurnReturned:
    holders = [each.taken.participant for each in turns_in_force(study, at)]
    if command.participant not in holders:
        listed = ", ".join(holders) or "nobody"
        raise Refused(Code.NO_TURN, f"{command.participant} has no turn to give back: {listed} has one")
    return ev.TurnReturned(command.participant, command.reason)


def _conduct(rules: StudyRules) -> Conduct:
    if rules.conduct is None:
        raise _nothing_stated(rules, "conduct")
    return rules.conduct


def _nothing_stated(rules: StudyRules, what: str) -> Refused:
    protocol = rules.protocol
    return Refused(
        Code.NOT_STATED, f"{protocol.id} {protocol.version} states no {what}: publish a version that does"
    )
