"""What these tests share: a trial in a real store, receivers on loopback, metrics of their own."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from activities.alarms import Alarms
from activities.channels import Channels
from activities.digest import digest_note
from activities.metrics import Metrics
from activities.notify import Notifier
from activities.posting import Patience
from activities.watchdog import SINCE, Pace, Watchdog
from store import Store, open_store
from tests.activities.receivers import Mailbox, Webhook, mailbox, webhook
from tests.activities.trial import STUDY, WORKING, Clock, Trial, site

MakeChannels = Callable[..., Channels]
MakeWatchdog = Callable[..., Watchdog]

ENGINEERS = {"engineer": ["file", "hook"], "coordinator": ["hook"]}


@pytest.fixture
def clock() -> Clock:
    return Clock(WORKING)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store, once on each database."""
    opened = open_store(database_url, patience_seconds=5)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def trial(store: Store, clock: Clock) -> Trial:
    """A trial at a site whose people are told by `log`, without participants."""
    opened = Trial(store, clock)
    opened.open(site())
    return opened


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics(registry)


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as receiver:
        yield receiver


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as receiver:
        yield receiver


@pytest.fixture
def root_log() -> Iterator[io.StringIO]:
    """Everything that reaches the root logger, as in a process's log; pytest captures more."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(lambda record: record.name != "mail.log")  # the receiver's own
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def notice_file(tmp_path: Path) -> Path:
    return tmp_path / "notices" / "notices.jsonl"


@pytest.fixture
def channels(notice_file: Path, clock: Clock) -> MakeChannels:
    """Channels with the given addresses by name, impatient."""

    def make(patience: Patience | None = None, **table: str) -> Channels:
        secret = {name: SecretStr(address) for name, address in table.items()}
        brief = patience or Patience(connect=1, answer=1, longest=3)
        return Channels(secret, file=notice_file, clock=clock, patience=brief)

    return make


@pytest.fixture
def watchdog(store: Store, clock: Clock, metrics: Metrics) -> MakeWatchdog:
    """A watchdog over the test's store, telling over the given channels."""

    def make(channels: Channels, over: Store | None = None, pace: Pace | None = None) -> Watchdog:
        watched = over or store
        trial = Trial(watched, clock)
        notifier = Notifier(watched, trial.rulebook, channels, metrics, clock)
        alarms = Alarms(watched, trial.rulebook, channels, metrics)
        return Watchdog(watched, trial.rulebook, trial.hearing, notifier, alarms, metrics, pace=pace)

    return make


@pytest.fixture
def manned(store: Store, clock: Clock) -> Trial:
    """A trial whose engineer is told by file and webhook, its coordinator by webhook; P-001 registered."""
    trial = Trial(store, clock)
    trial.open(site(channels=ENGINEERS))
    trial.register("P-001")
    note(store, SINCE, datetime(2026, 1, 1, tzinfo=UTC).isoformat())
    note(store, digest_note(STUDY, "hefei"), "2027-01-01")
    return trial


def note(store: Store, key: str, value: str) -> None:
    """Keep a note, as somebody did before."""
    with store.writing() as tx:
        tx.put_note(key, value)
