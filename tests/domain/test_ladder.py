"""The ladder climbs until somebody answers; an answer holds it for a bounded time only."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain import Code, State, fold, initial
from domain.events import (
    AcknowledgementExpired,
    AlertAcknowledged,
    AlertSnoozed,
    FrozenLadder,
    RungReached,
    SnoozeEnded,
)
from domain.ladder import frozen
from domain.roles import Role
from domain.state import AlertKind, Rules
from tests.domain.builders import (
    COORDINATOR,
    INVESTIGATOR,
    SPONSOR,
    acknowledge,
    at,
    clock,
    contacts,
    followed,
    infused,
    protocol,
    record,
    rules,
    site,
    snooze,
)
from tests.domain.cycles import RULES as CYCLES
from tests.domain.cycles import at as berlin
from tests.domain.cycles import dosed
from tests.domain.spec import Course, given

MONDAY = at("2026-05-11 08:00")
"""The first working hour after Day 60 closed on Friday night: rung 1."""
D60 = "D60/overdue"


def overdue(**more: object) -> Course:
    """Day 60 overdue, rung 1 just told."""
    return given(followed(), rules=rules(**more) if more else None).run(MONDAY)  # type: ignore[arg-type]


def rungs(story: Course) -> list[tuple[int, int, str, datetime]]:
    """(rung, round, who, when) of each rung of Day 60 told so far."""
    return [
        (each.rung, each.round, ",".join(each.contacts), each.reached_at)
        for each in story.record
        if isinstance(each, RungReached) and each.alert.startswith("EX02-001/D60/overdue")
    ]


def test_nobody_answers_so_it_climbs_and_then_repeats() -> None:
    """Coordinator on Monday, investigator a day later, sponsor two days later, then the sponsor every day."""
    story = overdue().run(at("2026-05-15 12:00"))
    assert rungs(story) == [
        (1, 1, "coordinator-1", at("2026-05-11 08:00")),
        (2, 1, "investigator-1", at("2026-05-12 08:00")),
        (3, 1, "sponsor-1", at("2026-05-14 08:00")),
        (3, 2, "sponsor-1", at("2026-05-15 08:00")),
    ]


def test_acknowledging_stops_the_climb_until_it_runs_out() -> None:
    """INV-17: for two days nothing is told; then the same rung is told again, and the climb goes on."""
    story = overdue().when(acknowledge(D60), at("2026-05-11 09:00"))
    until = at("2026-05-13 09:00")
    story.then(
        AlertAcknowledged(
            "EX02-001/D60/overdue", "coordinator-1", Role.COORDINATOR, at("2026-05-11 09:00"), until
        )
    )
    assert story.due().what == "D60 overdue: acknowledgement runs out"
    story.run(until - timedelta(seconds=1)).then()
    story.run(until).then(AcknowledgementExpired("EX02-001/D60/overdue", until, until), "alert.rung_reached")
    story.run(at("2026-05-14 12:00"))
    assert [each[:2] for each in rungs(story)] == [(1, 1), (1, 2), (2, 1)]


def test_an_acknowledgement_that_runs_out_at_night_is_told_in_the_morning() -> None:
    """The ladder waits for working hours then too."""
    story = overdue().when(acknowledge(D60), at("2026-05-11 20:00")).run(at("2026-05-14 08:00"))
    assert rungs(story)[-1] == (1, 2, "coordinator-1", at("2026-05-14 08:00"))


def test_before_anybody_was_told_an_alert_can_be_acknowledged() -> None:
    """Raised on Saturday, seen in the list on Sunday: on running out the first rung is told, once."""
    story = given(followed()).when(acknowledge(D60), at("2026-05-10 12:00")).run(at("2026-05-12 12:00"))
    assert [each[:2] for each in rungs(story)] == [(1, 1)]


def test_a_second_acknowledgement_is_refused_and_names_the_first() -> None:
    """It is already held; nobody takes it over silently."""
    story = overdue().when(acknowledge(D60), MONDAY)
    story.when(acknowledge(D60, by=INVESTIGATOR), MONDAY).refused(
        Code.ALREADY_ACKNOWLEDGED, "already acknowledged by coordinator-1"
    )


def test_an_unknown_or_resolved_alert_is_not_acknowledged() -> None:
    """The sentence names the alert that was perhaps meant, or how it was resolved."""
    overdue().when(acknowledge("D6/overdue"), MONDAY).refused(Code.UNKNOWN_ALERT, "did you mean EX02-001/D60")
    story = overdue().when(record("D60", "2026-05-08"), at("2026-05-11 09:00"))
    story.when(acknowledge(D60), at("2026-05-11 10:00")).refused(Code.ALERT_RESOLVED, "(recorded)")


def test_a_snooze_silences_until_its_end_and_then_tells_the_same_rung_again() -> None:
    """With a reason and an end; the end is on the record."""
    until = at("2026-05-13 10:00")
    story = overdue().when(snooze(D60, until), at("2026-05-11 09:00"))
    story.then(AlertSnoozed("EX02-001/D60/overdue", "coordinator-1", until, "visit is booked"))
    assert story.alerts() == {D60: ("snoozed", 1)}
    assert story.due().what == "D60 overdue: snooze ends"
    story.run(until).then(SnoozeEnded("EX02-001/D60/overdue", until, until), "alert.rung_reached")
    assert rungs(story)[-1][:2] == (1, 2)


@pytest.mark.parametrize(
    ("until", "saying"),
    [
        ("2026-05-11 09:00", "has passed"),
        ("2026-05-10 09:00", "has passed"),
        ("2026-05-18 09:01", "until 2026-05-18T09:00+08:00 at the latest"),
    ],
)
def test_a_snooze_has_an_end_ahead_and_not_too_far(until: str, saying: str) -> None:
    """At most a week on this ladder; nought and the past are no snooze."""
    overdue().when(snooze(D60, at(until)), at("2026-05-11 09:00")).refused(Code.BAD_SNOOZE, saying)


def test_a_snooze_never_passes_the_windows_end() -> None:
    """INV-18: a reminder is silenced until its window closes at most, whatever the ladder allows."""
    now = at("2026-05-04 09:00")
    story = given(followed())
    story.when(snooze("D60/due_soon", at("2026-05-09") + timedelta(seconds=1)), now).refused(
        Code.BAD_SNOOZE, "until 2026-05-09T00:00+08:00"
    )
    story = given(followed()).when(snooze("D60/due_soon", at("2026-05-09")), now)
    assert story.run(at("2026-05-09")).alerts() == {D60: ("open", 0)}


def test_a_snooze_never_passes_the_hard_stop() -> None:
    """INV-18: an overdue infusion is silenced until its hard stop at most, and freely after it has passed."""
    story = given(infused()[:-2]).run(at("2026-03-04 08:00"))
    assert "infusion/overdue" in story.alerts()
    story.when(snooze("infusion/overdue", at("2026-03-07 00:01")), at("2026-03-05 09:00")).refused(
        Code.BAD_SNOOZE, "until 2026-03-07T00:00+08:00"
    )
    story = given(infused()[:-2]).when(snooze("infusion/overdue", at("2026-03-07")), at("2026-03-05 09:00"))
    story.includes("alert.snoozed").run(at("2026-03-08"))
    story.when(snooze("infusion/overdue", at("2026-03-10")), at("2026-03-08 09:00")).then("alert.snoozed")


def test_a_snoozed_alert_can_be_acknowledged_and_an_acknowledged_one_snoozed() -> None:
    """The later answer takes the place of the earlier."""
    story = overdue().when(snooze(D60, at("2026-05-13 10:00")), at("2026-05-11 09:00"))
    story.when(acknowledge(D60), at("2026-05-11 10:00"))
    assert story.alerts() == {D60: ("acknowledged", 1)}
    story.when(snooze(D60, at("2026-05-12 10:00")), at("2026-05-11 11:00"))
    assert story.alerts() == {D60: ("snoozed", 1)}
    story.when(acknowledge(D60), at("2026-05-11 12:00")).then("alert.acknowledged")


# --- who is told -------------------------------------------------------------------------------------------


def test_a_rung_on_which_nobody_stands_does_not_keep_the_next_in_the_dark() -> None:
    """The site has no investigator: the sponsor is told in the same breath, and both steps are recorded."""
    story = overdue(contacts=contacts("coordinator-1", "sponsor-1")).run(at("2026-05-12 08:00"))
    assert rungs(story) == [
        (1, 1, "coordinator-1", at("2026-05-11 08:00")),
        (2, 1, "", at("2026-05-12 08:00")),
        (3, 1, "sponsor-1", at("2026-05-12 08:00")),
    ]


def test_a_ladder_on_which_nobody_stands_still_moves_strictly_on() -> None:
    """Nobody to tell at all: recorded once, then repeated as slowly as the ladder says, never in a flood."""
    story = overdue(contacts=contacts("data_manager-1"))
    assert [each[:3] for each in rungs(story)] == [(1, 1, ""), (2, 1, ""), (3, 1, "")]
    assert story.due().at == at("2026-05-12 08:00")


def test_the_person_on_duty_is_told() -> None:
    """By the rota of the day; on days nobody is named for, everybody of the role."""
    rota = [
        {"role": "coordinator", "duty": [{"contact": "coordinator-2", "days": ["mon"]}]},
        {"role": "investigator", "duty": [{"contact": "investigator-1", "days": ["mon"]}]},
    ]
    people = contacts("coordinator-1", "coordinator-2", "investigator-1", "investigator-2", "sponsor-1")
    story = overdue(contacts=people, rota=rota).run(at("2026-05-12 08:00"))
    assert [each[2] for each in rungs(story)] == ["coordinator-2", "investigator-1,investigator-2"]


# --- every person must answer (DZ-CYCLES, timed samples) ----------------------------------------------------


def sampled(*ids: str) -> Course:
    """The sample an hour after the dose is overdue at 09:10, and the first rung was told at once."""
    told = Rules(CYCLES.protocol, site("Europe/Berlin", contacts=contacts(*ids)))
    return given(dosed()[:-3], rules=told).run(berlin("2026-01-12 09:10"))


def test_where_each_must_answer_the_climb_goes_on_until_all_have() -> None:
    """Two coordinators were told and one answered: the alert stays open."""
    story = sampled("coordinator-1", "coordinator-2", "investigator-1", "sponsor-1")
    story.when(acknowledge("PK1/overdue"), berlin("2026-01-12 09:12"))
    assert story.one(AlertAcknowledged).waiting_for == ("coordinator-2",)
    assert story.alerts() == {"PK1/overdue": ("open", 1)}
    story.when(acknowledge("PK1/overdue"), berlin("2026-01-12 09:13")).refused(Code.ALREADY_ACKNOWLEDGED)


def test_where_each_must_answer_the_last_answer_holds_it() -> None:
    """Everybody told has answered: it is held, for two hours; then nobody's answer counts any more."""
    story = sampled("coordinator-1", "coordinator-2", "investigator-1", "sponsor-1")
    second = COORDINATOR.model_copy(update={"id": "coordinator-2"})
    story.when(acknowledge("PK1/overdue"), berlin("2026-01-12 09:12")).run(berlin("2026-01-12 09:20"))
    assert story.alerts() == {"PK1/overdue": ("open", 2)}
    story.when(acknowledge("PK1/overdue", by=second), berlin("2026-01-12 09:21"))
    assert story.one(AlertAcknowledged).waiting_for == ("investigator-1",)
    story.when(acknowledge("PK1/overdue", by=INVESTIGATOR), berlin("2026-01-12 09:22"))
    assert story.alerts() == {"PK1/overdue": ("acknowledged", 2)}
    story.run(berlin("2026-01-12 11:22"))
    assert story.state.alerts["PK1", "overdue"].acknowledged_by == ()


