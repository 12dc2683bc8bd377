"""Writes a participant's read models, touching only the rows that changed.

The rule that keeps it honest: afterwards the stored rows are exactly the rows given, as if all had been
deleted and written anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Delete, Table, bindparam, delete, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from domain.views import ParticipantViews
from store.shown import ALERTS, DEVIATIONS, ITEMS, PARTICIPANT, Shown, digest, rows_of

_MODELS: tuple[Shown[Any], ...] = (PARTICIPANT, ITEMS, ALERTS, DEVIATIONS)
_DIGESTS = union_all(
    *(
        select(literal(model.table.name), model.table.c[model.key], model.table.c.digest).where(
            model.table.c.study == bindparam("study"), model.table.c.participant == bindparam("participant")
        )
        for model in _MODELS
    )
)


def show(connection: Connection, views: ParticipantViews) -> None:
    """Make the stored rows of one participant equal to `views`."""
    of = {"study": views.participant.study, "participant": views.participant.participant}
    stored: dict[str, dict[str, str]] = {model.table.name: {} for model in _MODELS}
    for table, key, fingerprint in connection.execute(_DIGESTS, of):
        stored[table][key] = fingerprint
    for model, rows in rows_of(views):
        _show_model(connection, model, rows, stored[model.table.name], of)


def forget_participant(connection: Connection, study: str, participant: str) -> None:
    """Remove every read-model row of one participant."""
    for model in _MODELS:
        table = model.table
        connection.execute(delete(table).where(table.c.study == study, table.c.participant == participant))


def _show_model(
    connection: Connection, model: Shown[Any], rows: Sequence[Any], stored: dict[str, str], of: dict[str, str]
) -> None:
    changed = []
    for key, row in model.keyed(rows).items():
        fingerprint = digest(row)
        if stored.pop(key, None) != fingerprint:
            changed.append(model.values(row, fingerprint))
    if changed:
        connection.execute(_put(connection.dialect.name, model.table), changed)
    if stored:
        connection.execute(_remove(model), [{**of, "gone": key} for key in stored])


@lru_cache(maxsize=32)
def _put(dialect: str, table: Table) -> Any:
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    replaced = {
        name: insert.excluded[name] for name in table.c.keys() if name not in table.primary_key.columns
    }
    return insert.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=replaced)


@lru_cache(maxsize=32)
def _remove(model: Shown[Any]) -> Delete:
    table = model.table
    return delete(table).where(
        table.c.study == bindparam("study"),
        table.c.participant == bindparam("participant"),
        table.c[model.key] == bindparam("gone"),
    )
