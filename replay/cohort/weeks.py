"""How much waited in each week of a study: items overdue, alerts open, alerts raised.

The rule that keeps it honest: an item is overdue for as long as the core kept its overdue alert open, which
is exactly while `standing` says so; no window is compared with a clock here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.state import Alert, AlertKind

DAYS = 7


@dataclass(frozen=True, slots=True)
class Weeks:
    """One number for each week of the study, the first week beginning with the first consent.

    `overdue`: items that were overdue at some time of the week; `open`: alerts that were unresolved at some
    time of it, answered or not; `raised`: alerts raised in it.
    """

    overdue: tuple[int, ...]
    open: tuple[int, ...]
    raised: tuple[int, ...]


def weeks_of(alerts: Iterable[Alert], first: date, last: date, zone: ZoneInfo) -> Weeks:
    """The weeks from the one of `first` to the one of `last` (days in `zone`)."""
    count = (last - first).days // DAYS + 1
    overdue, open_, raised = [0] * count, [0] * count, [0] * count
    for alert in alerts:
        begins = _week(alert.raised_at, first, zone, count)
        ends = _week(alert.resolved_at, first, zone, count) if alert.resolved_at is not None else count - 1
        raised[begins] += 1
        for week in range(begins, ends + 1):
            open_[week] += 1
            overdue[week] += alert.kind is AlertKind.OVERDUE
    return Weeks(tuple(overdue), tuple(open_), tuple(raised))


def _week(at: datetime, first: date, zone: ZoneInfo, count: int) -> int:
    return min(max((at.astimezone(zone).date() - first).days // DAYS, 0), count - 1)
