"""Webhooks: who is told of which events, how far each has been followed, and what is still owed to it.

The rule that keeps it honest: the position a webhook has reached and what is owed for the events up to it are
written in one transaction, so that nothing is left out and nothing is owed twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.client_tables import webhook_messages, webhooks
from store.content import kept_text
from store.reading import Reading
from store.writing import Writing


@dataclass(frozen=True, slots=True)
class Webhook:
    """One subscription. `types`: event types it is told of; `secret`: sealed. Times are UTC.

    `study` None: every study. `position`: of the last event looked at. `failures`: failed tries in a row.
    `next_at`: not tried again before. `leased_until`: a worker is sending to it.
    """

    webhook_id: str
    url: str
    study: str | None
    types: tuple[str, ...]
    secret: str
    opened_at: datetime
    position: int
    next_at: datetime
    closed_at: datetime | None = None
    failures: int = 0
    leased_until: datetime | None = None


class MessageStatus(StrEnum):
    """Where a message stands. Stored: never rename one."""

    OWED = "owed"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """What one webhook is told of one event. `message_id` is the same at every try."""

    webhook_id: str
    position: int
    message_id: str
    type: str
    body: str
    owed_at: datetime
    status: MessageStatus = MessageStatus.OWED
    settled_at: datetime | None = None
    attempts: int = 0
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookCounts:
    """How many messages of one webhook stand where, and what the last try that failed said."""

    owed: int = 0
    delivered: int = 0
    given_up: int = 0
    last_failure: str | None = None


_WEBHOOK = tuple(webhooks.c[field.name] for field in fields(Webhook))
_MESSAGE = tuple(webhook_messages.c[field.name] for field in fields(WebhookMessage))


def webhook_named(reading: Reading, webhook_id: str) -> Webhook | None:
    """The webhook of that id, closed ones too."""
    row = reading.connection.execute(select(*_WEBHOOK).where(webhooks.c.webhook_id == webhook_id)).first()
    return _webhook(row) if row else None


def all_webhooks(reading: Reading) -> list[Webhook]:
    """Every webhook by id, closed ones too."""
    wanted = select(*_WEBHOOK).order_by(webhooks.c.webhook_id)
    return [_webhook(row) for row in reading.connection.execute(wanted)]


def keep_webhook(writing: Writing, webhook: Webhook) -> None:
    """Add the webhook, or take these values for the one of that id; what is owed to it stays."""
    writing.connection.execute(delete(webhooks).where(webhooks.c.webhook_id == webhook.webhook_id))
    writing.connection.execute(insert(webhooks).values(asdict(webhook) | {"types": ",".join(webhook.types)}))


def claim_webhook(writing: Writing, webhook_id: str, at: datetime, until: datetime) -> Webhook | None:
    """Take the lease of an open webhook; None when it is closed or another's lease still runs."""
    free = or_(webhooks.c.leased_until.is_(None), webhooks.c.leased_until <= at)
    of = and_(webhooks.c.webhook_id == webhook_id, webhooks.c.closed_at.is_(None), free)
    if writing.connection.execute(update(webhooks).where(of).values(leased_until=until)).rowcount != 1:
        return None
    return webhook_named(writing, webhook_id)


def extend_lease(writing: Writing, webhook_id: str, until: datetime) -> None:
    """Hold a webhook, whose lease is ours, for longer."""
    writing.connection.execute(update(webhooks).where(_of(webhook_id)).values(leased_until=until))


def release_webhook(writing: Writing, webhook_id: str) -> None:
    """Give the lease back."""
    writing.connection.execute(update(webhooks).where(_of(webhook_id)).values(leased_until=None))


def owe_messages(
    writing: Writing, webhook_id: str, position: int, messages: Sequence[WebhookMessage]
) -> None:
    """Owe what the events up to `position` led to; the webhook has then been followed that far."""
    if messages:
        rows = [asdict(each) | {"status": each.status.value} for each in messages]
        into = postgresql.insert if writing.connection.dialect.name == "postgresql" else sqlite.insert
        # After an older copy of the position was put back, some are owed already.
        writing.connection.execute(into(webhook_messages).on_conflict_do_nothing(), rows)
    writing.connection.execute(update(webhooks).where(_of(webhook_id)).values(position=position))


