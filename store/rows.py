"""What the store hands out besides events and read models.

The rule that keeps it honest: plain frozen rows, times in UTC, no database type leaks out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
class Dated:
    """Items with a date from `first` to `last`: a window that waits, an appointment, or what happened.

    A day more to either side, because sites have zones. `participant`: only theirs; `only`: only these items,
    and only by their appointments.
    """

    first: date
    last: date
    participant: str | None = None
    only: frozenset[str] | None = None

    @property
    def begins(self) -> datetime:
        """The first instant that can be of these days (UTC)."""
        return datetime.combine(self.first, time(), UTC) - timedelta(days=1)

    @property
    def ends(self) -> datetime:
        """The first instant that cannot (UTC)."""
        return datetime.combine(self.last, time(), UTC) + timedelta(days=2)

    @property
    def texts(self) -> tuple[str, str]:
        """Between which stated times lie as text, the second one not included."""
        return self.begins.date().isoformat(), self.ends.date().isoformat()

    def holds(self, row: ItemRow) -> bool:
        """Whether the row is one."""
        if self.participant not in (None, row.participant):
            return False
        if self.only is not None:
            return row.item in self.only and self._stated(row.appointment)
        if row.outcome != Outcome.PENDING:
            return self._stated(row.happened)
        return row.applicable and (self._waits(row) or self._stated(row.appointment))

    def _waits(self, row: ItemRow) -> bool:
        if row.opens is None or row.closes is None or row.opens >= self.ends:
            return False
        return row.closes >= self.begins or (row.hard_stop is not None and row.hard_stop >= self.begins)

    def _stated(self, text: str | None) -> bool:
        first, before = self.texts
        return text is not None and first <= text < before


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
