"""Reads what lists and pages show, and what is due.

The rule that keeps it honest: rows come out as they were folded; how an item stands is asked of the domain.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select, union

from domain.views import AlertRow, DeviationRow, ItemRow, ParticipantRow
from store.record_reading import RecordReading
from store.rows import DueRow
from store.schema import alerts, deviations, items, participants
from store.shown import ALERTS, DEVIATIONS, ITEMS, MODELS, PARTICIPANT

_DUE = (
    select(participants.c.study, participants.c.participant, participants.c.next_due, participants.c.version)
    .where(participants.c.next_due <= bindparam("before"))
    .order_by(participants.c.next_due, participants.c.study, participants.c.participant)
    .limit(bindparam("limit"))
)
_NEXT_DUE = select(func.min(participants.c.next_due, type_=participants.c.next_due.type))


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
        return sorted((row[0], row[1]) for row in self.connection.execute(every))

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
        """At most `limit` participants whose next deadline is at or before `before`, earliest first."""
        rows = self.connection.execute(_DUE, {"before": before, "limit": limit})
        return [DueRow(study, code, due, version) for study, code, due, version in rows if due is not None]

    def next_due(self) -> datetime | None:
        """The earliest deadline of all participants."""
        return self.connection.execute(_NEXT_DUE).scalar()


def _narrowed(wanted: Select[Any], table: Any, study: str | None, participant: str | None) -> Select[Any]:
    if study is not None:
        wanted = wanted.where(table.c.study == study)
    if participant is not None:
        wanted = wanted.where(table.c.participant == participant)
    return wanted
