"""Whoever asked to be told is told of everything, in order, signed, and once unless something breaks."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from activities.metrics import Metrics
from activities.webhooks.follower import Endurance, Follower
from activities.webhooks.messages import TYPES
from activities.webhooks.posting import Letterbox
from activities.webhooks.signing import Seal, new_secret
from store import Store, open_store
from store.webhooks import (
    MessageStatus,
    Webhook,
    all_webhooks,
    claim_webhook,
    keep_webhook,
    messages_of,
    webhook_counts,
    webhook_named,
)
from tests.activities.scripted_receiver import Got, Receiver, receiver
from tests.console.seeding import NOW, STUDY, told_trial

START = datetime.fromisoformat(NOW).astimezone(UTC)
CONSOLE = "https://console.example"


@pytest.fixture(scope="session")
def told_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with the told trial."""
    folder = tmp_path_factory.mktemp("told-webhooks")
    told_trial(folder)
    return folder / "dayzero.sqlite3"


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    """A receiver on this machine."""
    with receiver() as listening:
        yield listening


@dataclass
class Post:
    """A store with one webhook, and followers of it on a clock the test sets."""

    store: Store
    secret: str
    now: datetime = START
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        self.metrics = Metrics(self.registry)

    def open(
        self, url: str, *, types: tuple[str, ...] = TYPES, study: str | None = None, position: int = 0
    ) -> None:
        """Tell an address of what is recorded after a position."""
        sealed = Seal({}).sealed(self.secret)
        with self.store.writing() as tx:
            keep_webhook(
                tx,
                Webhook(
                    "board",
                    url,
                    study,
                    types,
                    sealed,
                    opened_at=self.now,
                    position=position,
                    next_at=self.now,
                ),
            )

    def follower(self, **endurance: Any) -> Follower:
        """A new worker's follower."""
        return Follower(
            self.store,
            Letterbox(longest=5.0),
            Seal({}),
            self.metrics,
            lambda: self.now,
            console_url=CONSOLE,
            endurance=Endurance(**endurance),
        )

    def rounds(self, number: int = 1, **endurance: Any) -> None:
        """Let a follower look so often."""

        async def look() -> None:
            follower = self.follower(**endurance)
            for _ in range(number):
                await follower.round()

        asyncio.run(look())

    def counted(self, outcome: str) -> float:
        """What the metric says."""
        labels = {"webhook": "board", "outcome": outcome}
        return self.registry.get_sample_value("dayzero_webhook_messages_total", labels) or 0.0

    def told_of(self, types: tuple[str, ...] = TYPES) -> list[str]:
        """The ids of every event of these types, in the order of the record."""
        with self.store.reading() as reading:
            found = reading.since(0, 10_000)
        return [f"{each.stream}/{each.seq}" for _, each in found if each.event.TYPE in types]


@pytest.fixture
def post(told_record: Path, tmp_path: Path) -> Iterator[Post]:
    """A copy of the told trial."""
    copy = tmp_path / "own.sqlite3"
    shutil.copy(told_record, copy)
    store = open_store(f"sqlite:///{copy}")
    yield Post(store, new_secret())
    store.close()


def signed_by(secret: str, got: Got) -> bool:
    """Whether a message is signed with the secret: what a receiver has to check."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.{got.body}".encode()
    wanted = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(f"v1,{wanted}", each) for each in got.headers["webhook-signature"].split())


def test_everything_is_told_once_and_in_order(post: Post, inbox: Receiver) -> None:
    """Every alert and stage of the record arrives, in the record's order, signed, each under its own id."""
    post.open(inbox.url)
    post.rounds(4)
    assert [each.id for each in inbox.got] == post.told_of()
    assert len(inbox.got) >= 10
    assert all(signed_by(post.secret, each) for each in inbox.got)
    assert not any(signed_by(new_secret(), each) for each in inbox.got)
    assert {each.headers["webhook-timestamp"] for each in inbox.got} == {str(int(START.timestamp()))}
    assert post.counted("delivered") == len(inbox.got)


