"""What waits for people today: alerts to answer, windows that are open, windows that open next.

The rule that keeps it honest: the store narrows and sorts, `StudyLook` says how an item stands; an item
stands in one list only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

from typing_extensions import Doc

from console.reading import StudyLook
from console.sights import AlertSight, ItemSight
from domain.standing import Standing
from domain.state import AlertStatus
from domain.views import ItemRow
from store import Pending

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


class Part(StrEnum):
    """A list of the work of a day, as addresses name it."""

    UNANSWERED = "unanswered"
    WINDOWS = "windows"
    OPENING = "opening"
    ANSWERED = "answered"


AlertPart = Literal[Part.UNANSWERED, Part.ANSWERED]
WindowPart = Literal[Part.WINDOWS, Part.OPENING]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The stretch of a list that is wanted: at most `most` rows (None: all), after the first `skip`."""

    most: int | None = None
    skip: int = 0


EVERYTHING = Stretch()


def worklist(look: StudyLook, days: int) -> Worklist:
    """What waits, and what opens within `days` days."""
    return Worklist(
        unanswered=alerts_of(look, Part.UNANSWERED, EVERYTHING),
        windows=windows_of(look, Part.WINDOWS, days, EVERYTHING),
        opening=windows_of(look, Part.OPENING, days, EVERYTHING),
        answered=alerts_of(look, Part.ANSWERED, EVERYTHING),
    )


def alerts_of(look: StudyLook, part: AlertPart, stretch: Stretch) -> tuple[AlertSight, ...]:
    """A stretch of the alerts nobody has answered, or of those somebody has."""
    statuses, by = (_OPEN, _DUE) if part is Part.UNANSWERED else (_HELD, _UNTIL)
    rows = look.reading.open_alerts(look.study, statuses, by, stretch.most, stretch.skip)
    return tuple(look.shown_alerts(rows))


def windows_of(look: StudyLook, part: WindowPart, days: int, stretch: Stretch) -> tuple[Waiting, ...]:
    """A stretch of the windows that are open, or that open within `days` days."""
    by = _CLOSES if part is Part.WINDOWS else _OPENS
    wanted = _wanted(look, part, days)
    rows = look.reading.pending(look.study, wanted, by, stretch.most, stretch.skip)
    standings = _NOW if part is Part.WINDOWS else (Standing.NOT_DUE,)
    return tuple(each for each in _waiting(look, rows) if each.item.standing in standings)


def counted(look: StudyLook, days: int) -> Mapping[Part, int]:
    """How long each list is."""
    alerts = look.reading.count_open_alerts(look.study)
    return {
        Part.UNANSWERED: sum(alerts.get(each, 0) for each in _OPEN),
        Part.WINDOWS: look.reading.count_pending(look.study, _wanted(look, Part.WINDOWS, days)),
        Part.OPENING: look.reading.count_pending(look.study, _wanted(look, Part.OPENING, days)),
        Part.ANSWERED: sum(alerts.get(each, 0) for each in _HELD),
    }


def opens_next(look: StudyLook) -> Waiting | None:
    """The next window to open, however far ahead."""
    rows = look.reading.pending(look.study, Pending(opens_after=look.now), _OPENS, 1)
    return next(iter(_waiting(look, rows)), None)


_OPEN = (AlertStatus.OPEN,)
_HELD = (AlertStatus.ACKNOWLEDGED, AlertStatus.SNOOZED)
_DUE: Literal["due"] = "due"
_UNTIL: Literal["until"] = "until"
_OPENS: Literal["opens"] = "opens"
_CLOSES: Literal["closes"] = "closes"


def _wanted(look: StudyLook, part: WindowPart, days: int) -> Pending:
    if part is Part.WINDOWS:
        return Pending(opens_by=look.now, unalerted=True)
    return Pending(opens_after=look.now, opens_by=look.now + timedelta(days=days), unalerted=True)


def _waiting(look: StudyLook, rows: Sequence[ItemRow]) -> Iterator[Waiting]:
    for of, item in look.shown_items(rows):
        yield Waiting(of.participant, of.site, look.site(of.site).zone_name, item)
