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
    token = os.urandom(9).hex()
    before = _stored(connection, remembered, of)
    for (model, rows), (_, old) in zip(rows_of(views), before, strict=True):
        more = {"token": token} if model is PARTICIPANT else {}
        _show_model(connection, model, rows, old, of, more)
    remembered.keep(of, token, views)


def forget_participant(connection: Connection, study: str, participant: str) -> None:
    """Remove every read-model row of one participant."""
    for model in MODELS:
        table = model.table
        connection.execute(delete(table).where(table.c.study == study, table.c.participant == participant))


def _stored(
    connection: Connection, remembered: Remembered, of: tuple[str, str]
) -> Sequence[tuple[Shown[Any], Sequence[Any]]]:
    names = {"study": of[0], "participant": of[1]}
    token = _TOKEN.first(connection, names)
    known = remembered.recall(of, token[0]) if token else None
    if known is not None:
        return rows_of(known)
    return stored_models(connection, *of)


def _show_model(
    connection: Connection,
    model: Shown[Any],
    rows: Iterable[Any],
    old: Iterable[Any],
    of: tuple[str, str],
    more: dict[str, str],
) -> None:
    gone = model.keyed(old)
    changed = [row for key, row in model.keyed(rows).items() if gone.pop(key, None) != row]
    _PUT[model].run(connection, [{**model.values(row), **more} for row in changed])
    if gone:
        connection.execute(
            _remove(model), [{"study": of[0], "participant": of[1], "gone": key} for key in gone]
        )


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