def test_a_message_holds_codes_and_a_link_and_nothing_typed(post: Post, inbox: Receiver) -> None:
    """What is told of an alert are its codes and where to look; nothing that was typed is in any message."""
    post.open(inbox.url)
    post.rounds(4)
    bodies = [json.loads(each.body) for each in inbox.got]
    raised = next(each for each in bodies if each["data"].get("alert") == "P-001/D21/overdue")
    assert raised["type"] == "alert.raised"
    assert raised["data"]["link"] == f"{CONSOLE}/study/{STUDY}/alert/P-001/D21/overdue"
    assert (raised["data"]["study"], raised["data"]["participant"]) == (STUDY, "P-001")
    assert {
        "alert.raised",
        "alert.rung_reached",
        "alert.resolved",
        "stage.entered",
        "participation.ended",
    } <= {each["type"] for each in bodies}
    assert "moved away" not in str(bodies) and "reason" not in str(bodies)


def test_only_what_was_asked_for_is_told(post: Post, inbox: Receiver) -> None:
    """A webhook for some types hears of those; one for another study, or a closed one, of nothing."""
    post.open(inbox.url, types=("stage.entered",))
    post.rounds(3)
    assert [each.id for each in inbox.got] == post.told_of(("stage.entered",))
    inbox.got.clear()
    post.open(inbox.url, study="OTHER")
    post.rounds(3)
    assert inbox.got == []
    with post.store.reading() as reading:
        [followed] = all_webhooks(reading)
        assert followed.position == reading.position()


def test_a_failure_is_tried_again_before_the_next(post: Post, inbox: Receiver) -> None:
    """After a 500 the same message comes again under the same id, later, and nothing overtakes it."""
    post.open(inbox.url)
    inbox.answers = [204, 500, 503]
    post.rounds(2)
    assert [each.id for each in inbox.got] == post.told_of()[:2]
    post.rounds()
    assert len(inbox.got) == 2, "it waits before it tries again"
    post.now += timedelta(seconds=5)
    post.rounds()
    post.now += timedelta(seconds=10)
    post.rounds(4)
    ids = [each.id for each in inbox.got]
    assert ids[1] == ids[2] == ids[3]
    assert [ids[0], *ids[3:]] == post.told_of()
    bodies = {each.body for each in inbox.got[1:4]}
    assert len(bodies) == 1
    stamps = [each.headers["webhook-timestamp"] for each in inbox.got[1:4]]
    assert stamps == sorted(set(stamps)), "each try is signed anew"
    assert post.counted("failed") == 2


def test_pauses_grow_up_to_an_hour(post: Post) -> None:
    """A receiver that is away is tried ever more seldom, and never more seldom than once an hour."""
    endurance = Endurance()
    pauses = [endurance.pause(each).total_seconds() for each in range(1, 40)]
    assert pauses[:4] == [5, 10, 20, 40]
    assert pauses == sorted(pauses) and pauses[-1] == 3600


def test_a_worker_that_stops_loses_nothing(post: Post, inbox: Receiver) -> None:
    """Another worker goes on where one stopped, however it stopped: after a message, or amid one."""
    post.open(inbox.url)
    post.rounds(1, at_once=3)
    with post.store.writing() as tx:
        # One that was killed amid a try: its lease is still there, and nothing was written of the try.
        assert claim_webhook(tx, "board", post.now, post.now + timedelta(seconds=60)) is not None
    post.rounds(2)
    assert len(inbox.got) == 3, "while the lease runs nobody else sends"
    post.now += timedelta(seconds=61)
    post.rounds(4)
    assert [each.id for each in inbox.got] == post.told_of()


def test_two_workers_do_not_send_the_same(post: Post, inbox: Receiver) -> None:
    """Followers of several workers that look at once tell everything once and in order."""
    post.open(inbox.url)

    async def look() -> None:
        workers = [post.follower() for _ in range(4)]
        for _ in range(4):
            await asyncio.gather(*(each.round() for each in workers))

    asyncio.run(look())
    assert [each.id for each in inbox.got] == post.told_of()


