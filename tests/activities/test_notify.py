"""Delivering owed notices, on both stores and over real channels."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.channels import Channels
from activities.metrics import Metrics
from activities.notify import BEING_SENT, LEASE_SECONDS, NEVER_SENT, NOT_SENT, Delivery, Notifier, Told
from activities.orders import DeliverOrder
from activities.posting import Patience
from settings import ROOT
from store import NoticeRow, NoticeStatus, Store, UnknownNotice
from tests.activities.conftest import MakeChannels
from tests.activities.receivers import Webhook
from tests.activities.trial import STUDY, WORKING, Clock, Trial, site

OVERDUE = "P-001/enrolment/overdue/rung-1/1/coordinator-1/{channel}"
DUE_SOON = "P-001/enrolment/due_soon/rung-1/1/coordinator-1/{channel}"

MakeNotifier = Callable[[Channels], Notifier]


@pytest.fixture
def notifier(store: Store, clock: Clock, metrics: Metrics) -> MakeNotifier:
    def make(channels: Channels) -> Notifier:
        trial = Trial(store, clock)
        return Notifier(
            store, trial.rulebook, channels, metrics, clock, console_url="https://console.example.org"
        )

    return make


@pytest.fixture
def overdue(store: Store, clock: Clock) -> Callable[..., Trial]:
    """A participant whose enrolment is overdue and whose coordinator is owed a notice on each channel."""

    def make(*channels: str) -> Trial:
        trial = Trial(store, clock)
        trial.open(site(channels={"coordinator": list(channels)}))
        trial.register("P-001")
        trial.reach("P-001", WORKING)
        return trial

    return make


def _notice(trial: Trial, notice: str) -> NoticeRow:
    [found] = [each for each in trial.notices("P-001") if each.notice == notice]
    return found


def test_an_owed_notice_is_sent_once(
    overdue: Callable[..., Trial], notifier: MakeNotifier, channels: MakeChannels, notice_file: Path
) -> None:
    """Sent and recorded; asked again, nothing is sent: never twice after a recorded success (INV-17)."""
    trial, teller = overdue("file"), notifier(channels())
    notice = OVERDUE.format(channel="file")
    assert [teller.tell(STUDY, notice).delivery for _ in range(3)] == [
        Delivery.DELIVERED, Delivery.SETTLED, Delivery.SETTLED
    ]  # fmt: skip
    [line] = [json.loads(each) for each in notice_file.read_text("utf-8").splitlines()]
    assert line["key"] == notice
    assert line["subject"] == "P-001 enrolment overdue 已逾期 (1/3)"
    assert "Since 起始: 2026-03-31 00:00 Asia/Shanghai" in line["body"]
    row = _notice(trial, notice)
    assert (row.status, row.attempts, row.detail) == (NoticeStatus.DELIVERED, 1, "written")


def test_each_channel_has_its_own_outcome(
    overdue: Callable[..., Trial], notifier: MakeNotifier, channels: MakeChannels, hook: Webhook
) -> None:
    """One contact, two channels: one fails, the other is delivered, and each is on record."""
    trial, teller = overdue("file", "hook"), notifier(channels(hook=f"json://{hook.host}"))
    hook.status = 503
    assert teller.tell(STUDY, OVERDUE.format(channel="file")).delivery is Delivery.DELIVERED
    assert teller.tell(STUDY, OVERDUE.format(channel="hook")) == Told(Delivery.NOT_SENT, "HTTP 503")
    assert _notice(trial, OVERDUE.format(channel="file")).status is NoticeStatus.DELIVERED
    assert _notice(trial, OVERDUE.format(channel="hook")).status is NoticeStatus.OWED


def test_a_channel_that_was_down_delivers_afterwards(
    overdue: Callable[..., Trial],
    notifier: MakeNotifier,
    channels: MakeChannels,
    hook: Webhook,
    clock: Clock,
    store: Store,
) -> None:
    """Down for an hour, tried every ten minutes: it goes out once, under one key, every try on record."""
    overdue("hook")
    teller, notice = notifier(channels(hook=f"json://{hook.host}")), OVERDUE.format(channel="hook")
    hook.status = 500
    for _ in range(6):
        assert teller.tell(STUDY, notice).delivery is Delivery.NOT_SENT
        clock.pass_(minutes=10)
    hook.status = 200
    assert teller.tell(STUDY, notice).delivery is Delivery.DELIVERED
    with store.reading() as reading:
        attempts = reading.attempts(STUDY, notice)
    assert [(each.outcome, each.detail) for each in attempts] == [("failed", "HTTP 500")] * 6 + [
        ("delivered", "accepted")
    ]
    assert {request.headers["Idempotency-Key"] for request in hook.got} == {notice}


@pytest.mark.parametrize("answer", ["acknowledged", "snoozed", "resolved"])
def test_nothing_is_sent_once_the_alert_is_answered(
    overdue: Callable[..., Trial],
    notifier: MakeNotifier,
    channels: MakeChannels,
    notice_file: Path,
    answer: str,
) -> None:
    """Acknowledged, snoozed or resolved before sending: settled with the reason, not sent (INV-17)."""
    trial, alert = overdue("file"), "P-001/enrolment/overdue"
    if answer == "acknowledged":
        trial.ask("P-001", "acknowledge_alert", alert=alert)
    elif answer == "snoozed":
        until = (WORKING + timedelta(days=1)).isoformat()
        trial.ask("P-001", "snooze_alert", alert=alert, until=until, reason="the family was reached")
    else:
        trial.ask(
            "P-001", "end_participation", end="withdrawn", happened="2026-03-31", reason="wishes to stop"
        )
    assert notifier(channels()).tell(STUDY, OVERDUE.format(channel="file")).delivery is Delivery.NOT_NEEDED
    row = _notice(trial, OVERDUE.format(channel="file"))
    assert row.status is NoticeStatus.FAILED
    assert (row.detail or "").startswith(f"not needed: {answer}")
    assert not notice_file.exists()
    assert notifier(channels()).tell(STUDY, row.notice).delivery is Delivery.SETTLED


def test_a_reminder_that_was_overtaken_is_not_sent(
    overdue: Callable[..., Trial], notifier: MakeNotifier, channels: MakeChannels
) -> None:
    """An undelivered "due soon" is not sent after the item has become overdue, which has its own notices."""
    trial = overdue("file")
    notice = DUE_SOON.format(channel="file")
    assert notifier(channels()).tell(STUDY, notice).delivery is Delivery.NOT_NEEDED
    assert _notice(trial, notice).detail == "not needed: resolved (overdue)"


def test_an_unknown_channel_is_loud_and_final(
    overdue: Callable[..., Trial], notifier: MakeNotifier, channels: MakeChannels, registry: CollectorRegistry
) -> None:
    """A channel nobody configured: failed for good with the reason, counted, and not tried for ever."""
    trial, notice = overdue("pager"), OVERDUE.format(channel="pager")
    told = notifier(channels()).tell(STUDY, notice)
    assert told == Told(Delivery.NEVER, "there is no channel 'pager'; this deployment has file, log")
    assert _notice(trial, notice).status is NoticeStatus.FAILED
    assert registry.get_sample_value("dayzero_notice_failures_total", {"channel": "pager"}) == 1


def test_a_notice_being_sent_is_left_alone(
    overdue: Callable[..., Trial], notifier: MakeNotifier, channels: MakeChannels, clock: Clock, store: Store
) -> None:
    """While another's lease runs nobody else sends; when it has run out, the notice goes out."""
    overdue("file")
    teller, notice = notifier(channels()), OVERDUE.format(channel="file")
    with store.writing() as tx:
        assert tx.claim(STUDY, notice, clock(), LEASE_SECONDS)
    assert teller.tell(STUDY, notice).delivery is Delivery.BUSY
    clock.pass_(seconds=LEASE_SECONDS)
    assert teller.tell(STUDY, notice).delivery is Delivery.DELIVERED


