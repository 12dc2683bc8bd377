"""Writes and reads a study's own read models: its row, and its alerts.

The rule that keeps it honest: afterwards the stored rows are exactly the rows given; participants' rows are
never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import Connection, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import ClauseElement

from domain.recorded import STUDY_SUBJECT
from domain.views import AlertRow, StudyRow, StudyViews
from store.prepared import Prepared
from store.schema import alerts, studies

STUDY_COLUMNS = tuple(field.name for field in fields(StudyRow))
ALERT_COLUMNS = tuple(field.name for field in fields(AlertRow))


def show_study(connection: Connection, views: StudyViews) -> None:
    """Make the stored rows of one study equal to `views`."""
    code = views.study.study
    _PUT_STUDY.run(connection, [{name: getattr(views.study, name) for name in STUDY_COLUMNS}])
    before = {each.alert: each for each in _stored_alerts(connection, code)}
    changed = [each for each in views.alerts if before.pop(each.alert, None) != each]
    _PUT_ALERT.run(connection, [{name: getattr(each, name) for name in ALERT_COLUMNS} for each in changed])
    for name in before:
        connection.execute(delete(alerts).where(alerts.c.study == code, alerts.c.alert == name))


def stored_study(connection: Connection, study: str) -> StudyViews | None:
    """What is stored of a study; None when nothing is."""
    row = connection.execute(_STUDY.where(studies.c.study == study)).first()
    return StudyViews(StudyRow(*row), tuple(_stored_alerts(connection, study))) if row else None


def forget_study(connection: Connection, study: str) -> None:
    """Remove a study's rows, so that `show_study` writes all of them anew."""
    of_study = (alerts.c.study == study, alerts.c.participant == STUDY_SUBJECT)
    connection.execute(delete(alerts).where(*of_study))
    connection.execute(delete(studies).where(studies.c.study == study))


def _stored_alerts(connection: Connection, study: str) -> Sequence[AlertRow]:
    of_study = (alerts.c.study == study, alerts.c.participant == STUDY_SUBJECT)
    return [AlertRow(*row) for row in connection.execute(_ALERTS.where(*of_study))]


_STUDY = select(*(studies.c[name] for name in STUDY_COLUMNS))
_ALERTS = select(*(alerts.c[name] for name in ALERT_COLUMNS)).order_by(alerts.c.due, alerts.c.alert)


def _upsert(dialect: str, table: Table) -> ClauseElement:
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    key = table.primary_key.columns.keys()
    replaced = {column.name: insert.excluded[column.name] for column in table.c if column.name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=replaced)


_PUT_STUDY = Prepared(lambda dialect: _upsert(dialect, studies), studies.c.keys())
_PUT_ALERT = Prepared(lambda dialect: _upsert(dialect, alerts), alerts.c.keys())
