"""What the store hands out besides events and read models.

The rule that keeps it honest: plain frozen rows, times in UTC, no database type leaks out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from domain.plan import BINDING
from domain.state import Outcome
from domain.views import ItemRow

DocumentKind = Literal["protocol", "site"]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a stream: its last seq, hash and recording time. Version 0: nothing recorded yet."""

    version: int
    hash: str
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredCommand:
    """A command with its outcome. Refused ones are kept too: the audit trail shows attempts (INV-15).

    `version` is the stream version afterwards; `events` the types this command appended; `code` and `text`
    say why it was refused. `body_hash` decides whether the same id was used for the same thing.
    """

    stream: str
    command_id: str
    kind: str
    body: dict[str, Any]
    body_hash: str
    actor: dict[str, Any]
    asked_at: datetime
    accepted: bool
    code: str | None
    text: str
    version: int
    events: tuple[str, ...]
    protocol_hash: str | None
    site_hash: str | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A published protocol or site version, without its body."""

    kind: DocumentKind
    id: str
    version: str
    hash: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class DueRow:
    """A participant whose next deadline has come. `version` is that of the read model."""

    study: str
    participant: str
    next_due: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Pending:
    """Which items that nobody has recorded are wanted, of those whose dates bind. Instants are UTC.

    The window opens after `opens_after`, opens by `opens_by` and closes by `closed_by`; None: whenever.
    `unalerted`: without those that an open alert says are overdue.
    """

    opens_after: datetime | None = None
    opens_by: datetime | None = None
    closed_by: datetime | None = None
    unalerted: bool = False

    def holds(self, row: ItemRow, alerted: Collection[tuple[str, str]] = ()) -> bool:
        """Whether the row is one; `alerted`: (participant, item) of the open alerts of things overdue."""
        if row.outcome != Outcome.PENDING or not row.applicable or row.basis not in BINDING:
            return False
        if row.opens is None or row.target is None or row.closes is None:
            return False
        return (
            (self.opens_after is None or row.opens > self.opens_after)
            and (self.opens_by is None or row.opens <= self.opens_by)
            and (self.closed_by is None or row.closes <= self.closed_by)
            and not (self.unalerted and (row.participant, row.item) in alerted)
        )


@dataclass(frozen=True, slots=True)
class SitePeople:
    """How many participants a study has at a site, and whether any of them is simulated."""

    site: str
    participants: int
    simulated: bool


class NoticeStatus(StrEnum):
    """Where a notice stands. Stored: never rename one."""

    OWED = "owed"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice owed to one contact on one channel. `leased_until` is set while somebody is sending it."""

    study: str
    participant: str
    notice: str
    alert: str
    rung: int
    round: int
    contact: str
    channel: str
    status: NoticeStatus
    owed_at: datetime
    leased_until: datetime | None
    settled_at: datetime | None
    attempts: int
    detail: str | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One try to deliver a notice; `attempt` counts from 1."""

    study: str
    notice: str
    attempt: int
    at: datetime
    outcome: Literal["delivered", "failed"]
    detail: str


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Which migration the database is at, and which this release needs. `current` None: an empty database."""

    current: str | None
    head: str
    up_to_date: bool