def next_message(reading: Reading, webhook_id: str) -> WebhookMessage | None:
    """The oldest message owed to a webhook."""
    owed = and_(_to(webhook_id), webhook_messages.c.status == MessageStatus.OWED.value)
    wanted = select(*_MESSAGE).where(owed).order_by(webhook_messages.c.position).limit(1)
    row = reading.connection.execute(wanted).first()
    return _message(row) if row else None


def messages_of(reading: Reading, webhook_id: str) -> list[WebhookMessage]:
    """Every message of a webhook, oldest first."""
    wanted = select(*_MESSAGE).where(_to(webhook_id)).order_by(webhook_messages.c.position)
    return [_message(row) for row in reading.connection.execute(wanted)]


def settle_message(writing: Writing, message: WebhookMessage, at: datetime) -> None:
    """Say that a message was taken; what failed before is forgiven."""
    change = {"status": MessageStatus.DELIVERED.value, "settled_at": at, "attempts": message.attempts + 1}
    writing.connection.execute(update(webhook_messages).where(_this(message)).values(detail=None, **change))
    writing.connection.execute(update(webhooks).where(_of(message.webhook_id)).values(failures=0, next_at=at))


def fail_message(writing: Writing, message: WebhookMessage, detail: str) -> int:
    """Say that a message was not taken; how many tries failed in a row by now."""
    tried = {"attempts": message.attempts + 1, "detail": kept_text(detail)}
    writing.connection.execute(update(webhook_messages).where(_this(message)).values(tried))
    counted = update(webhooks).where(_of(message.webhook_id)).values(failures=webhooks.c.failures + 1)
    return writing.connection.execute(counted.returning(webhooks.c.failures)).scalar_one()


def put_off(writing: Writing, webhook_id: str, again_at: datetime) -> None:
    """Send nothing to a webhook before a moment."""
    writing.connection.execute(update(webhooks).where(_of(webhook_id)).values(next_at=again_at))


def give_up_messages(writing: Writing, webhook_id: str, owed_before: datetime, at: datetime) -> int:
    """Give up what has been owed to a webhook since before a moment; how many messages that were."""
    old = and_(
        _to(webhook_id),
        webhook_messages.c.status == MessageStatus.OWED.value,
        webhook_messages.c.owed_at < owed_before,
    )
    change = {"status": MessageStatus.GIVEN_UP.value, "settled_at": at}
    return writing.connection.execute(update(webhook_messages).where(old).values(change)).rowcount


def sweep_messages(writing: Writing, webhook_id: str, settled_before: datetime) -> None:
    """Forget what was taken or given up before a moment; the record has it all the same."""
    old = and_(_to(webhook_id), webhook_messages.c.settled_at < settled_before)
    writing.connection.execute(delete(webhook_messages).where(old))


def webhook_counts(reading: Reading, webhook_id: str) -> WebhookCounts:
    """How the messages of a webhook stand."""
    status = webhook_messages.c.status
    counted = select(status, func.count()).where(_to(webhook_id)).group_by(status)
    counts: dict[str, int] = {row[0]: row[1] for row in reading.connection.execute(counted)}
    failed = and_(_to(webhook_id), webhook_messages.c.detail.is_not(None))
    newest = webhook_messages.c.position.desc()
    last = select(webhook_messages.c.detail).where(failed).order_by(newest).limit(1)
    return WebhookCounts(
        owed=counts.get(MessageStatus.OWED, 0),
        delivered=counts.get(MessageStatus.DELIVERED, 0),
        given_up=counts.get(MessageStatus.GIVEN_UP, 0),
        last_failure=reading.connection.execute(last).scalar(),
    )


def _of(webhook_id: str) -> ColumnElement[bool]:
    return webhooks.c.webhook_id == webhook_id


def _to(webhook_id: str) -> ColumnElement[bool]:
    return webhook_messages.c.webhook_id == webhook_id


def _this(message: WebhookMessage) -> ColumnElement[bool]:
    return and_(_to(message.webhook_id), webhook_messages.c.position == message.position)


def _webhook(row: Any) -> Webhook:
    values = list(row)
    values[3] = tuple(values[3].split(","))
    return Webhook(*values)


def _message(row: Any) -> WebhookMessage:
    values = list(row)
    values[6] = MessageStatus(values[6])
    return WebhookMessage(*values)
