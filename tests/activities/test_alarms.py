"""What the watchdog tells engineers, and what it delivers itself."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from activities.drift import Condition, Drift, What
from activities.notify import LEASE_SECONDS
from store import NoticeStatus, open_store
from tests.activities.conftest import ENGINEERS, MakeChannels, MakeWatchdog
from tests.activities.receivers import Webhook
from tests.activities.trial import DUE_SOON_AT, STUDY, WORKING, Clock, Trial, site


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: notes and notices are proven on both elsewhere."""
    return sqlite_url


def test_drift_is_told_once(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels, hook: Webhook, notice_file: Path,
    registry: CollectorRegistry,
) -> None:  # fmt: skip
    """Engineers are told once per condition and channel, whichever watchdog sees it; the metric stays."""
    table = channels(hook=f"json://{hook.host}")
    now = DUE_SOON_AT + timedelta(minutes=3)
    for dog in (watchdog(table), watchdog(table)):
        for _ in range(2):
            dog.alarm(dog.check(now), now)
    [line] = [json.loads(each) for each in notice_file.read_text("utf-8").splitlines()]
    [request] = hook.got
    assert line["what"] == request.json["what"] == "deadlines"
    assert line["key"] != request.headers["Idempotency-Key"]
    assert request.json["type"] == "failure"
    assert registry.get_sample_value("dayzero_watchdog_drift", {"what": "deadlines"}) == 1
    assert registry.get_sample_value("dayzero_watchdog_drift", {"what": "notices"}) == 0


def test_drift_that_ends_and_comes_back_is_told_again(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels, hook: Webhook, registry: CollectorRegistry
) -> None:
    """Over, and told anew when it begins anew; a condition that lasts is told again after a day."""
    dog, now = watchdog(channels(hook=f"json://{hook.host}")), WORKING
    late = Drift((Condition(What.DEADLINES, 1, "P-001"),))
    dog.alarm(late, now)
    dog.alarm(Drift(), now)
    assert registry.get_sample_value("dayzero_watchdog_drift", {"what": "deadlines"}) == 0
    dog.alarm(late, now + timedelta(minutes=1))
    dog.alarm(late, now + timedelta(hours=23))
    assert len(hook.got) == 2
    dog.alarm(late, now + timedelta(hours=25))
    assert len(hook.got) == 3


def test_an_alarm_whose_channel_is_down_is_told_when_it_is_up(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels, hook: Webhook, notice_file: Path
) -> None:
    """A failing channel is tried again at the next round; the channels that worked are not bothered twice."""
    dog = watchdog(channels(hook=f"json://{hook.host}"))
    late = Drift((Condition(What.DEADLINES, 1, "P-001"),))
    hook.status = 500
    dog.alarm(late, WORKING)
    hook.status = 200
    for minute in (1, 2, 3):
        dog.alarm(late, WORKING + timedelta(minutes=minute))
    assert len(hook.got) == 2
    assert len(notice_file.read_text("utf-8").splitlines()) == 1


@pytest.mark.fault
def test_alarms_need_no_store(
    sqlite_url: str, clock: Clock, watchdog: MakeWatchdog, channels: MakeChannels, hook: Webhook
) -> None:
    """With the store gone, the engineers last known are told all the same, once."""
    opened = open_store(sqlite_url, patience_seconds=0.2)
    opened.migrate()
    Trial(opened, clock).open(site(channels=ENGINEERS))
    dog = watchdog(channels(hook=f"json://{hook.host}"), opened)
    dog.alarm(Drift(), clock())
    opened.close()
    Path(sqlite_url.removeprefix("sqlite:///")).unlink()
    down = Drift((Condition(What.STORE, 1, "StoreDown"),))
    for _ in range(3):
        dog.alarm(down, clock.pass_(minutes=1))
    assert [request.json["what"] for request in hook.got] == ["store"]


def test_neglected_notices_are_delivered(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels, hook: Webhook
) -> None:
    """With nobody else delivering, the watchdog does after ten minutes, and only then."""
    manned.reach("P-001", WORKING)
    dog = watchdog(channels(hook=f"json://{hook.host}"))
    [owed] = [each for each in manned.notices() if each.alert.endswith("overdue")]
    assert dog.deliver_neglected(owed.owed_at + timedelta(minutes=9), 10) == 0
    assert dog.deliver_neglected(owed.owed_at + timedelta(minutes=11), 10) == 1
    assert dog.deliver_neglected(owed.owed_at + timedelta(minutes=30), 10) == 0
    assert [request.headers["Idempotency-Key"] for request in hook.got] == [owed.notice]


def test_what_others_try_is_left_to_them(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels, hook: Webhook, clock: Clock
) -> None:
    """A notice with a running lease, or tried minutes ago, is not neglected."""
    manned.reach("P-001", WORKING)
    dog = watchdog(channels(hook=f"json://{hook.host}"))
    [owed] = [each for each in manned.notices() if each.alert.endswith("overdue")]
    now = clock.pass_(hours=1)
    with manned.store.writing() as tx:
        tx.failed(STUDY, owed.notice, now, "HTTP 500", final=False)
    assert dog.deliver_neglected(now + timedelta(minutes=5), 10) == 0
    with manned.store.writing() as tx:
        tx.claim(STUDY, owed.notice, now + timedelta(minutes=9), LEASE_SECONDS * 5)
    assert dog.deliver_neglected(now + timedelta(minutes=15), 10) == 0
    assert hook.got == []


def test_a_failing_channel_does_not_hold_up_the_round(
    manned: Trial, watchdog: MakeWatchdog, channels: MakeChannels, hook: Webhook
) -> None:
    """Of many notices on a channel that is down, one is tried per round; other channels go on."""
    manned.register("P-002", "P-003")
    for code in ("P-001", "P-002", "P-003"):
        manned.reach(code, WORKING)
    hook.status = 500
    dog = watchdog(channels(hook=f"json://{hook.host}"))
    now = manned.clock.pass_(hours=1)
    assert dog.deliver_neglected(now, 10) == 0
    assert len(hook.got) == 1
    owed = [each for each in manned.notices() if each.status is NoticeStatus.OWED]
    assert len(owed) == 3
