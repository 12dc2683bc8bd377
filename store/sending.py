"""Owes notices and records what became of them.

The rule that keeps it honest: a notice is sent by whoever holds its lease; every attempt leaves a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import ClauseElement

from domain.notices import Notice
from store.content import kept_text
from store.errors import UnknownNotice
from store.prepared import Prepared
from store.rows import NoticeStatus
from store.schema import attempts, notices

_THIS = (notices.c.study == bindparam("of_study"), notices.c.notice == bindparam("of_notice"))
_CLAIM = (
    update(notices)
    .where(
        *_THIS,
        notices.c.status != NoticeStatus.DELIVERED.value,
        or_(
            notices.c.status != NoticeStatus.SENDING.value,
            and_(notices.c.leased_until.is_not(None), notices.c.leased_until <= bindparam("now")),
        ),
    )
    .values(status=NoticeStatus.SENDING.value, leased_until=bindparam("until"))
)
_STANDING = select(notices.c.status, notices.c.attempts).where(*_THIS).with_for_update()
_SETTLE = update(notices).where(*_THIS)


def owe(connection: Connection, study: str, participant: str, owed: Sequence[Notice], at: datetime) -> None:
    """Add notices that are not owed yet."""
    rows = [
        {
            "study": study,
            "participant": participant,
            "notice": each.notice,
            "alert": each.alert,
            "rung": each.rung,
            "round": each.round,
            "contact": each.contact,
            "channel": each.channel,
            "status": NoticeStatus.OWED.value,
            "owed_at": at,
            "attempts": 0,
        }
        for each in owed
    ]
    _ADD.run(connection, rows)


def claim(connection: Connection, study: str, notice: str, at: datetime, lease_seconds: float) -> bool:
    """Take the lease of a notice; False when it was delivered or another's lease still runs."""
    until = at + timedelta(seconds=lease_seconds)
    of = {"of_study": study, "of_notice": notice}
    return connection.execute(_CLAIM, {**of, "now": at, "until": until}).rowcount == 1


def settle(
    connection: Connection,
    study: str,
    notice: str,
    at: datetime,
    outcome: Literal["delivered", "failed"],
    detail: str,
    status: NoticeStatus,
) -> None:
    """Write an attempt and where the notice stands after it; a delivery is never undone.

    Raises:
        UnknownNotice: no such notice is owed.
    """
    of = {"of_study": study, "of_notice": notice}
    standing = connection.execute(_STANDING, of).first()
    if standing is None:
        raise UnknownNotice(f"no notice {notice!r} is owed in study {study!r}")
    attempt = standing.attempts + 1
    row = {"study": study, "notice": notice, "attempt": attempt, "at": at, "outcome": outcome}
    connection.execute(insert(attempts), {**row, "detail": kept_text(detail)})
    change: dict[str, Any] = {"attempts": attempt}
    if standing.status != NoticeStatus.DELIVERED:
        final = status is not NoticeStatus.OWED
        change |= {"status": status.value, "leased_until": None, "detail": kept_text(detail)}
        change["settled_at"] = at if final else None
    connection.execute(_SETTLE.values(**change), of)


def _insert_new(dialect: str) -> ClauseElement:
    insert_into = postgresql.insert(notices) if dialect == "postgresql" else sqlite.insert(notices)
    return insert_into.on_conflict_do_nothing()


_ADD = Prepared(
    _insert_new,
    (
        "study",
        "participant",
        "notice",
        "alert",
        "rung",
        "round",
        "contact",
        "channel",
        "status",
        "owed_at",
        "attempts",
    ),
)