def test_a_snooze_keeps_the_answers_of_an_alert_still_waiting_for_others() -> None:
    """One has answered, then it is silenced: who has answered is not asked again."""
    story = sampled("coordinator-1", "coordinator-2", "investigator-1", "sponsor-1")
    story.when(acknowledge("PK1/overdue"), berlin("2026-01-12 09:12"))
    story.when(snooze("PK1/overdue", berlin("2026-01-12 09:30"), by=SPONSOR), berlin("2026-01-12 09:14"))
    assert story.state.alerts["PK1", "overdue"].acknowledged_by == ("coordinator-1",)


# --- the ladder in force is frozen into the alert -----------------------------------------------------------


def test_a_later_version_of_the_site_does_not_reach_an_open_alert() -> None:
    """The ladder was frozen when the alert was raised: a quicker pace counts from the next alert on."""
    pace = {"ladder": "visit", "after": ["PT1M", "PT1M", "PT1M"], "repeat_every": "PT1M"}
    story = overdue()
    before = story.state.alerts["D60", "overdue"].ladder
    quicker = Rules(protocol(), site(paces=[pace], version="2"))
    story.state = replace_rules(story, quicker)
    story.run(at("2026-05-12 07:59"))
    assert [each[:2] for each in rungs(story)] == [(1, 1)]
    assert story.state.alerts["D60", "overdue"].ladder == before
    assert frozen(quicker, "visit", AlertKind.OVERDUE).rungs[1].after_seconds == 60


