"""The table of calendar feeds: which address shows whose calendar.

The rule that keeps it honest: no address is in it, only what can check one; nothing here is of the trial's
record.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, Named, Table, Text, TypedColumns

from store.instants import Instant
from store.schema import metadata

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


class _Feeds(TypedColumns):
    """Calendars that are followed from elsewhere. `token_hash`: SHA-256 of what stands in the address."""

    user_id: Named[str] = Column(_TEXT, primary_key=True)
    study: Named[str] = Column(_TEXT, primary_key=True)
    token_hash: Named[str] = Column(_TEXT)
    language: Named[str] = Column(_TEXT)
    opened_at: Named[datetime] = Column(Instant)
    used_at: Named[datetime | None] = Column(Instant)


feeds = Table("feeds", metadata, _Feeds, Index(None, "token_hash", unique=True), sqlite_with_rowid=False)
