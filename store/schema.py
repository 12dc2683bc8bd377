"""The tables.

The rule that keeps it honest: `events`, `commands` and `documents` are only ever added to (triggers hold
that); everything below them can be derived from them again, except what became
of a notice. `door_tables` and `client_tables` say who asks.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    Named,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
)

from store.instants import Instant

APPEND_ONLY = ("events", "commands", "documents", "administration")
"""Tables whose rows are never changed or removed."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# Compared byte by byte on both databases, so that both sort alike.
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
# An INTEGER primary key is SQLite's own row number, which needs no second index.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class _Events(TypedColumns):
    """`ord` counts the events of one command in one stream: no command id can record twice (INV-4)."""

    position: Named[int] = Column(_NUMBER, primary_key=True, autoincrement=False)
    stream: Named[str] = Column(_TEXT)
    seq: Named[int]
    ord: Named[int]
    type: Named[str] = Column(_TEXT)
    version: Named[int]
    body: Named[str] = Column(_TEXT)
    recorded_at: Named[datetime] = Column(Instant)
    command_id: Named[str] = Column(_TEXT)
    actor_id: Named[str] = Column(_TEXT)
    actor_role: Named[str] = Column(_TEXT)
    actor_method: Named[str] = Column(_TEXT)
    protocol: Named[str | None] = Column(_TEXT)
    site: Named[str | None] = Column(_TEXT)
    zone_table: Named[str] = Column(_TEXT)
    software: Named[str] = Column(_TEXT)
    prev_hash: Named[str] = Column(_TEXT)
    hash: Named[str] = Column(_TEXT)


class _Streams(TypedColumns):
    """The ends of a stream's two chains: of its events, and of the commands asked of it."""

    stream: Named[str] = Column(_TEXT, primary_key=True)
    version: Named[int]
    hash: Named[str] = Column(_TEXT)
    recorded_at: Named[datetime | None] = Column(Instant)
    commands: Named[int]
    commands_hash: Named[str] = Column(_TEXT)


class _Commands(TypedColumns):
    """`number` orders a listing; `ord` counts the commands of a stream without gaps."""

    number: Named[int] = Column(_NUMBER, primary_key=True)
    stream: Named[str] = Column(_TEXT)
    ord: Named[int]
    command_id: Named[str] = Column(_TEXT)
    kind: Named[str] = Column(_TEXT)
    body: Named[str] = Column(_TEXT)
    body_hash: Named[str] = Column(_TEXT)
    actor: Named[str] = Column(_TEXT)
    asked_at: Named[datetime] = Column(Instant)
    accepted: Named[bool]
    code: Named[str | None] = Column(_TEXT)
    text: Named[str] = Column(_TEXT)
    version: Named[int]
    events: Named[str] = Column(_TEXT)
    protocol_hash: Named[str | None] = Column(_TEXT)
    site_hash: Named[str | None] = Column(_TEXT)
    prev_hash: Named[str] = Column(_TEXT)
    hash: Named[str] = Column(_TEXT)


class _Documents(TypedColumns):
    kind: Named[str] = Column(_TEXT, primary_key=True)
    id: Named[str] = Column(_TEXT, primary_key=True)
    version: Named[str] = Column(_TEXT, primary_key=True)
    hash: Named[str] = Column(_TEXT)
    body: Named[str] = Column(_TEXT)
    published_at: Named[datetime] = Column(Instant)


class _Participants(TypedColumns):
    """`token` names the write that left the participant's rows as they are."""

    study: Named[str] = Column(_TEXT, primary_key=True)
    participant: Named[str] = Column(_TEXT, primary_key=True)
    site: Named[str] = Column(_TEXT)
    protocol_id: Named[str] = Column(_TEXT)
    protocol_version: Named[str] = Column(_TEXT)
    protocol_hash: Named[str] = Column(_TEXT)
    stage: Named[str] = Column(_TEXT)
    end: Named[str | None] = Column(_TEXT)
    version: Named[int]
    simulated: Named[bool]
    next_due: Named[datetime | None] = Column(Instant)
    next_due_what: Named[str | None] = Column(_TEXT)
    open_alerts: Named[int]
    registered_on: Named[str] = Column(_TEXT)
    day_zero: Named[str | None] = Column(_TEXT)
    token: Named[str] = Column(_TEXT)


class _Studies(TypedColumns):
    study: Named[str] = Column(_TEXT, primary_key=True)
    protocol_version: Named[str] = Column(_TEXT)
    recruitment: Named[str] = Column(_TEXT)
    slots: Named[int]
    cap: Named[int | None]
    on_hold: Named[bool]
    version: Named[int]
    next_due: Named[datetime | None] = Column(Instant)
    next_due_what: Named[str | None] = Column(_TEXT)
    open_alerts: Named[int]


class _Items(TypedColumns):
    study: Named[str] = Column(_TEXT, primary_key=True)
    participant: Named[str] = Column(_TEXT, primary_key=True)
    item: Named[str] = Column(_TEXT, primary_key=True)
    position: Named[int]
    category: Named[str] = Column(_TEXT)
    applicable: Named[bool]
    basis: Named[str] = Column(_TEXT)
    anchor: Named[str | None] = Column(_TEXT)
    anchor_on: Named[str | None] = Column(_TEXT)
    opens: Named[datetime | None] = Column(Instant)
    target: Named[datetime | None] = Column(Instant)
    closes: Named[datetime | None] = Column(Instant)
    hard_stop: Named[datetime | None] = Column(Instant)
    frame_ends: Named[datetime | None] = Column(Instant)
    outcome: Named[str] = Column(_TEXT)
    happened: Named[str | None] = Column(_TEXT)
    happened_at: Named[datetime | None] = Column(Instant)
    appointment: Named[str | None] = Column(_TEXT)
    reason: Named[str | None] = Column(_TEXT)
    record_seq: Named[int | None]


