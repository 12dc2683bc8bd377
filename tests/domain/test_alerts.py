"""Alerts are raised and resolved by themselves: open exactly while the standing warrants it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain import next_deadline
from domain.events import AlertRaised, AlertResolved, RungReached
from domain.roles import Role
from tests.domain.builders import (
    at,
    clock,
    correct,
    end,
    excuse,
    followed,
    infused,
    made,
    miss,
    record,
    register,
    rules,
    screened,
)
from tests.domain.spec import given

MOMENT = timedelta(microseconds=1)
CLOSES = datetime(2026, 5, 8, 16, tzinfo=UTC)


def test_a_reminder_comes_before_the_close_and_is_told_once() -> None:
    """Day 60 closes after 2026-05-08: raised a week before, told once in the first working hour."""
    story = given(followed()).run(at("2026-05-02") - MOMENT)
    assert not story.alerts()
    story.run(at("2026-05-02")).then("alert.raised")
    assert story.alerts() == {"D60/due_soon": ("open", 0)}
    story.run(at("2026-05-04 08:00")).then("alert.rung_reached")
    due = story.due()
    assert (due.at, due.what) == (CLOSES, "D60 window closes 2026-05-08 Asia/Shanghai")


def test_overdue_takes_over_from_the_reminder_at_the_very_same_instant() -> None:
    """At the close the reminder is resolved and the overdue alert raised, in one decision."""
    story = given(followed()).run(CLOSES - MOMENT).run(CLOSES).then("alert.resolved", "alert.raised")
    assert story.events[0] == AlertResolved("EX02-001/D60/due_soon", "overdue", CLOSES)
    raised = story.one(AlertRaised)
    assert (raised.alert, raised.due, raised.raised_at) == ("EX02-001/D60/overdue", CLOSES, CLOSES)
    assert raised.first_rung_at == at("2026-05-11 08:00")
    assert [rung.tell for rung in raised.ladder.rungs] == [Role.COORDINATOR, Role.INVESTIGATOR, Role.SPONSOR]


def test_what_waits_is_told_in_working_hours_and_what_cannot_wait_at_once() -> None:
    """Day 28 closes on Thursday night: told at eight on Friday. The bedside check is told that minute."""
    story = given(followed(21)).run(at("2026-04-03 08:00"))
    told = story.state.alerts["D28", "overdue"]
    assert (told.rung, told.raised_at) == (1, at("2026-04-03"))
    bedside = given(infused()[:-1]).run(at("2026-03-02 16:30"))
    assert bedside.alerts() == {"H6/overdue": ("open", 1)}


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (record("D60", "2026-05-08"), "recorded"),
        (miss("D60"), "missed"),
        (end("died", "2026-05-09"), "ended"),
        (end("discontinued", "2026-05-09"), "ended"),
    ],
)
def test_an_alert_resolves_by_itself_when_its_ground_is_gone(command: object, why: str) -> None:
    """Whatever settles the item settles its alert, in the same decision, and says how."""
    story = given(followed()).when(command, at("2026-05-11 09:00"))  # type: ignore[arg-type]
    assert story.one(AlertResolved) == AlertResolved("EX02-001/D60/overdue", why, at("2026-05-11 09:00"))
    assert not story.alerts()


def test_a_reminder_resolves_when_the_visit_is_excused() -> None:
    """Excused within the window: nobody is reminded any more."""
    story = given(followed()).when(excuse("D60"), at("2026-05-05 09:00"))
    assert story.one(AlertResolved) == AlertResolved(
        "EX02-001/D60/due_soon", "excused", at("2026-05-05 09:00")
    )


def test_an_alert_whose_window_moved_is_raised_anew_with_its_own_number() -> None:
    """The infusion's date is corrected: the old alerts named other closes, the new ones begin anew."""
    story = given(infused()[:-1]).run(at("2026-03-06 12:00"))
    assert story.alerts()["D1/overdue"] == ("open", 2)
    story.when(correct("infusion", "2026-03-03 09:30"), at("2026-03-06 12:00"))
    whys = {each.alert: each.resolved_why for each in story.state.settled_alerts}
    assert whys["EX02-001/D1/overdue"] == whys["EX02-001/D3/overdue"] == "replanned"
    assert story.alerts() == {
        "H6/overdue/2": ("open", 1),
        "D1/overdue/2": ("open", 1),
        "D2/overdue/2": ("open", 1),
    }