def test_what_nobody_takes_is_given_up_visibly(post: Post, inbox: Receiver) -> None:
    """After three days of failures what was owed is given up, counted and shown; what comes then is tried."""
    post.open(inbox.url)
    inbox.answers = [500] * 200
    post.rounds()
    for _ in range(3):
        post.now += timedelta(days=1, hours=1)
        post.rounds()
    owed = len(post.told_of())
    with post.store.reading() as reading:
        counts = webhook_counts(reading, "board")
        webhook = webhook_named(reading, "board")
        messages = messages_of(reading, "board")
    assert (counts.owed, counts.given_up, counts.last_failure) == (0, owed, "HTTP 500")
    assert webhook is not None and webhook.failures == 4
    assert {each.status for each in messages} == {MessageStatus.GIVEN_UP}
    assert messages[0].attempts == 4
    assert post.counted("given_up") == owed
    post.now += timedelta(hours=1)
    inbox.answers, before = [], len(inbox.got)
    post.rounds(2)
    assert len(inbox.got) == before, "what was given up stays so"


def test_a_redirect_is_no_delivery(post: Post, inbox: Receiver) -> None:
    """A redirect is not followed: whoever it points to did not ask for anything."""
    post.open(inbox.url)
    inbox.answers, inbox.location = [302], "http://127.0.0.1:1/elsewhere"
    post.rounds()
    with post.store.reading() as reading:
        assert webhook_counts(reading, "board").last_failure == "HTTP 302"
    assert len(inbox.got) == 1


def test_a_receiver_that_is_not_there(post: Post) -> None:
    """A refused connection is a failure like any other, and its reason holds no address."""
    post.open("http://127.0.0.1:9/hook")
    post.rounds()
    with post.store.reading() as reading:
        assert webhook_counts(reading, "board").last_failure == "no connection"


def test_a_secret_whose_key_is_gone_is_said(post: Post, inbox: Receiver) -> None:
    """A secret that cannot be opened is told as the reason; nothing goes out unsigned."""
    post.open(inbox.url)
    sealed = Seal({"old": b"k" * 32}).sealed(post.secret)
    with post.store.writing() as tx:
        [webhook] = all_webhooks(tx)
        keep_webhook(tx, Webhook("board", webhook.url, None, TYPES, sealed, START, 0, START))
    post.rounds()
    with post.store.reading() as reading:
        assert "'old'" in str(webhook_counts(reading, "board").last_failure)
    assert inbox.got == []


async def test_a_slow_receiver_keeps_nobody_waiting(post: Post, inbox: Receiver) -> None:
    """While one receiver lets its connection hang, another is told everything."""
    hanging = await asyncio.start_server(lambda *_: asyncio.sleep(60), "127.0.0.1", 0)
    slow = f"http://127.0.0.1:{hanging.sockets[0].getsockname()[1]}/"
    post.open(inbox.url)
    with post.store.writing() as tx:
        sealed = Seal({}).sealed(post.secret)
        keep_webhook(tx, Webhook("slow", slow, None, TYPES, sealed, START, 0, START))
    stop, began = asyncio.Event(), asyncio.get_running_loop().time()
    running = asyncio.create_task(post.follower(looks_every=timedelta(milliseconds=20)).run(stop))
    while len(inbox.got) < len(post.told_of()):  # noqa: ASYNC110 - a thread receives
        await asyncio.sleep(0.02)
    assert asyncio.get_running_loop().time() - began < 5.0, "sooner than the slow one's try ends"
    stop.set()
    await running
    hanging.close()


def test_what_was_settled_long_ago_is_forgotten(post: Post, inbox: Receiver) -> None:
    """Messages are kept for ninety days after they were taken; nothing that is owed is ever swept away."""
    post.open(inbox.url)
    post.rounds(2)
    post.now += timedelta(days=91)
    with post.store.writing() as tx:
        [webhook] = all_webhooks(tx)
        keep_webhook(tx, replace(webhook, position=tx.position() - 1))
    post.rounds()
    with post.store.reading() as reading:
        assert len(messages_of(reading, "board")) <= 1


async def test_it_runs_until_it_is_told_to_stop(post: Post, inbox: Receiver) -> None:
    """The worker's loop delivers by itself, and ends when the worker ends."""
    post.open(inbox.url)
    stop = asyncio.Event()
    running = asyncio.create_task(post.follower(looks_every=timedelta(milliseconds=20)).run(stop))
    async with asyncio.timeout(20):
        while len(inbox.got) < len(post.told_of()):  # noqa: ASYNC110 - a thread receives
            await asyncio.sleep(0.02)
        stop.set()
        await running
    assert [each.id for each in inbox.got] == post.told_of()