@pytest.mark.fault
def test_a_crash_after_sending_sends_the_same_key_again(
    overdue: Callable[..., Trial],
    notifier: MakeNotifier,
    channels: MakeChannels,
    hook: Webhook,
    clock: Clock,
    database_url: str,
) -> None:
    """Killed between sending and recording: nothing goes out until the lease ends, then the same does."""
    overdue("hook")
    notice = OVERDUE.format(channel="hook")
    hook.delay = 2
    arguments = [
        sys.executable,
        "-c",
        _SENDER,
        database_url,
        f"json://{hook.host}",
        notice,
        WORKING.isoformat(),
    ]
    with subprocess.Popen(arguments, cwd=ROOT) as sender:
        until = time.monotonic() + 30
        while not hook.got and time.monotonic() < until:
            time.sleep(0.02)
        sender.send_signal(signal.SIGKILL)
    assert len(hook.got) == 1
    hook.delay = 0
    teller = notifier(channels(hook=f"json://{hook.host}"))
    assert teller.tell(STUDY, notice).delivery is Delivery.BUSY
    clock.pass_(seconds=LEASE_SECONDS)
    assert teller.tell(STUDY, notice).delivery is Delivery.DELIVERED
    assert [request.headers["Idempotency-Key"] for request in hook.got] == [notice, notice]


