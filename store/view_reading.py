"""Reads what lists and pages show, and what is due.

The rule that keeps it honest: rows come out as they were folded; how an item stands is asked of the domain.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select, union, union_all

from domain.recorded import STUDY_SUBJECT
from domain.views import AlertRow, DeviationRow, ItemRow, ParticipantRow, StudyRow, StudyViews
from store.record_reading import RecordReading
from store.rows import DueRow
from store.schema import alerts, deviations, items, participants, studies
from store.showing_study import STUDY_COLUMNS, stored_study
from store.shown import ALERTS, DEVIATIONS, ITEMS, MODELS, PARTICIPANT

_DUE = (
    select(participants.c.study, participants.c.participant, participants.c.next_due, participants.c.version)
    .where(participants.c.next_due <= bindparam("before"))
    .order_by(participants.c.next_due, participants.c.study, participants.c.participant)
    .limit(bindparam("limit"))
)
_DUE_STUDIES = (
    select(studies.c.study, literal(STUDY_SUBJECT), studies.c.next_due, studies.c.version)
    .where(studies.c.next_due <= bindparam("before"))
    .order_by(studies.c.next_due, studies.c.study)
    .limit(bindparam("limit"))
)
_DUES = union_all(select(participants.c.next_due), select(studies.c.next_due)).subquery()
_NEXT_DUE = select(func.min(_DUES.c.next_due, type_=participants.c.next_due.type))


class ViewReading(RecordReading):
    """What the record comes to. All times are UTC."""

    def participants(self, study: str | None = None) -> list[ParticipantRow]:
        """Participants by study and code."""
        wanted = _narrowed(PARTICIPANT.select(), participants, study, None)
        ordered = wanted.order_by(participants.c.study, participants.c.participant)
        return PARTICIPANT.read(self.connection.execute(ordered).all())

    def participant(self, study: str, participant: str) -> ParticipantRow | None:
        """One participant."""
        wanted = _narrowed(PARTICIPANT.select(), participants, study, participant)
        return next(iter(PARTICIPANT.read(self.connection.execute(wanted).all())), None)

    def shown_participants(self) -> list[tuple[str, str]]:
        """(study, participant) of everybody any read model shows, sorted."""
        every = union(*(select(model.table.c.study, model.table.c.participant) for model in MODELS))
        found = ((row[0], row[1]) for row in self.connection.execute(every))
        return sorted(each for each in found if each[1] != STUDY_SUBJECT)

    def study_rows(self) -> list[StudyRow]:
        """Every study's own row, by code."""
        wanted = select(*(studies.c[name] for name in STUDY_COLUMNS)).order_by(studies.c.study)
        return [StudyRow(*row) for row in self.connection.execute(wanted)]

    def subjects(self) -> list[tuple[str, str]]:
        """(study, subject) of everything with a deadline ahead: participants, and studies themselves."""
        waiting = select(participants.c.study, participants.c.participant).where(
            participants.c.next_due.is_not(None)
        )
        found = self.connection.execute(waiting.order_by(participants.c.study, participants.c.participant))
        own = [(row.study, STUDY_SUBJECT) for row in self.study_rows() if row.next_due is not None]
        return [*own, *((row[0], row[1]) for row in found)]

    def study_views(self, study: str) -> StudyViews | None:
        """What is shown of a study itself; None when nothing is."""
        return stored_study(self.connection, study)

    def items(self, study: str, participant: str | None = None) -> list[ItemRow]:
        """Schedule items by participant and position."""
        wanted = _narrowed(ITEMS.select(), items, study, participant)
        ordered = wanted.order_by(items.c.participant, items.c.position, items.c.item)
        return ITEMS.read(self.connection.execute(ordered).all())

    def alerts(
        self, study: str | None = None, participant: str | None = None, *, open_only: bool = False
    ) -> list[AlertRow]:
        """Alerts by due time; `open_only`: not resolved."""
        wanted = _narrowed(ALERTS.select(), alerts, study, participant)
        if open_only:
            wanted = wanted.where(alerts.c.resolved_at.is_(None))
        ordered = wanted.order_by(alerts.c.due, alerts.c.study, alerts.c.alert)
        return ALERTS.read(self.connection.execute(ordered).all())

    def alert(self, study: str, alert: str) -> AlertRow | None:
        """One alert."""
        wanted = ALERTS.select().where(alerts.c.study == study, alerts.c.alert == alert)
        return next(iter(ALERTS.read(self.connection.execute(wanted).all())), None)

    def deviations(self, study: str | None = None, participant: str | None = None) -> list[DeviationRow]:
        """Deviations by participant and id."""
        wanted = _narrowed(DEVIATIONS.select(), deviations, study, participant)
        by = (deviations.c.study, deviations.c.participant, deviations.c.deviation)
        return DEVIATIONS.read(self.connection.execute(wanted.order_by(*by)).all())

    def due(self, before: datetime, limit: int) -> list[DueRow]:
        """At most `limit` participants and studies due at or before `before`, earliest first.

        A study's row names the subject `domain.recorded.STUDY_SUBJECT` as its participant.
        """
        given = {"before": before, "limit": limit}
        rows = [*self.connection.execute(_DUE, given), *self.connection.execute(_DUE_STUDIES, given)]
        due = [DueRow(study, code, at, version) for study, code, at, version in rows if at is not None]
        return sorted(due, key=lambda each: (each.next_due, each.study, each.participant))[:limit]

    def next_due(self) -> datetime | None:
        """The earliest deadline of all participants and studies."""
        return self.connection.execute(_NEXT_DUE).scalar()


def _narrowed(wanted: Select[Any], table: Any, study: str | None, participant: str | None) -> Select[Any]:
    if study is not None:
        wanted = wanted.where(table.c.study == study)
    if participant is not None:
        wanted = wanted.where(table.c.participant == participant)
    return wanted