def replace_rules(story: Course, new: Rules) -> State:
    """The same stream folded under other rules, as after a new site version was published."""
    return fold(initial(new), story.record)


def test_a_sites_own_pace_replaces_the_protocols_delays() -> None:
    """Fewer delays than rungs: the rest stay the protocol's; the acknowledgement may have its own length."""
    pace = {"ladder": "visit", "after": ["PT2M"], "repeat_every": "PT3M", "acknowledgement_lasts": "PT4M"}
    own = frozen(Rules(protocol(), site(paces=[pace])), "visit", AlertKind.OVERDUE)
    assert [each.after_seconds for each in own.rungs] == [120, 86_400, 172_800]
    assert (own.repeat_seconds, own.acknowledgement_seconds) == (180, 240)
    other = frozen(Rules(protocol(), site(paces=[pace])), "gate", AlertKind.OVERDUE)
    assert isinstance(other, FrozenLadder)
    assert other.repeat_seconds == 86_400


def test_a_reminder_has_only_its_first_rung() -> None:
    """Nobody but the first is told before a window closes."""
    assert len(frozen(rules(), "visit", AlertKind.DUE_SOON).rungs) == 1


def test_an_acknowledged_reminder_is_told_again_and_overdue_is_an_alert_of_its_own() -> None:
    """Acknowledging a reminder does not acknowledge the overdue that may follow."""
    story = given(followed()).when(acknowledge("D60/due_soon"), at("2026-05-04 09:00"))
    story.run(at("2026-05-06 09:00"))
    assert story.alerts() == {"D60/due_soon": ("open", 1)}
    assert story.due().what.startswith("D60 window closes")
    assert story.run(at("2026-05-09")).alerts() == {D60: ("open", 0)}


def test_the_clock_after_a_long_outage_ends_an_acknowledgement_once() -> None:
    """Down for a month over an acknowledgement's end: it ends, one rung is told, and the next lies ahead."""
    story = overdue().when(acknowledge(D60), at("2026-05-11 09:00")).hear(clock(), at("2026-06-11 09:00"))
    mine = [each.TYPE for each in story.events if getattr(each, "alert", "") == "EX02-001/D60/overdue"]
    assert mine == ["alert.acknowledgement_expired", "alert.rung_reached"]
