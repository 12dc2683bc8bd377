"""Writes a participant's read models, touching only the rows that changed.

The rule that keeps it honest: afterwards the stored rows are exactly the rows given, as if all had been
deleted and written anew.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Delete, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import ClauseElement

from domain.views import ParticipantViews
from store.prepared import Prepared
from store.schema import participants
from store.shown import MODELS, PARTICIPANT, Shown, rows_of, stored_models, this_participant

_REMEMBERED = 256
Change = tuple[Shown[Any], list[Any], list[str]]
"""A read model with the rows to write and the keys to remove."""


class Remembered:
    """What this process showed last, so that the next difference needs no reading back.

    Each `show` marks the participant's row with a token of its own. Only if the stored token is still the
    remembered one are the stored rows the remembered rows: not after another process's write, a rebuild or a
    rollback.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._shown: OrderedDict[tuple[str, str], tuple[str, ParticipantViews]] = OrderedDict()

    def recall(self, of: tuple[str, str], token: str) -> ParticipantViews | None:
        """The rows stored under this token, if this process wrote them."""
        with self._lock:
            known = self._shown.get(of)
        return known[1] if known and known[0] == token else None

    def keep(self, of: tuple[str, str], token: str, views: ParticipantViews) -> None:
        """Remember what was shown, and forget the oldest beyond a few hundred participants."""
        with self._lock:
            self._shown[of] = token, views
            self._shown.move_to_end(of)
            if len(self._shown) > _REMEMBERED:
                self._shown.popitem(last=False)


def show(connection: Connection, remembered: Remembered, views: ParticipantViews) -> None:
    """Make the stored rows of one participant equal to `views`."""
    of = (views.participant.study, views.participant.participant)
    token = _token(connection, of)
    before = _stored(connection, remembered, of, token)
    changes = [
        _change(model, rows, old) for (model, rows), (_, old) in zip(rows_of(views), before, strict=True)
    ]
    if token is None or any(changed or gone for _, changed, gone in changes):
        token = os.urandom(9).hex()
        changes[0] = (PARTICIPANT, [views.participant], [])
        _write(connection, of, token, changes)
    remembered.keep(of, token, views)


def forget_participant(connection: Connection, study: str, participant: str) -> None:
    """Remove every read-model row of one participant."""
    for model in MODELS:
        table = model.table
        connection.execute(delete(table).where(table.c.study == study, table.c.participant == participant))


def _token(connection: Connection, of: tuple[str, str]) -> str | None:
    row = _TOKEN.first(connection, {"study": of[0], "participant": of[1]})
    return row[0] if row else None


def _stored(
    connection: Connection, remembered: Remembered, of: tuple[str, str], token: str | None
) -> Sequence[tuple[Shown[Any], Sequence[Any]]]:
    known = remembered.recall(of, token) if token else None
    return rows_of(known) if known else stored_models(connection, *of)


def _change(model: Shown[Any], rows: Iterable[Any], old: Iterable[Any]) -> Change:
    gone = model.keyed(old)
    changed = [row for key, row in model.keyed(rows).items() if gone.pop(key, None) != row]
    return model, changed, list(gone)


def _write(connection: Connection, of: tuple[str, str], token: str, changes: Iterable[Change]) -> None:
    for model, changed, gone in changes:
        more = {"token": token} if model is PARTICIPANT else {}
        _PUT[model].run(connection, [{**model.values(row), **more} for row in changed])
        if gone:
            lost = [{"study": of[0], "participant": of[1], "gone": key} for key in gone]
            connection.execute(_remove(model), lost)


def _remove(model: Shown[Any]) -> Delete:
    return delete(model.table).where(*this_participant(model), model.table.c[model.key] == bindparam("gone"))


def _upsert(dialect: str, model: Shown[Any]) -> ClauseElement:
    insert = postgresql.insert(model.table) if dialect == "postgresql" else sqlite.insert(model.table)
    key = model.table.primary_key.columns.keys()
    replaced = {
        column.name: insert.excluded[column.name] for column in model.table.c if column.name not in key
    }
    return insert.on_conflict_do_update(index_elements=key, set_=replaced)


def _put(model: Shown[Any]) -> Prepared:
    return Prepared(lambda dialect: _upsert(dialect, model), model.table.c.keys())


_TOKEN = Prepared(lambda _: select(participants.c.token).where(*this_participant(PARTICIPANT)))
_PUT = {model: _put(model) for model in MODELS}
