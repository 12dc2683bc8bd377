"""The clocks of safety reports: when they start, when they are due, and what ends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain import Code, next_deadline
from domain import commands as cmd
from domain.events import (
    AlertResolved,
    DeviationClosed,
    DeviationOpened,
    SafetyClockEnded,
    SafetyClockStarted,
)
from domain.safety.terms import ClockState
from tests.domain.builders import SHANGHAI, acknowledge, at, end, followed
from tests.domain.safety.words import changed, informed, known_at, opened, reported, said
from tests.domain.spec import Course, given

KNOWN = "2026-04-03 16:00"
"""A Friday afternoon."""

SERIOUS: dict[str, Any] = {"serious": ["hospitalisation"], "known": known_at(KNOWN)}
SUSAR: dict[str, Any] = {**SERIOUS, "relation": "possible", "expectedness": "unexpected"}
FATAL: dict[str, Any] = {**SUSAR, "serious": ["life_threatening"]}


def after(*told: tuple[str, cmd.Command]) -> Course:
    """A participant four weeks after infusion, and what was said at Shanghai times."""
    return given(followed(), [(at(when), command) for when, command in told])


def serious(**more: Any) -> Course:
    """A serious event, known and typed on Friday afternoon."""
    return after((KNOWN, opened(**{**SERIOUS, **more})))


def clock(course: Course, name: str = "AE1.sponsor_24h") -> ClockState:
    """The recorded state of a clock."""
    assert course.refusal is None, course.refusal
    return course.state.safety.clocks[name].state


def test_a_serious_event_starts_the_clock_of_its_report_by_itself() -> None:
    """24 hours are exact, and run through the night and the weekend."""
    event = serious().one(SafetyClockStarted)
    assert (event.clock, event.why) == ("AE1.sponsor_24h", "serious")
    assert event.due == at("2026-04-04 16:00")


def test_an_event_that_is_not_serious_owes_no_report() -> None:
    """Seriousness is a matter of the criteria, whatever somebody says."""
    assert not serious(serious=[], stated_serious=True).state.safety.clocks


@pytest.mark.parametrize(
    ("stated", "rule", "due"),
    [
        (SUSAR, "susar_15d", "2026-04-19 00:00"),
        (FATAL, "susar_7d", "2026-04-11 00:00"),
    ],
)
def test_calendar_days_end_at_the_local_midnight_after_the_last_one(
    stated: dict[str, Any], rule: str, due: str
) -> None:
    """The day of first knowledge is day 0, and neither weekend nor holiday moves the end."""
    clocks = serious(**stated).state.safety.clocks
    assert set(clocks) == {"AE1.sponsor_24h", f"AE1.{rule}"}
    assert clocks[f"AE1.{rule}"].due == at(due)


def test_what_nobody_has_judged_expected_is_reported_as_if_it_were_not() -> None:
    """A judgement that is not made yet gives no more time; made in time, it ends the clock it had started."""
    unjudged = {"relation": "possible", "expectedness": "not_assessed"}
    assert clock(serious(**unjudged), "AE1.susar_15d") is ClockState.RUNNING
    expected = changed(expectedness="expected")
    course = after((KNOWN, opened(**{**SERIOUS, **unjudged})), ("2026-04-07 09:00", expected))
    assert clock(course, "AE1.susar_15d") is ClockState.DOWNGRADED
    assert clock(course) is ClockState.RUNNING


def test_hours_are_counted_from_an_hour() -> None:
    """A day alone cannot start a clock of 24 hours."""
    serious(known="2026-04-03").refused(Code.TIME_NEEDED, "sponsor_24h")


def test_an_event_that_turns_serious_starts_the_clock_from_that_knowledge() -> None:
    """Day 0 is when it was known to be serious, not when it began."""
    course = after((KNOWN, opened()), ("2026-04-07 09:00", changed(serious=["disability"])))
    assert course.one(SafetyClockStarted).due == at("2026-04-08 09:00")


def test_the_unreported_turn_to_fatal_keeps_the_longer_clock_and_starts_the_shorter() -> None:
    """Getting worse never gives more time: the 15 days run on beside the 7."""
    worse = changed(serious=["hospitalisation", "death"], known=known_at("2026-04-16 10:00"))
    course = after((KNOWN, opened(**SUSAR)), ("2026-04-16 10:00", worse))
    dues = {name: each.due for name, each in course.state.safety.clocks.items() if "susar" in name}
    assert dues == {"AE1.susar_15d": at("2026-04-19"), "AE1.susar_7d": at("2026-04-24")}


def test_the_longer_clock_after_a_downgrade_counts_from_the_first_knowledge() -> None:
    """No longer life-threatening, still a SUSAR: the 15 days count from when it was known as one."""
    milder = changed(serious=["hospitalisation"], known=known_at("2026-04-06 10:00"))
    course = after((KNOWN, opened(**FATAL)), ("2026-04-06 10:00", milder))
    assert clock(course, "AE1.susar_7d") is ClockState.DOWNGRADED
    assert course.state.safety.clocks["AE1.susar_15d"].due == at("2026-04-19")


def test_a_reminder_and_then_an_overdue_alert_climb_without_waiting() -> None:
    """Safety never waits: on a Saturday every rung is told as the ladder says."""
    course = serious()
    assert course.due().at == at("2026-04-04 04:00")
    course.run(at("2026-04-04 04:00"))
    assert course.alerts()["AE1.sponsor_24h/report_due_soon"] == ("open", 1)
    course.run(at("2026-04-04 07:00"))
    assert course.alerts()["AE1.sponsor_24h/report_due_soon"] == ("open", 3)
    course.run(at("2026-04-04 16:00"))
    assert course.alerts()["AE1.sponsor_24h/report_overdue"] == ("open", 1)
    assert "AE1.sponsor_24h/report_due_soon" not in course.alerts()


def test_a_report_in_time_ends_the_clock_before_anything_fires() -> None:
    """Sent and typed in time: no alert, no deviation."""
    course = after((KNOWN, opened(**SERIOUS)), ("2026-04-03 18:00", reported("2026-04-03 17:30")))
    assert course.one(SafetyClockEnded).at == at("2026-04-03 17:30")
    assert clock(course) is ClockState.REPORTED
    course.run(at("2026-04-10"))
    assert not any("AE1" in name for name in course.alerts())


def test_a_report_made_in_time_and_typed_late_closes_the_clock_in_time() -> None:
    """The stated time counts. The alert resolves, the proof that it fired stays, nothing deviates."""
    course = after((KNOWN, opened(**SERIOUS)), ("2026-04-06 09:00", reported("2026-04-04 10:00")))
    assert clock(course) is ClockState.REPORTED
    assert course.one(AlertResolved).why == "reported"
    fired = [each for each in course.state.settled_alerts if each.item == "AE1.sponsor_24h"]
    assert [each.kind.value for each in fired] == ["report_due_soon", "report_overdue"]
    assert not any(each.kind == "report_late" for each in course.state.deviations.values())


def test_a_late_report_is_recorded_with_its_deviation() -> None:
    """Nothing is refused merely because it is late."""
    course = after((KNOWN, opened(**SERIOUS)), ("2026-04-06 09:00", reported("2026-04-04 16:00")))
    assert clock(course) is ClockState.REPORTED_LATE
    opened_ = course.one(DeviationOpened)
    assert (opened_.deviation, opened_.suggested) == ("AE1.sponsor_24h/report_late", "important")


def test_a_report_before_awareness_is_refused() -> None:
    """Nobody reports what nobody knows."""
    course = after((KNOWN, opened(**SERIOUS)), ("2026-04-03 17:00", reported("2026-04-03 15:59")))
    course.refused(Code.BEFORE_ANCHOR, "first knowledge")


@pytest.mark.parametrize(
    ("command", "code", "said_"),
    [
        (reported("2026-04-03", "AE1.sponsor_24h"), Code.TIME_NEEDED, "hours"),
        (reported("2026-04-05 10:00"), Code.FUTURE_TIME, "future"),
        (reported("2026-04-03 16:30", "AE1.susar_7d"), Code.UNKNOWN_RECORD, "susar_7d"),
        (reported("2026-04-03 16:30", replaces="RPT1"), Code.UNKNOWN_RECORD, "RPT1"),
        (said("withdraw_report", report="RPT1", reason="error"), Code.UNKNOWN_RECORD, "RPT1"),
    ],
)
def test_a_report_that_cannot_be_is_refused(command: cmd.Command, code: Code, said_: str) -> None:
    """Unknown clocks and reports, a future time, a day where an hour is needed."""
    after((KNOWN, opened(**SERIOUS)), ("2026-04-03 17:00", command)).refused(code, said_)


def test_a_second_report_says_which_one_it_replaces() -> None:
    """A clock is reported once; a corrected one takes the place of the first, which stays on record."""
    told = [(KNOWN, opened(**SERIOUS)), ("2026-04-03 18:00", reported("2026-04-03 17:30"))]
    after(*told, ("2026-04-03 19:00", reported("2026-04-03 18:30"))).refused(Code.ALREADY_RECORDED, "RPT1")
    course = after(*told, ("2026-04-06 19:00", reported("2026-04-06 18:30", replaces="RPT1")))
    states = {name: each.state.value for name, each in course.state.safety.reports.items()}
    assert states == {"RPT1": "replaced", "RPT2": "sent"}
    assert course.state.safety.clocks["AE1.sponsor_24h"].ended_at == at("2026-04-03 17:30")


def test_a_withdrawn_report_is_owed_again_as_before() -> None:
    """Withdrawing gives no new time: the clock runs on, and is overdue where it was."""
    withdrawn = said("withdraw_report", report="RPT1", reason="another participant")
    course = after(
        (KNOWN, opened(**SERIOUS)),
        ("2026-04-06 09:00", reported("2026-04-05 10:00")),
        ("2026-04-06 10:00", withdrawn),
    )
    course.includes("report.withdrawn", "clock.resumed", "deviation.closed", "alert.raised")
    assert course.state.safety.clocks["AE1.sponsor_24h"].at(at("2026-04-06 10:00")) is ClockState.OVERDUE
    assert course.one(DeviationClosed).why == "withdrawn"
    course.when(withdrawn, at("2026-04-06 11:00")).refused(Code.SAME_FACT, "withdrawn")


def test_new_information_after_the_report_starts_a_follow_up_from_its_receipt() -> None:
    """Re-based by new information: its day of receipt is day 0 of the follow-up, which follows the first."""
    course = after(
        (KNOWN, opened(**SERIOUS)),
        ("2026-04-03 18:00", reported("2026-04-03 17:30")),
        ("2026-04-09 11:00", informed("blood culture positive", "2026-04-09 10:00")),
    )
    event = course.one(SafetyClockStarted)
    assert (event.clock, event.why, event.follows) == (
        "AE1.sponsor_24h.2",
        "new_information",
        "AE1.sponsor_24h",
    )
    assert event.due == at("2026-04-10 10:00")


def test_new_information_never_moves_a_report_that_is_owed() -> None:
    """What is learnt before the report goes into it, and its end stays where it was."""
    course = after(
        (KNOWN, opened(**SERIOUS)),
        ("2026-04-04 09:00", informed("blood culture positive", "2026-04-04 09:00")),
    )
    assert [(name, each.due) for name, each in course.state.safety.clocks.items()] == [
        ("AE1.sponsor_24h", at("2026-04-04 16:00"))
    ]


def test_what_was_learnt_after_the_report_was_sent_is_owed_though_typed_before_it() -> None:
    """The report sent at noon cannot hold what was learnt at two."""
    course = after(
        (KNOWN, opened(**SERIOUS)),
        ("2026-04-04 14:30", informed("blood culture positive", "2026-04-04 14:00")),
        ("2026-04-04 15:00", reported("2026-04-04 12:00")),
    )
    assert course.one(SafetyClockStarted).due == at("2026-04-05 14:00")


def test_the_complete_report_follows_the_first_within_eight_more_days() -> None:
    """7 + 8: the complete report of a fatal or life-threatening SUSAR is due on day 15."""
    course = after(
        (KNOWN, opened(**FATAL)),
        ("2026-04-07 10:00", reported("2026-04-07", "AE1.susar_7d")),
    )
    event = course.one(SafetyClockStarted)
    assert (event.clock, event.why) == ("AE1.susar_7d.2", "complete_report")
    assert event.due == at("2026-04-19")


@pytest.mark.parametrize(
    ("command", "state"),
    [
        (changed(serious=[]), ClockState.DOWNGRADED),
        (said("void_adverse_event", ae="AE1", reason="another participant"), ClockState.VOIDED),
    ],
)
def test_a_report_no_longer_owed_ends_its_clock_with_the_reason(
    command: cmd.Command, state: ClockState
) -> None:
    """A downgrade and a voided event end the clock on the record."""
    course = after((KNOWN, opened(**SERIOUS)), ("2026-04-04 06:00", command))
    assert clock(course) is state
    assert course.one(SafetyClockEnded).why
    assert not any("AE1" in name for name in course.alerts())


def test_an_event_serious_again_owes_another_report() -> None:
    """A downgrade taken back starts a clock of its own; the ended one stays ended."""
    course = after(
        (KNOWN, opened(**SERIOUS)),
        ("2026-04-04 06:00", changed(serious=[])),
        ("2026-04-04 08:00", changed(serious=["disability"])),
    )
    assert course.one(SafetyClockStarted).clock == "AE1.sponsor_24h.2"
    assert clock(course) is ClockState.DOWNGRADED


def test_a_report_withdrawn_while_none_was_owed_settles_nothing_later() -> None:
    """Downgraded, its report withdrawn, serious again: nobody has been told, so a report is owed."""
    course = after(
        (KNOWN, opened(**SERIOUS)),
        ("2026-04-03 18:00", reported("2026-04-03 17:30")),
        ("2026-04-04 06:00", changed(serious=[])),
        ("2026-04-04 07:00", said("withdraw_report", report="RPT1", reason="not serious")),
        ("2026-04-04 08:00", changed(serious=["disability"])),
    )
    assert course.one(SafetyClockStarted).due == at("2026-04-05 08:00")


def test_a_follow_up_goes_back_into_the_report_that_was_withdrawn() -> None:
    """One report of a kind is owed at a time, and it is the first one, due as before."""
    course = after(
        (KNOWN, opened(**SERIOUS)),
        ("2026-04-03 18:00", reported("2026-04-03 17:30")),
        ("2026-04-04 09:00", informed("blood culture positive", "2026-04-04 09:00")),
        ("2026-04-04 10:00", said("withdraw_report", report="RPT1", reason="another participant")),
    )
    assert clock(course) is ClockState.RUNNING
    assert clock(course, "AE1.sponsor_24h.2") is ClockState.VOIDED
    course.when(reported("2026-04-04 08:30"), at("2026-04-04 11:00"))
    assert course.one(SafetyClockStarted).due == at("2026-04-05 09:00")


def test_a_reported_event_that_turns_fatal_is_reported_again() -> None:
    """A further criterion is new information: the sponsor was told of a stay in hospital, not of a death."""
    worse = changed(serious=["hospitalisation", "death"], known=known_at("2026-04-06 10:00"))
    course = after(
        (KNOWN, opened(**SERIOUS)),
        ("2026-04-03 18:00", reported("2026-04-03 17:30")),
        ("2026-04-06 12:00", worse),
    )
    event = course.one(SafetyClockStarted)
    assert (event.clock, event.why, event.due) == (
        "AE1.sponsor_24h.2",
        "new_information",
        at("2026-04-07 10:00"),
    )
    fewer = changed(serious=["death"], known=known_at("2026-04-06 13:00"))
    course.when(fewer, at("2026-04-06 13:00"))
    assert "ae.information_received" not in [each.TYPE for each in course.events]


def test_a_clock_runs_on_after_a_death() -> None:
    """The end of a participation stops visits and no safety report."""
    course = serious()
    course.when(end("died", "2026-04-03"), at("2026-04-03 20:00"))
    course.run(at("2026-04-04 16:00"))
    assert course.alerts()["AE1.sponsor_24h/report_overdue"] == ("open", 1)
    course.when(acknowledge("AE1.sponsor_24h/report_overdue"), at("2026-04-04 16:05"))
    assert course.alerts()["AE1.sponsor_24h/report_overdue"][0] == "acknowledged"


def test_information_on_an_unknown_event_is_refused() -> None:
    """New information names the event it is about, and is not older than it."""
    after((KNOWN, informed("fever", KNOWN))).refused(Code.UNKNOWN_RECORD, "AE1")
    course = after((KNOWN, opened(**SERIOUS)), (KNOWN, informed("fever", "2026-04-03 15:00")))
    course.refused(Code.BEFORE_ANCHOR, "first knowledge")


BASE = given(followed()).state


@for_all(
    st.datetimes(datetime(2026, 3, 20), datetime(2026, 3, 31)),  # noqa: DTZ001 - the zone follows
    st.timedeltas(timedelta(0), timedelta(days=4)),
    st.timedeltas(timedelta(0), timedelta(days=20)),
)
def test_a_report_is_in_time_exactly_before_its_end_however_late_it_is_typed(
    known: datetime, delay: timedelta, typing: timedelta
) -> None:
    """Whenever it is typed, the state of the clock depends on the stated time alone."""
    knew = known.replace(tzinfo=SHANGHAI).astimezone(UTC)
    sent, typed = knew + delay, max(knew + delay, at("2026-03-31 10:00")) + typing
    course = Course(BASE).when(
        opened(onset="2026-03-10", serious=["disability"], known=knew.isoformat()),
        max(knew, at("2026-03-31 10:00")),
    )
    course.when(reported_at(sent), max(typed, at("2026-03-31 10:00")))
    expected = ClockState.REPORTED if delay < timedelta(hours=24) else ClockState.REPORTED_LATE
    assert clock(course) is expected
    deadline = next_deadline(course.state)
    assert deadline is None or "AE1" not in deadline.what


def reported_at(sent: datetime) -> cmd.Command:
    """A report sent at an instant."""
    return said("send_report", clock="AE1.sponsor_24h", sent=sent.isoformat(), reference="S-1")
