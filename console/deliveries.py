"""What was sent for an alert, to whom, and what became of it.

The rule that keeps it honest: one row for each notice that was owed, whether or not it arrived.
"""

from __future__ import annotations

from console.reading import StudyLook
from console.sights import AlertSight, DeliverySight
from store import NoticeRow


def deliveries_of(look: StudyLook, alert: AlertSight) -> list[DeliverySight]:
    """The notices of one alert, in the order they were owed."""
    notices = look.reading.notices(look.study, alert.participant)
    return [_delivery(each) for each in notices if each.alert == alert.alert]


def _delivery(row: NoticeRow) -> DeliverySight:
    return DeliverySight(
        notice=row.notice,
        rung=row.rung,
        round=row.round,
        contact=row.contact,
        channel=row.channel,
        status=row.status.value,
        owed_at=row.owed_at,
        settled_at=row.settled_at,
        attempts=row.attempts,
        detail=row.detail,
    )
