"""The four read models of a participant, each bound to its table.

The rule that keeps it honest: a row goes in and comes out as the same value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Select, Table, bindparam, select

from domain.views import AlertRow, DeviationRow, ItemRow, ParticipantRow, ParticipantViews
from store.prepared import Prepared
from store.schema import alerts, deviations, items, participants

R = TypeVar("R", ParticipantRow, ItemRow, AlertRow, DeviationRow)


@dataclass(frozen=True, eq=False)
class Shown(Generic[R]):
    """A read model: its row type, its table, and the column that tells a participant's rows apart."""

    row: type[R]
    table: Table
    key: str
    names: tuple[str, ...]

    def select(self) -> Select[Any]:
        """All rows, for the caller to narrow and order."""
        return select(*(self.table.c[name] for name in self.names))

    def read(self, rows: Iterable[Sequence[Any]]) -> list[R]:
        """Row values from what `select` found."""
        return [self.row(*row) for row in rows]

    def keyed(self, rows: Iterable[R]) -> dict[str, R]:
        """The rows by their key.

        Raises:
            ValueError: two rows have the same key, so one of them would be lost.
        """
        every = list(rows)
        found = {getattr(row, self.key): row for row in every}
        if len(found) != len(every):
            raise ValueError(f"two rows of {self.table.name} have the same {self.key}")
        return found

    def values(self, row: R) -> dict[str, Any]:
        """The row as parameters for its table."""
        return {name: getattr(row, name) for name in self.names}


def _shown(row: type[R], table: Table, key: str) -> Shown[R]:
    return Shown(row, table, key, tuple(field.name for field in fields(row)))


PARTICIPANT = _shown(ParticipantRow, participants, "participant")
ITEMS = _shown(ItemRow, items, "item")
ALERTS = _shown(AlertRow, alerts, "alert")
DEVIATIONS = _shown(DeviationRow, deviations, "deviation")
MODELS: tuple[Shown[Any], ...] = (PARTICIPANT, ITEMS, ALERTS, DEVIATIONS)


def rows_of(views: ParticipantViews) -> tuple[tuple[Shown[Any], Sequence[Any]], ...]:
    """Each read model with its rows."""
    return (
        (PARTICIPANT, (views.participant,)),
        (ITEMS, views.items),
        (ALERTS, views.alerts),
        (DEVIATIONS, views.deviations),
    )


def stored_models(
    connection: Connection, study: str, participant: str
) -> list[tuple[Shown[Any], Sequence[Any]]]:
    """Each read model with the rows stored of one participant."""
    of = {"study": study, "participant": participant}
    return [(model, model.read(statement.rows(connection, of))) for model, statement in _ROWS]


def this_participant(model: Shown[Any]) -> tuple[Any, Any]:
    """Conditions that narrow a read model to the parameters `study` and `participant`."""
    columns = model.table.c
    return columns.study == bindparam("study"), columns.participant == bindparam("participant")


def _rows_of(model: Shown[Any]) -> Prepared:
    return Prepared(lambda _: model.select().where(*this_participant(model)))


_ROWS = tuple((model, _rows_of(model)) for model in MODELS)
