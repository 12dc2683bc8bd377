"""What these tests share: a trial in a real store, receivers on loopback, metrics of their own."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from activities.channels import Channels
from activities.metrics import Metrics
from activities.posting import Patience
from store import Store, open_store
from tests.activities.receivers import Mailbox, Webhook, mailbox, webhook
from tests.activities.trial import WORKING, Clock, Trial, site

MakeChannels = Callable[..., Channels]


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
    """Everything that reaches the root logger, as in a process's log; pytest's own capture reaches further."""
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
