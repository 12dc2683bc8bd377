"""Which reports are owed about an adverse event, and until when.

The rule that keeps it honest: a clock starts by itself the moment its ground is known, from the day of that
knowledge, and ends only by a report or because its ground is gone; nothing ever moves its end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import assert_never

from domain.events.safety import SafetyClockEnded, SafetyClockStarted
from domain.plan import end_after, shifted
from domain.protocol.expanded import Protocol
from domain.protocol.safety import SafetyClockRule, StartedBy
from domain.refusal import Code, Refused
from domain.safety.book import AdverseEvent, Ground, SafetyClock
from domain.safety.terms import ClockState, ReportState
from domain.span import Span
from domain.state import State
from domain.stated import Stated, is_day

REPORTED = frozenset({ClockState.REPORTED, ClockState.REPORTED_LATE})


def clock_changes(state: State, ae: str, at: datetime) -> Iterator[SafetyClockStarted | SafetyClockEnded]:
    """The clocks that start and end with what is now known of an event."""
    event = state.safety.events[ae]
    for rule in clock_rules(state):
        ground = ground_of(rule)
        if ground not in event.grounds:
            for clock in running(state, ae, rule.code):
                yield _ended(clock, event, ground, at)
        elif not _settled_or_running(state, event, rule):
            yield started(state, event.ae, rule, rule.due, event.since[ground], rule.started_by.value)


def clock_rules(state: State) -> tuple[SafetyClockRule, ...]:
    """The clocks of the participant's protocol version."""
    rules = state.protocol.document.adverse_events
    return rules.clocks if rules is not None else ()


def rule_named(state: State, code: str) -> SafetyClockRule | None:
    """The clock of that code, if the protocol still has it."""
    return next((each for each in clock_rules(state) if each.code == code), None)


def clock_named(protocol: Protocol, item: str) -> SafetyClockRule | None:
    """The rule of the clock that an alert is about (AE1.sponsor_24h); None where it is about no clock."""
    rules = protocol.document.adverse_events
    _, _, rest = item.partition(".")
    code = rest.partition(".")[0]
    return next((each for each in rules.clocks if each.code == code), None) if rules and code else None


def ground_of(rule: SafetyClockRule) -> Ground:
    """What must hold for the clock to go on."""
    match rule.started_by:
        case StartedBy.SERIOUS:
            return Ground.SERIOUS
        case StartedBy.SUSAR_FATAL:
            return Ground.SUSAR_FATAL
        case StartedBy.SUSAR_OTHER:
            return Ground.SUSAR
        case _:
            assert_never(rule.started_by)


def running(state: State, ae: str, rule: str) -> list[SafetyClock]:
    """The clocks of an event and rule that no report has ended."""
    return [each for each in of(state, ae, rule) if each.state is ClockState.RUNNING]


def of(state: State, ae: str, rule: str) -> list[SafetyClock]:
    """Every clock of an event and rule, oldest first."""
    return [each for each in state.safety.clocks.values() if (each.ae, each.rule) == (ae, rule)]


def started(
    state: State,
    ae: str,
    rule: SafetyClockRule,
    span: Span,
    known: Stated,
    why: str,
    follows: str | None = None,
) -> SafetyClockStarted:
    """A clock of `span` from the day of knowledge, which is day 0.

    Raises:
        Refused: it counts hours, and only a day was stated.
    """
    due = due_at(state, known, span, rule.code)
    before = len(of(state, ae, rule.code))
    name = f"{ae}.{rule.code}" + (f".{before + 1}" if before else "")
    return SafetyClockStarted(
        clock=name,
        ae=ae,
        rule=rule.code,
        known=known,
        due=due,
        warn_at=shifted(due, -rule.warn, state.zone),
        ladder=rule.ladder,
        why=why,
        follows=follows,
    )


def due_at(state: State, known: Stated, span: Span, code: str) -> datetime:
    """The exclusive end: exact in hours, in days the local midnight after the last calendar day."""
    if not span.whole_days and is_day(known):
        raise Refused(
            Code.TIME_NEEDED,
            f"clock {code} is counted in hours from first knowledge: state it with its time and offset, "
            "such as 2026-03-02T09:30:00+08:00",
        )
    return end_after(known, span, state.zone)


def _settled_or_running(state: State, event: AdverseEvent, rule: SafetyClockRule) -> bool:
    known = of(state, event.ae, rule.code)
    if any(each.state is ClockState.RUNNING or _is_reported(state, each) for each in known):
        return True
    if rule.started_by is not StartedBy.SUSAR_OTHER:
        return False
    return covered(rule, event.grounds) or _reported_as_fatal(state, event.ae)


def covered(rule: SafetyClockRule, grounds: Collection[Ground]) -> bool:
    """Whether the shorter clock of the fatal or life-threatening covers this, the longer one."""
    return rule.started_by is StartedBy.SUSAR_OTHER and Ground.SUSAR_FATAL in grounds


def _is_reported(state: State, clock: SafetyClock) -> bool:
    # A report that was withdrawn while none was owed leaves its clock as it was, and settles nothing.
    standing = (each.clock for each in state.safety.reports.values() if each.state is ReportState.SENT)
    return clock.state in REPORTED and clock.clock in standing


def _reported_as_fatal(state: State, ae: str) -> bool:
    fatal = {each.code for each in clock_rules(state) if each.started_by is StartedBy.SUSAR_FATAL}
    return any(
        each.ae == ae and each.rule in fatal and _is_reported(state, each)
        for each in state.safety.clocks.values()
    )


def _ended(clock: SafetyClock, event: AdverseEvent, ground: Ground, at: datetime) -> SafetyClockEnded:
    if event.voided is not None:
        return SafetyClockEnded(clock.clock, ClockState.VOIDED, at, f"{event.ae} was voided: {event.voided}")
    return SafetyClockEnded(clock.clock, ClockState.DOWNGRADED, at, f"{event.ae} is no longer {ground.value}")
