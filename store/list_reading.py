"""Reads the part of a list that is shown: what waits, what was answered, these participants' schedules.

The rule that keeps it honest: it narrows and orders, so that a page costs what it shows and not what there
is; how an item stands is asked of the domain, row by row.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
)

from domain.plan import BINDING
from domain.state import AlertKind, Outcome
from domain.views import AlertRow, ItemRow, ParticipantRow
from store.notice_reading import NoticeReading
from store.rows import Dated, Pending, SitePeople
from store.schema import alerts, items, participants
from store.shown import ALERTS, ITEMS, PARTICIPANT


class ListReading(NoticeReading):
    """Lists by what is wanted of them. All times are UTC."""

    def sites_of_people(self, study: str) -> list[SitePeople]:
        """The sites at which the study has participants, by code."""
        site, simulated = participants.c.site, func.max(_as_number(participants.c.simulated))
        wanted = select(site, func.count(), simulated).where(participants.c.study == study)
        rows = self.connection.execute(wanted.group_by(site).order_by(site))
        return [SitePeople(code, count, bool(any_)) for code, count, any_ in rows]

    def participants_named(self, study: str, codes: Collection[str]) -> list[ParticipantRow]:
        """These participants, by code."""
        of = participants.c
        wanted = PARTICIPANT.select().where(of.study == study, of.participant.in_(sorted(codes)))
        return PARTICIPANT.read(self.connection.execute(wanted.order_by(of.participant)).all())

    def schedules(
        self, study: str, codes: Collection[str], only: Collection[str] | None = None
    ) -> list[ItemRow]:
        """The items of these participants by participant and position; `only`: these items of them."""
        wanted = ITEMS.select().where(items.c.study == study, items.c.participant.in_(sorted(codes)))
        if only is not None:
            wanted = wanted.where(items.c.item.in_(sorted(only)))
        ordered = wanted.order_by(items.c.participant, items.c.position, items.c.item)
        return ITEMS.read(self.connection.execute(ordered).all())

    def pending(
        self,
        study: str,
        wanted: Pending,
        by: Literal["opens", "closes"] = "opens",
        limit: int | None = None,
        offset: int = 0,
    ) -> list[ItemRow]:
        """At most `limit` of the pending items that are wanted, the first to open or to close first, from
        `offset` on."""
        order = (items.c[by], items.c.participant, items.c.position, items.c.item)
        found = _pending(ITEMS.select(), study, wanted).order_by(*order).limit(limit).offset(offset)
        return ITEMS.read(self.connection.execute(found).all())

    def dated(self, study: str, wanted: Dated) -> list[ItemRow]:
        """The items with a date in some days, by participant and position."""
        found = ITEMS.select().where(items.c.study == study, _dated(wanted))
        if wanted.participant is not None:
            found = found.where(items.c.participant == wanted.participant)
        ordered = found.order_by(items.c.participant, items.c.position, items.c.item)
        return ITEMS.read(self.connection.execute(ordered).all())

    def count_pending(self, study: str, wanted: Pending) -> int:
        """How many there are of them."""
        found: int = self.connection.execute(_pending(_COUNT, study, wanted)).scalar_one()
        return found

    def open_alerts(
        self,
        study: str,
        statuses: Collection[str],
        by: Literal["due", "until"] = "due",
        limit: int | None = None,
        offset: int = 0,
    ) -> list[AlertRow]:
        """At most `limit` alerts in these statuses that are not resolved, the first to be due, or to run out,
        first, from `offset` on."""
        order = (alerts.c[by].asc().nulls_last(), alerts.c.due, alerts.c.alert)
        found = ALERTS.select().where(_of_open(study), alerts.c.status.in_(sorted(statuses)))
        return ALERTS.read(self.connection.execute(found.order_by(*order).limit(limit).offset(offset)).all())

    def count_open_alerts(self, study: str) -> dict[str, int]:
        """How many alerts that are not resolved there are in each status."""
        counted = select(alerts.c.status, func.count()).where(_of_open(study)).group_by(alerts.c.status)
        return {row[0]: row[1] for row in self.connection.execute(counted)}

    def people_with_alerts(self, study: str, status: str) -> list[str]:
        """Codes of everybody, and the study, with an alert in this status that is not resolved."""
        wanted = select(alerts.c.participant).where(_of_open(study), alerts.c.status == status).distinct()
        return sorted(self.connection.execute(wanted).scalars())


_COUNT = select(func.count()).select_from(items)
_WAITING: ColumnElement[bool] = literal_column(
    f"items.outcome = '{Outcome.PENDING.value}' AND items.applicable"
)
"""As the index `ix_items_waiting` says it: SQLite uses it for no other words."""


def _pending(found: Select[Any], study: str, wanted: Pending) -> Select[Any]:
    of = items.c
    found = found.where(of.study == study, _WAITING)
    found = found.where(of.basis.in_(sorted(BINDING)), of.target.is_not(None), of.closes.is_not(None))
    found = found.where(of.opens.is_not(None))
    if wanted.opens_after is not None:
        found = found.where(of.opens > wanted.opens_after)
    if wanted.opens_by is not None:
        found = found.where(of.opens <= wanted.opens_by)
    if wanted.closed_by is not None:
        # A window opens before it closes, and it is by their opening that they are found quickly.
        found = found.where(of.closes <= wanted.closed_by, of.opens <= wanted.closed_by)
    return found.where(_unalerted(study)) if wanted.unalerted else found


def _dated(wanted: Dated) -> ColumnElement[bool]:
    of = items.c
    if wanted.only is not None:
        return and_(of.item.in_(sorted(wanted.only)), _stated(of.appointment, wanted))
    pending = of.outcome == Outcome.PENDING.value
    late_enough = or_(of.closes >= wanted.begins, of.hard_stop >= wanted.begins)
    waits = and_(of.opens < wanted.ends, of.closes.is_not(None), late_enough)
    return or_(
        and_(pending, of.applicable, or_(waits, _stated(of.appointment, wanted))),
        and_(~pending, _stated(of.happened, wanted)),
    )


def _stated(column: ColumnElement[Any], wanted: Dated) -> ColumnElement[bool]:
    first, before = wanted.texts
    return and_(column >= first, column < before)


def _unalerted(study: str) -> ColumnElement[bool]:
    # One text, looked up in a set that is made once: of two columns, or asked row by row, SQLite goes through
    # all open alerts for every row. No code holds the stroke.
    overdue = select(_named(alerts)).where(_of_open(study), alerts.c.kind == AlertKind.OVERDUE.value)
    return _named(items).not_in(overdue)


def _named(of: Table) -> ColumnElement[str]:
    return of.c.participant + "/" + of.c.item


def _of_open(study: str) -> ColumnElement[bool]:
    return and_(alerts.c.study == study, alerts.c.resolved_at.is_(None))


def _as_number(flag: ColumnElement[bool]) -> ColumnElement[int]:
    # PostgreSQL has no greatest of truths.
    return cast(flag, Integer)
