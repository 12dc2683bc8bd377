"""What waits for people today: alerts to answer, windows that are open, windows that open next.

The rule that keeps it honest: it sorts what `StudyLook` says and judges nothing itself; an item stands in one
list only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from typing_extensions import Doc

from console.reading import StudyLook
from console.sights import AlertSight, ItemSight
from domain.standing import Standing
from domain.state import AlertKind, AlertStatus

_NOW = (Standing.OPEN, Standing.PAST_TARGET, Standing.OVERDUE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One item of one participant that waits for somebody."""

    participant: Annotated[str, Doc("participant code")]
    site: Annotated[str, Doc("site code")]
    zone: Annotated[str, Doc("IANA name of the site's zone")]
    item: Annotated[ItemSight, Doc("the item, as `status PARTICIPANT` shows it")]


@dataclass(frozen=True, slots=True)
class Worklist:
    """The work of a day, most urgent first."""

    unanswered: Annotated[tuple[AlertSight, ...], Doc("alerts nobody has answered, longest due first")]
    windows: Annotated[
        tuple[Waiting, ...],
        Doc("items whose window is open, or overdue without an alert, fewest days left first"),
    ]
    opening: Annotated[tuple[Waiting, ...], Doc("items whose window opens within the days asked for")]
    answered: Annotated[
        tuple[AlertSight, ...], Doc("alerts acknowledged or snoozed, the next to run out first")
    ]

    @property
    def empty(self) -> bool:
        """Nobody has anything to do."""
        return not (self.unanswered or self.windows or self.opening or self.answered)


def worklist(look: StudyLook, days: int) -> Worklist:
    """What waits, and what opens within `days` days."""
    alerts = look.alerts()
    unanswered = tuple(each for each in alerts if each.status == AlertStatus.OPEN)
    answered = [each for each in alerts if each.status != AlertStatus.OPEN]
    alerted = {(each.participant, each.item) for each in alerts if each.kind == AlertKind.OVERDUE}
    waiting = [each for each in _waiting(look) if (each.participant, each.item.item) not in alerted]
    return Worklist(
        unanswered=unanswered,
        windows=_windows(waiting),
        opening=_opening(waiting, look, days),
        answered=tuple(sorted(answered, key=lambda each: each.until or look.now)),
    )


def _waiting(look: StudyLook) -> Iterable[Waiting]:
    for row, items in look.everyones_items():
        zone = look.site(row.site).zone_name
        for item in items:
            yield Waiting(row.participant, row.site, zone, item)


def _windows(waiting: list[Waiting]) -> tuple[Waiting, ...]:
    now = [each for each in waiting if each.item.standing in _NOW and each.item.closes is not None]
    return tuple(sorted(now, key=lambda each: (str(each.item.closes), each.participant)))


def _opening(waiting: list[Waiting], look: StudyLook, days: int) -> tuple[Waiting, ...]:
    until = look.now + timedelta(days=days)
    next_ = [
        each
        for each in waiting
        if each.item.standing == Standing.NOT_DUE and each.item.opens is not None and each.item.opens <= until
    ]
    return tuple(sorted(next_, key=lambda each: (str(each.item.opens), each.participant)))
