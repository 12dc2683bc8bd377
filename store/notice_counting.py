"""How many notices stand where, and to whom none could be delivered.

The rule that keeps it honest: counted in the database; one row for each answer, however many notices there
are.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from store.reading import Reading
from store.rows import NoticeStatus
from store.schema import notices


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A target that was given up on: how often, and what the newest of them said last."""

    contact: str
    channel: str
    count: int
    detail: str | None


def notices_by_status(reading: Reading) -> dict[NoticeStatus, int]:
    """How many notices there are in each state."""
    counted = select(notices.c.status, func.count()).group_by(notices.c.status)
    found = {row[0]: row[1] for row in reading.connection.execute(counted)}
    return {each: found.get(each.value, 0) for each in NoticeStatus}


def undelivered(reading: Reading) -> list[Undelivered]:
    """The targets to whom notices could not be delivered, the most often first."""
    failed = notices.c.status == NoticeStatus.FAILED.value
    last = func.max(notices.c.owed_at).label("last")
    by_target = (
        select(notices.c.contact, notices.c.channel, func.count().label("times"), last)
        .where(failed)
        .group_by(notices.c.contact, notices.c.channel)
        .subquery()
    )
    same = (notices.c.contact == by_target.c.contact) & (notices.c.channel == by_target.c.channel)
    newest = failed & same & (notices.c.owed_at == by_target.c.last)
    wanted = (
        select(by_target.c.contact, by_target.c.channel, by_target.c.times, func.max(notices.c.detail))
        .join_from(by_target, notices, newest)
        .group_by(by_target.c.contact, by_target.c.channel, by_target.c.times)
        .order_by(by_target.c.times.desc(), by_target.c.contact, by_target.c.channel)
    )
    return [Undelivered(*row) for row in reading.connection.execute(wanted)]