class _Alerts(TypedColumns):
    study: Named[str] = Column(_TEXT, primary_key=True)
    participant: Named[str] = Column(_TEXT)
    alert: Named[str] = Column(_TEXT, primary_key=True)
    site: Named[str] = Column(_TEXT)
    item: Named[str] = Column(_TEXT)
    kind: Named[str] = Column(_TEXT)
    status: Named[str] = Column(_TEXT)
    rung: Named[int]
    round: Named[int]
    rungs: Named[int]
    due: Named[datetime] = Column(Instant)
    raised_at: Named[datetime] = Column(Instant)
    next_at: Named[datetime | None] = Column(Instant)
    held_by: Named[str | None] = Column(_TEXT)
    until: Named[datetime | None] = Column(Instant)
    reason: Named[str | None] = Column(_TEXT)
    resolved_at: Named[datetime | None] = Column(Instant)
    resolved_why: Named[str | None] = Column(_TEXT)
    next_role: Named[str | None] = Column(_TEXT)


class _Deviations(TypedColumns):
    study: Named[str] = Column(_TEXT, primary_key=True)
    participant: Named[str] = Column(_TEXT, primary_key=True)
    deviation: Named[str] = Column(_TEXT, primary_key=True)
    item: Named[str] = Column(_TEXT)
    kind: Named[str] = Column(_TEXT)
    detail: Named[str] = Column(_TEXT)
    status: Named[str] = Column(_TEXT)
    suggested: Named[str | None] = Column(_TEXT)
    classed: Named[str | None] = Column(_TEXT)
    classed_by: Named[str | None] = Column(_TEXT)
    classed_at: Named[datetime | None] = Column(Instant)
    class_reason: Named[str | None] = Column(_TEXT)
    approval: Named[str | None] = Column(_TEXT)


class _Notices(TypedColumns):
    study: Named[str] = Column(_TEXT, primary_key=True)
    participant: Named[str] = Column(_TEXT)
    notice: Named[str] = Column(_TEXT, primary_key=True)
    alert: Named[str] = Column(_TEXT)
    rung: Named[int]
    round: Named[int]
    contact: Named[str] = Column(_TEXT)
    channel: Named[str] = Column(_TEXT)
    status: Named[str] = Column(_TEXT)
    owed_at: Named[datetime] = Column(Instant)
    leased_until: Named[datetime | None] = Column(Instant)
    settled_at: Named[datetime | None] = Column(Instant)
    attempts: Named[int]
    detail: Named[str | None] = Column(_TEXT)


class _Attempts(TypedColumns):
    study: Named[str] = Column(_TEXT, primary_key=True)
    notice: Named[str] = Column(_TEXT, primary_key=True)
    attempt: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    at: Named[datetime] = Column(Instant)
    outcome: Named[str] = Column(_TEXT)
    detail: Named[str] = Column(_TEXT)


class _Notes(TypedColumns):
    key: Named[str] = Column(_TEXT, primary_key=True)
    value: Named[str] = Column(_TEXT)


events = Table(
    "events",
    metadata,
    _Events,
    UniqueConstraint("stream", "seq"),
    UniqueConstraint("stream", "command_id", "ord"),
)
streams = Table("streams", metadata, _Streams, sqlite_with_rowid=False)
commands = Table(
    "commands",
    metadata,
    _Commands,
    UniqueConstraint("stream", "command_id"),
    UniqueConstraint("stream", "ord"),
)
documents = Table("documents", metadata, _Documents, Index(None, "kind", "hash"))
participants = Table(
    "participants", metadata, _Participants, Index(None, "next_due"), sqlite_with_rowid=False
)
studies = Table("studies", metadata, _Studies, Index(None, "next_due"), sqlite_with_rowid=False)
items = Table("items", metadata, _Items, sqlite_with_rowid=False)
_WAITING = (items.c.outcome == "pending") & items.c.applicable
_COUNTED_BY = ("study", "opens", "closes", "target", "basis", "outcome", "applicable")
Index(
    "ix_items_waiting",
    *(items.c[name] for name in _COUNTED_BY),
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)
alerts = Table("alerts", metadata, _Alerts, Index(None, "study", "participant"), sqlite_with_rowid=False)
_OPEN = alerts.c.resolved_at.is_(None)
Index("ix_alerts_open", alerts.c.due, sqlite_where=_OPEN, postgresql_where=_OPEN)
deviations = Table("deviations", metadata, _Deviations, sqlite_with_rowid=False)
notices = Table(
    "notices",
    metadata,
    _Notices,
    Index(None, "study", "participant"),
    Index(None, "status", "owed_at"),
    sqlite_with_rowid=False,
)
attempts = Table("attempts", metadata, _Attempts, sqlite_with_rowid=False)
notes = Table("notes", metadata, _Notes, sqlite_with_rowid=False)
