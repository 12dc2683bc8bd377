"""Any course of safety at all: random events, reports and clocks, and every promise after each step."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain import Refused, State, decide, fold, next_deadline
from domain.commands import Command, ReachClock
from domain.roles import SYSTEM
from domain.safety.clocks import clock_rules, ground_of, of
from domain.safety.terms import ClockState, Expectedness, Relation, Serious
from domain.state import AlertKind
from tests.domain.builders import INVESTIGATOR, SHANGHAI, at, followed
from tests.domain.promises import hold_for_a_decision, hold_for_a_state
from tests.domain.safety.words import CTCAE, said
from tests.domain.spec import SUBJECT, given

START = at("2026-04-03 16:00")
BASE = given(followed()).run(START).state
AES, CLOCKS = (
    ("AE1", "AE2"),
    ("sponsor_24h", "sponsor_24h", "sponsor_24h.2", "susar_7d", "susar_7d.2", "susar_15d"),
)

hours = st.integers(0, 9)
criteria = st.lists(st.sampled_from(list(Serious)), max_size=3, unique=True)
judged = st.fixed_dictionaries(
    {},
    optional={
        "relation": st.sampled_from(list(Relation)),
        "expectedness": st.sampled_from(list(Expectedness)),
        "serious": criteria,
    },
)
serious = st.fixed_dictionaries(
    {"serious": st.lists(st.sampled_from(list(Serious)), min_size=1, max_size=2, unique=True)},
    optional={"expectedness": st.just(Expectedness.UNEXPECTED)},
)
ae = st.sampled_from((AES[0], AES[0], AES[1]))
REPORTS = st.tuples(st.just("send_report"), hours, st.tuples(ae, st.sampled_from(CLOCKS)))
STEPS = st.one_of(
    st.tuples(st.just("open_adverse_event"), hours, judged),
    st.tuples(st.just("change_adverse_event"), hours, st.tuples(ae, judged)),
    st.tuples(st.just("grade_adverse_event"), hours, st.tuples(ae, st.integers(0, 6))),
    st.tuples(
        st.just("close_adverse_event"),
        hours,
        st.tuples(ae, st.sampled_from(["recovered", "fatal", "unknown"])),
    ),
    st.tuples(st.sampled_from(["reopen_adverse_event", "void_adverse_event"]), hours, ae),
    st.tuples(st.just("receive_information"), hours, ae),
    REPORTS,
    REPORTS,
    st.tuples(st.just("withdraw_report"), hours, st.sampled_from(["RPT1", "RPT2"])),
    st.tuples(st.just("wait"), st.just(0), st.integers(1, 24 * 9)),
)


def command_of(kind: str, back: int, more: Any, now: datetime) -> Command:
    """The command of a step; what it states lies so many hours back."""
    then = (now - timedelta(hours=back)).isoformat()
    day = (now - timedelta(hours=back)).astimezone(SHANGHAI).date().isoformat()
    match kind:
        case "open_adverse_event":
            stated = {"onset": "2026-03", "grade": 3, **CTCAE, "known": then, **more}
            return said(kind, INVESTIGATOR, term=f"event {back}", **stated)
        case "change_adverse_event":
            return said(kind, INVESTIGATOR, ae=more[0], known=then, reason="judged anew", **more[1])
        case "grade_adverse_event":
            return said(kind, INVESTIGATOR, ae=more[0], grade=more[1], happened=day, known=then, **CTCAE)
        case "close_adverse_event":
            resolved = None if more[1] == "unknown" else day
            return said(kind, INVESTIGATOR, ae=more[0], outcome=more[1], resolved=resolved)
        case "receive_information":
            return said(kind, INVESTIGATOR, ae=more, what="more is known", known=then)
        case "send_report":
            return said(kind, INVESTIGATOR, clock=f"{more[0]}.{more[1]}", sent=then, reference="S")
        case "withdraw_report":
            return said(kind, INVESTIGATOR, report=more, reason="error")
        case _:
            return said(kind, INVESTIGATOR, ae=more, reason="error")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@for_all(serious, st.lists(STEPS, min_size=3, max_size=14))
def test_every_promise_holds_after_every_step(first: Any, steps: list[tuple[str, int, Any]]) -> None:
    """INV-6 to INV-10 and INV-17: pure, never early, nothing silent; each report owed has its clock."""
    state, now = BASE, START
    for kind, back, more in [("open_adverse_event", 1, first), *steps]:
        if kind == "wait":
            state, now = waited(state, now, timedelta(hours=more))
        else:
            now += timedelta(minutes=7)
            state = heard(state, command_of(kind, back, more, now), now)
        hold_for_a_state(state, now)
        what_is_owed_has_its_clock(state)
        each_clock_is_told(state, now)


def waited(state: State, now: datetime, how_long: timedelta) -> tuple[State, datetime]:
    """Each deadline on the way is decided at its own moment."""
    until = now + how_long
    while (due := next_deadline(state)) is not None and due.at <= until:
        state = heard(state, ReachClock(actor=SYSTEM), due.at)
    return heard(state, ReachClock(actor=SYSTEM), until), until


def heard(state: State, command: Command, now: datetime) -> State:
    """The state after a command, or after the passing of time where it was refused."""
    try:
        events = decide(state, command, now, SUBJECT)
    except Refused:
        command = ReachClock(actor=SYSTEM)
        events = decide(state, command, now, SUBJECT)
    hold_for_a_decision(state, command, now, events)
    return fold(state, events)


def what_is_owed_has_its_clock(state: State) -> None:
    """No ground without a clock or a report, and no clock running without its ground."""
    for event in state.safety.events.values():
        for rule in clock_rules(state):
            clocks = of(state, event.ae, rule.code)
            running = [each for each in clocks if each.state is ClockState.RUNNING]
            assert len(running) <= 1, "one report of a kind is owed at a time"
            if ground_of(rule) not in event.grounds:
                assert not running
            elif rule.code != "susar_15d" or not of(state, event.ae, "susar_7d"):
                kept = (ClockState.RUNNING, ClockState.REPORTED, ClockState.REPORTED_LATE)
                assert any(each.state in kept for each in clocks)


def each_clock_is_told(state: State, now: datetime) -> None:
    """A clock alerts exactly while it runs past its warning, and its end is judged by the stated time."""
    running = [each for each in state.safety.clocks.values() if each.state is ClockState.RUNNING]
    overdue = {each.clock for each in running if each.due <= now}
    soon = {each.clock for each in running if each.warn_at <= now < each.due}
    assert {item for item, kind in state.alerts if kind == AlertKind.REPORT_OVERDUE} == overdue
    assert {item for item, kind in state.alerts if kind == AlertKind.REPORT_DUE_SOON} == soon
    for clock in state.safety.clocks.values():
        if clock.state in (ClockState.REPORTED, ClockState.REPORTED_LATE):
            assert clock.ended_at is not None
            assert (clock.ended_at < clock.due) is (clock.state is ClockState.REPORTED)
            late = (clock.clock, "report_late") in state.deviations
            assert late is (clock.state is ClockState.REPORTED_LATE)