_SENDER = """
import sys
from datetime import datetime
from pathlib import Path
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from activities.channels import Channels
from activities.metrics import Metrics
from activities.notify import Notifier
from activities.rulebook import Rulebook
from store import open_store
url, address, notice, now = sys.argv[1:]
clock = lambda: datetime.fromisoformat(now)
channels = Channels({"hook": SecretStr(address)}, file=Path("unused"), clock=clock)
notifier = Notifier(open_store(url), Rulebook(), channels, Metrics(CollectorRegistry()), clock)
notifier.tell("NCT06642025", notice)
"""


def test_a_lease_outlasts_every_sending() -> None:
    """A lease is longer than the longest sending, or two could send at once."""
    assert Patience().longest + 30 < LEASE_SECONDS


def test_an_unknown_notice_is_an_error(
    overdue: Callable[..., Trial], notifier: MakeNotifier, channels: MakeChannels
) -> None:
    """Nothing is owed under that name: an error that no try would mend."""
    overdue("file")
    teller = notifier(channels())
    with pytest.raises(UnknownNotice, match="P-001/nothing"):
        teller.tell(STUDY, "P-001/nothing")
    with pytest.raises(ApplicationError) as refused:
        ActivityEnvironment().run(teller.deliver, DeliverOrder(STUDY, "P-001/nothing"))
    assert (refused.value.type, refused.value.non_retryable) == (NEVER_SENT, True)


def test_the_activity_says_what_temporal_shall_do(
    overdue: Callable[..., Trial],
    notifier: MakeNotifier,
    channels: MakeChannels,
    hook: Webhook,
    clock: Clock,
    store: Store,
) -> None:
    """Not sent: try again. Being sent: try again when the lease has run out. Delivered: done."""
    overdue("hook")
    deliver, order = notifier(channels(hook=f"json://{hook.host}")).deliver, _order("hook")
    hook.status = 500
    with pytest.raises(ApplicationError) as failed:
        ActivityEnvironment().run(deliver, order)
    assert (failed.value.type, failed.value.non_retryable, failed.value.message) == (
        NOT_SENT,
        False,
        "HTTP 500",
    )
    with store.writing() as tx:
        tx.claim(STUDY, order.notice, clock(), LEASE_SECONDS)
    with pytest.raises(ApplicationError) as busy:
        ActivityEnvironment().run(deliver, order)
    assert (busy.value.type, busy.value.next_retry_delay) == (BEING_SENT, timedelta(seconds=LEASE_SECONDS))
    hook.status = 200
    clock.pass_(seconds=LEASE_SECONDS)
    assert ActivityEnvironment().run(deliver, order) == "delivered"
    assert ActivityEnvironment().run(deliver, order) == "settled before"


def test_notices_are_counted_by_channel(
    overdue: Callable[..., Trial],
    notifier: MakeNotifier,
    channels: MakeChannels,
    registry: CollectorRegistry,
    hook: Webhook,
) -> None:
    """Delivered and failed are counted apart; one that is not needed is neither."""
    overdue("file", "hook")
    hook.status = 500
    teller = notifier(channels(hook=f"json://{hook.host}"))
    for channel in ("file", "hook"):
        teller.tell(STUDY, OVERDUE.format(channel=channel))
        teller.tell(STUDY, DUE_SOON.format(channel=channel))
    counted = {
        (name, channel): registry.get_sample_value(f"dayzero_{name}_total", {"channel": channel})
        for name in ("notices", "notice_failures")
        for channel in ("file", "hook")
    }
    assert counted == {
        ("notices", "file"): 1, ("notice_failures", "file"): None,
        ("notices", "hook"): None, ("notice_failures", "hook"): 1,
    }  # fmt: skip


def _order(channel: str) -> DeliverOrder:
    return DeliverOrder(STUDY, OVERDUE.format(channel=channel))
