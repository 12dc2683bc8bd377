"""Reads what is owed to whom, and what became of it.

The rule that keeps it honest: every attempt is kept, so that silence can be told from a lost message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from store.prepared import Prepared
from store.rows import AttemptRow, NoticeRow, NoticeStatus
from store.schema import attempts, notices
from store.view_reading import ViewReading

_NOTICES: Select[*tuple[Any, ...]] = select(
    notices.c.study,
    notices.c.participant,
    notices.c.notice,
    notices.c.alert,
    notices.c.rung,
    notices.c.round,
    notices.c.contact,
    notices.c.channel,
    notices.c.status,
    notices.c.owed_at,
    notices.c.leased_until,
    notices.c.settled_at,
    notices.c.attempts,
    notices.c.detail,
)
_ATTEMPTS: Select[*tuple[Any, ...]] = select(
    attempts.c.study,
    attempts.c.notice,
    attempts.c.attempt,
    attempts.c.at,
    attempts.c.outcome,
    attempts.c.detail,
)

_UNSETTLED = Prepared(
    lambda _: (
        select(notices.c.notice)
        .where(
            notices.c.study == bindparam("study"),
            notices.c.participant == bindparam("participant"),
            or_(notices.c.status == bindparam("owed"), notices.c.status == bindparam("sending")),
        )
        .order_by(notices.c.owed_at, notices.c.notice)
    )
)


class NoticeReading(ViewReading):
    """What is owed. All times are UTC."""

    def notices(
        self,
        study: str | None = None,
        participant: str | None = None,
        status: NoticeStatus | Sequence[NoticeStatus] | None = None,
    ) -> list[NoticeRow]:
        """Notices in the order they were owed; `status` narrows to one or several."""
        wanted = _NOTICES.order_by(notices.c.owed_at, notices.c.study, notices.c.notice)
        if study is not None:
            wanted = wanted.where(notices.c.study == study)
        if participant is not None:
            wanted = wanted.where(notices.c.participant == participant)
        if status is not None:
            several = [status] if isinstance(status, str) else list(status)
            wanted = wanted.where(notices.c.status.in_([each.value for each in map(NoticeStatus, several)]))
        return [_notice(row) for row in self.connection.execute(wanted)]

    def unsettled(self, study: str, participant: str) -> list[str]:
        """Ids of a participant's notices that are owed or being sent, in the order they were owed."""
        standings = {"owed": NoticeStatus.OWED.value, "sending": NoticeStatus.SENDING.value}
        of = {"study": study, "participant": participant}
        return [row[0] for row in _UNSETTLED.rows(self.connection, {**of, **standings})]

    def notice(self, study: str, notice: str) -> NoticeRow | None:
        """One notice."""
        wanted = _NOTICES.where(notices.c.study == study, notices.c.notice == notice)
        row = self.connection.execute(wanted).first()
        return _notice(row) if row else None

    def attempts(self, study: str, notice: str) -> list[AttemptRow]:
        """Tries to deliver a notice, first to last."""
        wanted = _ATTEMPTS.where(attempts.c.study == study, attempts.c.notice == notice)
        rows = self.connection.execute(wanted.order_by(attempts.c.attempt))
        return [AttemptRow(*row) for row in rows]


def _notice(row: Any) -> NoticeRow:
    values = list(row)
    values[8] = NoticeStatus(values[8])
    return NoticeRow(*values)
