"""Instants in the database: always UTC, always with their zone.

The rule that keeps it honest: a time without a zone is refused, because nobody can say afterwards which
moment was meant. SQLite has no such type, so it keeps sortable ISO 8601 text of fixed width.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

from store.errors import NotStorable


def utc_text(instant: datetime) -> str:
    """An instant as fixed-width ISO 8601 text in UTC: 2026-03-02T01:30:00.000000+00:00."""
    return in_utc(instant).isoformat(timespec="microseconds")


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC.

    Raises:
        NotStorable: it has no zone.
    """
    if instant.tzinfo is None:
        raise NotStorable(f"{instant.isoformat()} has no zone; write an instant such as 2026-03-02T01:30:00Z")
    return instant.astimezone(UTC)


class Instant(TypeDecorator[datetime]):
    """A column of instants: `timestamptz` on PostgreSQL, text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return utc_text(value) if dialect.name == "sqlite" else in_utc(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)
