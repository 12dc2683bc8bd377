"""The four read models of a participant, each bound to its table.

The rule that keeps it honest: a row goes in and comes out as the same value; `digest` is a function of that
value alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import Column, Select, Table, select

from domain.views import AlertRow, DeviationRow, ItemRow, ParticipantRow, ParticipantViews
from store.schema import alerts, deviations, items, participants

R = TypeVar("R", ParticipantRow, ItemRow, AlertRow, DeviationRow)


@dataclass(frozen=True, eq=False)
class Shown(Generic[R]):
    """A read model: its row type, its table, and the column that tells a participant's rows apart."""

    row: type[R]
    table: Table
    key: str

    @property
    def names(self) -> tuple[str, ...]:
        """The row's fields, which are the table's columns but for the digest."""
        return tuple(field.name for field in fields(self.row))

    @property
    def columns(self) -> list[Column[Any]]:
        return [self.table.c[name] for name in self.names]

    def select(self) -> Select[Any]:
        """All rows, for the caller to narrow and order."""
        return select(*self.columns)

    def read(self, rows: Sequence[Any]) -> list[R]:
        """Row values from what `select` found."""
        return [self.row(*row) for row in rows]

    def keyed(self, rows: Sequence[R]) -> dict[str, R]:
        """The rows by their key."""
        return {getattr(row, self.key): row for row in rows}

    def values(self, row: R, digest: str) -> dict[str, Any]:
        """The row as parameters for its table."""
        return {**{name: getattr(row, name) for name in self.names}, "digest": digest}


PARTICIPANT = Shown(ParticipantRow, participants, "participant")
ITEMS = Shown(ItemRow, items, "item")
ALERTS = Shown(AlertRow, alerts, "alert")
DEVIATIONS = Shown(DeviationRow, deviations, "deviation")


def digest(row: Any) -> str:
    """A short fingerprint of a row's value."""
    return blake2b(orjson.dumps(row), digest_size=12).hexdigest()


def rows_of(views: ParticipantViews) -> tuple[tuple[Shown[Any], Sequence[Any]], ...]:
    """Each read model with its rows."""
    return (
        (PARTICIPANT, (views.participant,)),
        (ITEMS, views.items),
        (ALERTS, views.alerts),
        (DEVIATIONS, views.deviations),
    )
