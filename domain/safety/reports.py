"""Reports: sent, withdrawn, and new information that asks for another one.

The rule that keeps it honest: a clock is closed as of the stated time of its report, however late that is
typed; new information never moves the end of a report that is still owed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.answers.checks import is_before, nearest, not_in_future
from domain.commands.safety import ReceiveInformation, SendReport, WithdrawReport
from domain.events import DeviationClosed, DeviationOpened
from domain.events.safety import (
    InformationReceived,
    ReportSent,
    ReportWithdrawn,
    SafetyClockEnded,
    SafetyClockResumed,
    SafetyClockStarted,
)
from domain.evolve import fold
from domain.governance.suggest import suggestion
from domain.protocol.governance import DeviationKind
from domain.protocol.safety import SafetyClockRule
from domain.refusal import Code, Refused
from domain.safety.book import Report, SafetyClock
from domain.safety.checks import known_event, learnt, not_earlier
from domain.safety.clocks import clock_rules, covered, ground_of, of, rule_named, running, started
from domain.safety.evolve import SafetyEvent
from domain.safety.partial import partial_of
from domain.safety.terms import ClockState, ReportState
from domain.state import State
from domain.stated import Stated, earliest, is_day

REPORT_LATE = DeviationKind.REPORT_LATE.value

ReportAnswer = SafetyEvent | DeviationOpened | DeviationClosed


def send_report(state: State, command: SendReport, at: datetime) -> list[ReportAnswer]:
    """A report was sent at the stated time: its clock ends as of then, and what follows on it starts."""
    clock = _clock(state, command.clock)
    not_in_future(state, command.sent, at)
    if is_before(state, command.sent, clock.known):
        raise Refused(
            Code.BEFORE_ANCHOR,
            f"{command.sent.isoformat()} is before first knowledge ({clock.known.isoformat()}) of what "
            f"{clock.clock} reports",
        )
    report = f"RPT{len(state.safety.reports) + 1}"
    sent = ReportSent(
        report, clock.ae, clock.clock, command.sent, command.reference, _replaced(state, command, clock)
    )
    if clock.state is not ClockState.RUNNING:
        return [sent]
    ended = _ended(state, clock, sent)
    events: list[ReportAnswer] = [sent, ended]
    if ended.state is ClockState.REPORTED_LATE:
        events.append(_late(state, clock, sent))
    return [*events, *_followed(fold(state, events), clock, command.sent)]


def withdraw_report(state: State, command: WithdrawReport, at: datetime) -> list[ReportAnswer]:
    """A report no longer stands; where it is owed still, its clock runs again, due as before."""
    report = state.safety.reports.get(command.report)
    if report is None:
        hint = nearest(command.report, state.safety.reports)
        raise Refused(Code.UNKNOWN_RECORD, f"{state.participant} has no report {command.report!r}{hint}")
    if report.state is not ReportState.SENT:
        raise Refused(Code.SAME_FACT, f"{report.report} no longer stands: it was {report.state.value}")
    return [ReportWithdrawn(report.report, command.reason), *_owed_again(state, report, at)]


def receive_information(state: State, command: ReceiveInformation, at: datetime) -> list[ReportAnswer]:
    """New information: into the report that is still owed, otherwise a follow-up report is owed for it."""
    event = known_event(state, command.ae)
    known = learnt(state, command.known, at)
    not_earlier(state, partial_of(known), partial_of(event.known), f"the first knowledge of {event.ae}")
    return news(state, event.ae, command.what, known)


def news(state: State, ae: str, what: str, known: Stated) -> list[ReportAnswer]:
    """What was learnt of an event, and the follow-up reports that are owed for it."""
    renewed = (_renewed(state, ae, rule, known) for rule in clock_rules(state))
    return [InformationReceived(ae, known, what), *(each for each in renewed if each is not None)]


def _clock(state: State, name: str) -> SafetyClock:
    clock = state.safety.clocks.get(name)
    if clock is None:
        hint = nearest(name, state.safety.clocks)
        raise Refused(Code.UNKNOWN_RECORD, f"{state.participant} owes no report {name!r}{hint}")
    return clock


def _replaced(state: State, command: SendReport, clock: SafetyClock) -> str | None:
    """The report that is replaced. A clock that a report ended takes another one only in its place."""
    standing = [each for each in state.safety.reports.values() if _stands_for(each, clock)]
    if command.replaces is None:
        if clock.state is not ClockState.RUNNING:
            by = ", ".join(each.report for each in standing) or clock.ended_why
            raise Refused(
                Code.ALREADY_RECORDED,
                f"{clock.clock} is {clock.state.value} ({by}): say which report this one replaces",
            )
        return None
    if command.replaces not in {each.report for each in standing}:
        known = ", ".join(each.report for each in standing) or "none"
        raise Refused(
            Code.UNKNOWN_RECORD,
            f"{command.replaces} is no report that stands for {clock.clock}; known: {known}",
        )
    return command.replaces


def _stands_for(report: Report, clock: SafetyClock) -> bool:
    return report.clock == clock.clock and report.state is ReportState.SENT


def _ended(state: State, clock: SafetyClock, sent: ReportSent) -> SafetyClockEnded:
    _precise_enough(state, clock, sent.sent)
    at = earliest(sent.sent, state.zone)
    how = ClockState.REPORTED if at < clock.due else ClockState.REPORTED_LATE
    return SafetyClockEnded(clock.clock, how, at, f"{sent.report} {sent.reference}")


def _precise_enough(state: State, clock: SafetyClock, sent: Stated) -> None:
    rule = rule_named(state, clock.rule)
    if rule is not None and not rule.due.whole_days and is_day(sent):
        raise Refused(
            Code.TIME_NEEDED,
            f"clock {rule.code} is counted in hours: state when the report was sent with its time and offset",
        )


def _late(state: State, clock: SafetyClock, sent: ReportSent) -> DeviationOpened:
    everything = (*state.settled_deviations, *state.deviations.values())
    before = sum(1 for each in everything if (each.item, each.kind) == (clock.clock, REPORT_LATE))
    name = f"{clock.clock}/{REPORT_LATE}" + (f"/{before + 1}" if before else "")
    until = clock.due.astimezone(state.zone).isoformat(timespec="minutes")
    detail = f"{sent.report} sent {sent.sent.isoformat()}, owed until before {until}"
    suggested = suggestion(state, clock.clock, REPORT_LATE)
    return DeviationOpened(name, clock.clock, REPORT_LATE, detail, suggested)


def _followed(state: State, clock: SafetyClock, sent: Stated) -> Iterator[SafetyClockStarted]:
    """The complete report after a first one, or the follow-up on what was learnt after it was sent."""
    rule = rule_named(state, clock.rule)
    if rule is None or running(state, clock.ae, clock.rule):
        return
    if ground_of(rule) not in state.safety.events[clock.ae].grounds:
        return
    if rule.completed_within is not None and clock.follows is None:
        due, more = rule.due, rule.completed_within
        whole = type(due)(days=due.days + more.days, seconds=due.seconds + more.seconds)
        yield started(state, clock.ae, rule, whole, clock.known, "complete_report", clock.clock)
        return
    learnt_since = [
        known for _, known in state.safety.events[clock.ae].information if is_before(state, sent, known)
    ]
    if learnt_since and rule.renewed_within is not None:
        first = min(learnt_since, key=lambda each: earliest(each, state.zone))
        yield started(state, clock.ae, rule, rule.renewed_within, first, "new_information", clock.clock)


def _owed_again(state: State, report: Report, at: datetime) -> Iterator[ReportAnswer]:
    clock = state.safety.clocks[report.clock]
    if clock.state not in (ClockState.REPORTED, ClockState.REPORTED_LATE):
        return
    rule = rule_named(state, clock.rule)
    if rule is None or ground_of(rule) not in state.safety.events[clock.ae].grounds:
        return
    for other in running(state, clock.ae, clock.rule):
        why = f"{report.report} was withdrawn: it goes into {clock.clock}, which is owed again"
        yield SafetyClockEnded(other.clock, ClockState.VOIDED, at, why)
    yield SafetyClockResumed(clock.clock, f"{report.report} was withdrawn")
    late = state.deviations.get((clock.clock, REPORT_LATE))
    if late is not None:
        yield DeviationClosed(late.deviation, "withdrawn")


def _renewed(state: State, ae: str, rule: SafetyClockRule, known: Stated) -> SafetyClockStarted | None:
    earlier = of(state, ae, rule.code)
    if rule.renewed_within is None or not earlier or running(state, ae, rule.code):
        return None
    grounds = state.safety.events[ae].grounds
    if ground_of(rule) not in grounds or covered(rule, grounds):
        return None
    return started(state, ae, rule, rule.renewed_within, known, "new_information", earlier[-1].clock)
