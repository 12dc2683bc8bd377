"""Following the record for each webhook, and delivering what that owes, in order and at least once.

The rule that keeps it honest: the position and what is owed are written together; a message is settled only
after it was taken; the next one waits for the one before it, so that a receiver hears things in their order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from activities.metrics import Metrics
from activities.posting import NotSent, Sent
from activities.webhooks.messages import message_body, message_id, whose
from activities.webhooks.posting import Letterbox
from activities.webhooks.signing import Seal, SecretLost
from domain.recorded import Recorded
from store import Store, StoreError
from store.webhooks import (
    Webhook,
    WebhookMessage,
    all_webhooks,
    claim_webhook,
    extend_lease,
    fail_message,
    give_up_messages,
    next_message,
    owe_messages,
    put_off,
    release_webhook,
    settle_message,
    sweep_messages,
)

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Endurance:
    """How long a receiver that takes nothing is tried: after `first`, then twice as long each time up to
    `longest`; what was owed for `gives_up_after` is given up. `lease` must outlast one try. What was settled
    is kept for `keeps`."""

    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(hours=1)
    gives_up_after: timedelta = timedelta(days=3)
    lease: timedelta = timedelta(seconds=60)
    keeps: timedelta = timedelta(days=90)
    looks_every: timedelta = timedelta(seconds=1)
    batch: int = 500
    at_once: int = 50

    def pause(self, failures: int) -> timedelta:
        """How long to wait after so many failures in a row."""
        doubled: int = 2 ** min(max(failures - 1, 0), 20)
        return min(self.first * doubled, self.longest)


class Follower:
    """Tells webhooks of one store. Several may run: a lease keeps two from one webhook."""

    def __init__(
        self,
        store: Store,
        letterbox: Letterbox,
        seal: Seal,
        metrics: Metrics,
        clock: Callable[[], datetime],
        *,
        console_url: str | None = None,
        endurance: Endurance | None = None,
    ) -> None:
        self._store, self._letterbox, self._seal = store, letterbox, seal
        self._metrics, self._clock, self._console_url = metrics, clock, console_url
        self.endurance = endurance or Endurance()
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Follow and deliver until `stop` is set; then what is just being sent is finished.

        A receiver that is slow keeps nobody else waiting.
        """
        while not stop.is_set():
            try:
                await self._begin()
            except StoreError as error:
                log.warning("webhooks without the store", trouble=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self.endurance.looks_every.total_seconds())
        self._stopping = True
        await asyncio.gather(*self._serving.values())

    async def round(self) -> None:
        """One look at every open webhook: what is new is owed, what is owed is sent."""
        await self._begin()
        await asyncio.gather(*self._serving.values())

    async def _begin(self) -> None:
        for webhook_id in await asyncio.to_thread(self._ready):
            if webhook_id not in self._serving:
                serving = asyncio.create_task(self._serve(webhook_id))
                self._serving[webhook_id] = serving
                serving.add_done_callback(partial(self._served, webhook_id))

    def _served(self, webhook_id: str, _: asyncio.Task[None]) -> None:
        del self._serving[webhook_id]

    def _ready(self) -> list[str]:
        now = self._clock()
        with self._store.reading() as reading:
            newest = reading.position()
            return [
                each.webhook_id
                for each in all_webhooks(reading)
                if each.closed_at is None
                and (each.position < newest or next_message(reading, each.webhook_id) is not None)
                and (each.leased_until is None or each.leased_until <= now)
            ]

    async def _serve(self, webhook_id: str) -> None:
        """Look at one webhook; a trouble of it is told and leaves the others alone."""
        try:
            webhook = await asyncio.to_thread(self._claim, webhook_id)
            if webhook is not None:
                await self._follow(webhook)
        except StoreError as error:
            log.warning("webhook without the store", webhook=webhook_id, trouble=type(error).__name__)
        except Exception:
            log.exception("webhook failed", webhook=webhook_id)

    async def _follow(self, webhook: Webhook) -> None:
        try:
            await asyncio.to_thread(self._owe, webhook)
            for _ in range(self.endurance.at_once):
                if self._stopping or not await self._deliver(webhook):
                    break
        finally:
            await asyncio.to_thread(self._release, webhook.webhook_id)

    def _claim(self, webhook_id: str) -> Webhook | None:
        now = self._clock()
        with self._store.writing() as tx:
            return claim_webhook(tx, webhook_id, now, now + self.endurance.lease)

    def _release(self, webhook_id: str) -> None:
        with self._store.writing() as tx:
            release_webhook(tx, webhook_id)

    def _owe(self, webhook: Webhook) -> None:
        """Owe what the events since the last look lead to."""
        now = self._clock()
        with self._store.writing() as tx:
            found = tx.since(webhook.position, self.endurance.batch)
            if found:
                owed = [self._message(webhook, at, each, now) for at, each in found]
                wanted = [each for each in owed if each is not None]
                owe_messages(tx, webhook.webhook_id, found[-1][0], wanted)
                sweep_messages(tx, webhook.webhook_id, now - self.endurance.keeps)

    def _message(
        self, webhook: Webhook, position: int, recorded: Recorded, now: datetime
    ) -> WebhookMessage | None:
        event_type = recorded.event.TYPE
        if event_type not in webhook.types or webhook.study not in (None, whose(recorded.stream)[0]):
            return None
        body = message_body(recorded, position, self._console_url)
        if body is None:
            return None
        return WebhookMessage(
            webhook.webhook_id, position, message_id(recorded), event_type, body, owed_at=now
        )

    async def _deliver(self, webhook: Webhook) -> bool:
        """Try the oldest message that is owed; whether the next one may be tried."""
        message = await asyncio.to_thread(self._next, webhook)
        if message is None:
            return False
        outcome = await self._post(webhook, message)
        return await asyncio.to_thread(self._record, webhook, message, outcome)

    def _next(self, webhook: Webhook) -> WebhookMessage | None:
        """The oldest message, if it is time to try it; the lease runs anew for it."""
        now = self._clock()
        if now < webhook.next_at:
            return None
        with self._store.writing() as tx:
            message = next_message(tx, webhook.webhook_id)
            if message is not None:
                extend_lease(tx, webhook.webhook_id, now + self.endurance.lease)
            return message

    async def _post(self, webhook: Webhook, message: WebhookMessage) -> Sent | NotSent:
        try:
            secret = self._seal.opened(webhook.secret)
        except SecretLost as lost:
            return NotSent(str(lost), permanent=False)
        return await self._letterbox.post(
            webhook.url, secret, message.message_id, message.body, self._clock()
        )

    def _record(self, webhook: Webhook, message: WebhookMessage, outcome: Sent | NotSent) -> bool:
        now, name = self._clock(), webhook.webhook_id
        line = log.bind(webhook=name, message=message.message_id)
        if isinstance(outcome, Sent):
            with self._store.writing() as tx:
                settle_message(tx, message, now)
            self._metrics.webhook_messages.labels(name, "delivered").inc()
            line.info("webhook told")
            return True
        with self._store.writing() as tx:
            again = now + self.endurance.pause(fail_message(tx, message, outcome.reason))
            put_off(tx, name, again)
            gone = give_up_messages(tx, name, now - self.endurance.gives_up_after, now)
        self._metrics.webhook_messages.labels(name, "failed").inc()
        line.warning("webhook not told", reason=outcome.reason, again=again.isoformat())
        if gone:
            self._metrics.webhook_messages.labels(name, "given_up").inc(gone)
            line.error("webhook messages given up", number=gone, reason=outcome.reason)
        return False
