"""The tables of programs: who may ask, who is told, and what is owed to them.

The rule that keeps it honest: nothing here is of the trial's record; what a program asked for is there, under
its id.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, Named, Table, Text, TypedColumns

from store.instants import Instant
from store.schema import metadata

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class _Clients(TypedColumns):
    """Programs that may use the API, each in one role. `token_hash`: SHA-256 of its token."""

    client_id: Named[str] = Column(TEXT, primary_key=True)
    role: Named[str] = Column(TEXT)
    study: Named[str | None] = Column(TEXT)
    token_hash: Named[str] = Column(TEXT)
    opened_at: Named[datetime] = Column(Instant)
    closed_at: Named[datetime | None] = Column(Instant)
    used_at: Named[datetime | None] = Column(Instant)


class _ClientTries(TypedColumns):
    """Wrong tokens that were tried, lately; `client_id` as it was claimed."""

    number: Named[int] = Column(NUMBER, primary_key=True)
    at: Named[datetime] = Column(Instant)
    client_id: Named[str] = Column(TEXT)
    address: Named[str] = Column(TEXT)


class _Webhooks(TypedColumns):
    """Who is told of events. `position`: of the last event looked at; `failures`: in a row until now."""

    webhook_id: Named[str] = Column(TEXT, primary_key=True)
    url: Named[str] = Column(TEXT)
    study: Named[str | None] = Column(TEXT)
    types: Named[str] = Column(TEXT)
    secret: Named[str] = Column(TEXT)
    opened_at: Named[datetime] = Column(Instant)
    closed_at: Named[datetime | None] = Column(Instant)
    position: Named[int] = Column(NUMBER)
    failures: Named[int]
    next_at: Named[datetime] = Column(Instant)
    leased_until: Named[datetime | None] = Column(Instant)


class _WebhookMessages(TypedColumns):
    """What is owed to a webhook, one row for each event; `position` is the event's."""

    webhook_id: Named[str] = Column(TEXT, primary_key=True)
    position: Named[int] = Column(NUMBER, primary_key=True, autoincrement=False)
    message_id: Named[str] = Column(TEXT)
    type: Named[str] = Column(TEXT)
    body: Named[str] = Column(TEXT)
    status: Named[str] = Column(TEXT)
    owed_at: Named[datetime] = Column(Instant)
    settled_at: Named[datetime | None] = Column(Instant)
    attempts: Named[int]
    detail: Named[str | None] = Column(TEXT)


clients = Table("clients", metadata, _Clients, sqlite_with_rowid=False)
client_tries = Table("client_tries", metadata, _ClientTries, Index(None, "address", "at"))
webhooks = Table("webhooks", metadata, _Webhooks, sqlite_with_rowid=False)
webhook_messages = Table(
    "webhook_messages", metadata, _WebhookMessages, Index(None, "status"), sqlite_with_rowid=False
)
