"""What the watchdog notices, on both stores."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from activities.digest import digest_note
from activities.drift import Condition, Drift, What, workflow_id
from activities.watchdog import Pace
from store import Store, open_store
from tests.activities.conftest import MakeChannels, MakeWatchdog, note
from tests.activities.trial import DUE_SOON_AT, OVERDUE_AT, STUDY, WORKING, Clock, Trial, site
from workflows.names import participant_id


def _whats(drift: Drift) -> set[What]:
    return {each.what for each in drift.conditions}


def test_a_quiet_trial_is_healthy(manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels) -> None:
    """Nothing due, nothing owed, everybody's workflow running: no drift."""
    drift = watchdog(channels()).check(DUE_SOON_AT - timedelta(minutes=1), [workflow_id(STUDY, "P-001")])
    assert drift == Drift()
    assert drift.healthy


def test_an_unkept_deadline_is_noticed(manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels) -> None:
    """A deadline two minutes past without an event is drift, named by code; the sweep ends it (INV-8)."""
    dog, now = watchdog(channels()), DUE_SOON_AT + timedelta(minutes=3)
    [condition] = dog.check(now).conditions
    assert (condition.what, condition.count) == (What.DEADLINES, 1)
    assert "P-001, due 2026-03-23T16:00:00+00:00" in condition.detail
    dog.sweep(now)
    assert dog.check(now).healthy


def test_an_undelivered_notice_is_noticed(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels
) -> None:
    """A notice owed for half an hour is drift, with its channel and why it failed so far."""
    manned.reach("P-001", WORKING)
    now = manned.clock.pass_(hours=1)
    [condition] = watchdog(channels()).check(now).conditions
    assert condition.what is What.NOTICES
    assert "channels hook" in condition.detail
    assert "not tried yet" in condition.detail


def test_a_notice_that_never_arrives_is_noticed_until_somebody_answers(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels
) -> None:
    """The channel does not exist: drift while the alert is unanswered, over when it is acknowledged."""
    manned.reach("P-001", WORKING)
    dog = watchdog(channels())
    dog.deliver_neglected(manned.clock.pass_(hours=1), 10)
    assert _whats(dog.check(manned.clock.now)) == {What.FAILED_NOTICES}
    manned.ask("P-001", "acknowledge_alert", alert="P-001/enrolment/overdue")
    assert dog.check(manned.clock.now).healthy


def test_a_missing_workflow_is_noticed_on_the_second_look(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels
) -> None:
    """Somebody who waits for something and has no workflow: told the second time, lest it was starting."""
    manned.register("P-002")
    dog, now = watchdog(channels()), DUE_SOON_AT - timedelta(days=1)
    running = [workflow_id(STUDY, "P-002")]
    assert dog.check(now, running).healthy
    drift = dog.check(now, running)
    assert drift.conditions == (Condition(What.WORKFLOWS, 1, "no running workflow: P-001"),)
    assert drift.without_workflow == ((STUDY, "P-001"),)
    assert dog.check(now, [*running, workflow_id(STUDY, "P-001")]).healthy


def test_an_ended_participant_needs_no_workflow(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels
) -> None:
    """After withdrawal nothing is left to wait for, and nobody misses the workflow."""
    manned.clock.now = DUE_SOON_AT - timedelta(days=1)
    manned.ask("P-001", "end_participation", end="withdrawn", happened="2026-03-20", reason="wishes to stop")
    dog = watchdog(channels())
    assert dog.check(manned.clock.now, []).healthy
    assert dog.check(manned.clock.now, []).healthy


def test_workflow_ids_are_those_of_the_workflows() -> None:
    """The id the watchdog looks for is the id the workflows are started with."""
    assert workflow_id(STUDY, "P-001") == participant_id(STUDY, "P-001")


@pytest.mark.parametrize(
    ("last", "now", "late"),
    [
        ("2026-03-30", "2026-03-31T08:59+08:00", False),  # its hour has not passed yet
        ("2026-03-30", "2026-03-31T09:00+08:00", True),
        ("2026-03-31", "2026-03-31T09:00+08:00", False),
        ("2026-04-03", "2026-04-05T12:00+08:00", False),  # a Sunday: Friday's was the last
        ("2026-04-02", "2026-04-04T08:30+08:00", True),  # Friday's is missing on Saturday
        (None, "2026-03-31T09:00+08:00", True),
    ],
)
def test_a_missing_digest_is_noticed(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels, last: str | None, now: str, late: bool
) -> None:
    """An hour after a working morning's digest was to go out, its absence is drift; weekends have none."""
    note(manned.store, digest_note(STUDY, "hefei"), last or "")
    at = datetime.fromisoformat(now).astimezone(UTC)
    dog = watchdog(channels())
    dog.sweep(at)
    assert (What.DIGEST in _whats(dog.check(at))) is late


def test_nothing_is_expected_from_before_the_watch_began(
    store: Store, clock: Clock, watchdog: MakeWatchdog, channels: MakeChannels
) -> None:
    """A deployment first watched at noon misses no digest of that morning, but the next day's."""
    Trial(store, clock).open(site())
    dog, noon = watchdog(channels()), datetime(2026, 3, 31, 4, 0, tzinfo=UTC)
    assert dog.check(noon).healthy
    assert _whats(dog.check(noon + timedelta(days=1))) == {What.DIGEST}


def test_an_unsound_store_is_noticed(
    sqlite_url: str, clock: Clock, watchdog: MakeWatchdog, channels: MakeChannels
) -> None:
    """A store that has lost a guard of its append-only tables is drift."""
    opened = open_store(sqlite_url)
    opened.migrate()
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        connection.execute(f"DROP TRIGGER {names.fetchone()[0]}")
    connection.close()
    [condition] = watchdog(channels(), opened).check(clock()).conditions
    assert condition.what is What.STORE
    assert "is missing: records could be changed" in condition.detail
    opened.close()


def test_a_pause_ends_with_the_next_deadline(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels
) -> None:
    """The next sweep comes when the earliest deadline and its grace have passed, never later than asked."""
    dog, grace = watchdog(channels()), Pace().grace.total_seconds()
    assert dog.seconds_to_next(DUE_SOON_AT - timedelta(seconds=20), 60) == 20 + grace
    assert dog.seconds_to_next(DUE_SOON_AT - timedelta(hours=1), 60) == 60
    assert (
        dog.seconds_to_next(DUE_SOON_AT + timedelta(minutes=5), 60) == 60
    )  # left over: not asked in a hot loop
    assert dog.seconds_to_next(OVERDUE_AT, 60) == 60
