"""The record: the only part of the product that speaks SQL.

The rule that keeps it honest: events and commands are only ever added, and every write of one decision is
one transaction.
"""

from store.errors import (
    ClockBehind,
    CommandReused,
    DocumentChanged,
    HalfWritten,
    NotStorable,
    SchemaMismatch,
    StoreBusy,
    StoreDown,
    StoreError,
    StreamMoved,
    UnknownNotice,
)
from store.reading import Reading
from store.rows import (
    AttemptRow,
    Dated,
    DocumentKind,
    DocumentRow,
    DueRow,
    Head,
    NoticeRow,
    NoticeStatus,
    Pending,
    SchemaState,
    SitePeople,
    StoredCommand,
)
from store.store import Store, open_store
from store.trail_reading import TrailCommand, TrailEvent, Wanted
from store.writing import Writing

__all__ = [
    "AttemptRow",
    "ClockBehind",
    "CommandReused",
    "Dated",
    "DocumentChanged",
    "DocumentKind",
    "DocumentRow",
    "DueRow",
    "HalfWritten",
    "Head",
    "NotStorable",
    "NoticeRow",
    "NoticeStatus",
    "Pending",
    "Reading",
    "SchemaMismatch",
    "SchemaState",
    "SitePeople",
    "Store",
    "StoreBusy",
    "StoreDown",
    "StoreError",
    "StoredCommand",
    "StreamMoved",
    "TrailCommand",
    "TrailEvent",
    "UnknownNotice",
    "Wanted",
    "Writing",
    "open_store",
]