def test_a_reminder_whose_window_moved_is_no_flood() -> None:
    """The close moves later while a reminder is open: it is resolved, and raised again at its new time."""
    story = given(infused()[:-1]).run(at("2026-03-25 12:00"))
    assert story.alerts()["D21/due_soon"] == ("open", 1)
    story.when(correct("infusion", "2026-03-03 09:30"), at("2026-03-25 12:00"))
    assert "D21/due_soon" not in story.alerts()
    story.run(at("2026-03-27"))
    assert [each.TYPE for each in story.events if getattr(each, "alert", "").startswith("EX02-001/D21")] == [
        "alert.raised",
        "alert.rung_reached",
        "alert.resolved",
        "alert.raised",
    ]


def test_a_decision_taken_late_records_both_when_it_was_due_and_when_it_was_made() -> None:
    """INV-9: the machine was down for three days; the alert says when it should have been noticed."""
    story = given(followed()).hear(clock(), at("2026-05-12 10:00"))
    raised, reached = story.one(AlertRaised), story.one(RungReached)
    assert (raised.due, raised.raised_at) == (CLOSES, at("2026-05-12 10:00"))
    assert reached.reached_at == at("2026-05-12 10:00")


def test_a_machine_down_for_three_days_tells_each_alert_once_and_not_72_times() -> None:
    """Three daily checks passed unnoticed: three alerts, one notice each, the next rung a day later."""
    story = given(infused()).hear(clock(), at("2026-03-06 09:00"))
    assert [each.TYPE for each in story.events] == ["alert.raised"] * 3 + ["alert.rung_reached"] * 3
    due = story.due()
    assert due.at > at("2026-03-06 09:00")
    story.hear(clock(), at("2026-03-06 09:00")).then()


def test_a_clock_ten_years_ahead_raises_each_alert_once() -> None:
    """Every window is overdue: one alert and at most one rung for each, and the next wait lies ahead."""
    story = given(infused()).hear(clock(), at("2036-03-03 09:00"))
    raised = [each for each in story.events if isinstance(each, AlertRaised)]
    assert len(raised) == len({each.item for each in raised}) == len(story.state.alerts)
    assert all(each.rung <= 1 for each in story.state.alerts.values())
    due = story.due()
    assert due.at > at("2036-03-03 09:00")


def test_a_command_at_the_deadline_comes_after_it() -> None:
    """INV-10: a visit recorded in the instant its window closes is preceded by the alert of that instant."""
    story = given(followed()).run(CLOSES - MOMENT).hear(record("D60", "2026-05-08"), CLOSES)
    assert [each.TYPE for each in story.events] == [
        "alert.resolved",
        "alert.raised",
        "visit.recorded",
        "stage.entered",
        "alert.resolved",
    ]


def test_a_milestone_overdue_alerts_like_a_visit_and_on_its_own_ladder() -> None:
    """Release after day 28: the coordinator at once, the investigator only a week later."""
    story = given(made()).run(at("2026-02-16 08:00"))
    assert story.alerts() == {"release/overdue": ("open", 1)}
    assert story.due().at == at("2026-02-23 08:00")


def test_the_deadline_says_what_is_waited_for() -> None:
    """Its words name item, step and the site's day, and nothing about the person."""
    story = given(followed())
    told = []
    while (due := next_deadline(story.state)) is not None and due.at < at("2026-05-16"):
        told.append(due.what)
        story.run(due.at)
    assert told == [
        "D60 due soon 2026-05-02 Asia/Shanghai",
        "D60 due_soon: rung 1 of 1",
        "D60 window closes 2026-05-08 Asia/Shanghai",
        "D60 overdue: rung 1 of 3",
        "D60 overdue: rung 2 of 3",
        "D60 overdue: rung 3 of 3",
        "D60 overdue: rung 3 of 3 again",
    ]


def test_the_first_window_is_waited_for_from_consent() -> None:
    """Nothing else to wait for: the reminder before screening ends."""
    story = given([(at("2026-01-05 09:30"), register())])
    due = story.due()
    assert due.what == "enrolment due soon 2026-01-27 Asia/Shanghai"


def test_the_same_instant_twice_changes_nothing() -> None:
    """INV-10: the clock reached again at the same moment finds nothing left to do."""
    story = given(screened(), rules=rules())
    for day in ("2026-01-27", "2026-02-03", "2026-02-04 08:00"):
        story.run(at(day)).hear(clock(), at(day)).then()
