"""Today: what needs doing now, then windows by days left, then what opens next.

The rule that keeps it honest: of each list the most urgent rows are shown with how many there are, so that
the page costs the same however many people take part; the rest has pages of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from activities.hearing import Hearing
from console.reading import StudyLook
from console.sights import AlertSight, ItemSight
from console.web.paging import Pages
from console.worklist import (
    AlertPart,
    Part,
    Stretch,
    Waiting,
    WindowPart,
    alerts_of,
    counted,
    opens_next,
    windows_of,
)
from domain.recorded import STUDY_SUBJECT
from domain.state import Alert

T = TypeVar("T")
AHEAD_DAYS = 14
ON_A_PAGE = 50
FIRST = {Part.UNANSWERED: 12, Part.WINDOWS: 15, Part.OPENING: 10, Part.ANSWERED: 5}
"""How many rows of each list stand on the page of all lists."""


@dataclass(frozen=True, slots=True)
class AlertCard:
    """An alert with what was expected and what happened (`item`), and whom its ladder tells next."""

    sight: AlertSight
    item: ItemSight | None
    next_role: str | None


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """What is shown of a list: `rows` of how many there are. `part`: its name in the address."""

    part: Part
    rows: Sequence[T]
    pages: Pages


@dataclass(frozen=True, slots=True)
class Today:
    """Each list, empty where another is shown alone. `only`: the list that is shown alone, page by page.

    `next_what`: when nothing waits, what comes next.
    """

    only: Part | None
    unanswered: Shown[AlertCard]
    windows: Shown[Waiting]
    opening: Shown[Waiting]
    answered: Shown[AlertCard]
    next_what: Waiting | None
    participants: int


def today(look: StudyLook, only: Part | None = None, page: int = 1) -> Today:
    """What waits for people now: the head of each list, or a page of one."""
    lengths = counted(look, AHEAD_DAYS)

    def pages(part: Part) -> Pages:
        return _pages(part, only, page, lengths[part])

    return Today(
        only=only,
        unanswered=_alerts(look, Part.UNANSWERED, pages(Part.UNANSWERED)),
        windows=_windows(look, Part.WINDOWS, pages(Part.WINDOWS)),
        opening=_windows(look, Part.OPENING, pages(Part.OPENING)),
        answered=_alerts(look, Part.ANSWERED, pages(Part.ANSWERED)),
        next_what=None if any(lengths.values()) else opens_next(look),
        participants=sum(each.participants for each in look.reading.sites_of_people(look.study)),
    )


def cards(look: StudyLook, alerts: Iterable[AlertSight]) -> tuple[AlertCard, ...]:
    """Alerts with the items they are about."""
    listed = list(alerts)
    items = _items_about(look, listed)
    return tuple(AlertCard(each, items.get((each.participant, each.item)), each.next_role) for each in listed)


def as_folded(look: StudyLook, hearing: Hearing, sight: AlertSight) -> Alert | None:
    """The alert with its ladder, of a participant or of the study itself."""
    if sight.participant == STUDY_SUBJECT:
        return look.rulebook.study(look.reading, look.study).alert_named(sight.alert)
    state = hearing.state_of(look.reading, look.study, sight.participant)
    return state.alert_named(sight.alert) if state else None


def _pages(part: Part, only: Part | None, page: int, length: int) -> Pages:
    if only is None:
        return Pages(1, FIRST[part], length)
    return Pages(page, ON_A_PAGE, length if part is only else 0)


def _alerts(look: StudyLook, part: AlertPart, pages: Pages) -> Shown[AlertCard]:
    rows = alerts_of(look, part, Stretch(pages.size, pages.skip)) if pages.total else ()
    return Shown(part, cards(look, rows), pages)


def _windows(look: StudyLook, part: WindowPart, pages: Pages) -> Shown[Waiting]:
    stretch = Stretch(pages.size, pages.skip)
    return Shown(part, windows_of(look, part, AHEAD_DAYS, stretch) if pages.total else (), pages)


def _items_about(look: StudyLook, alerts: Sequence[AlertSight]) -> dict[tuple[str, str], ItemSight]:
    people = {each.participant for each in alerts} - {STUDY_SUBJECT}
    if not people:
        return {}
    rows = look.reading.schedules(look.study, people, {each.item for each in alerts})
    return {(of.participant, item.item): item for of, item in look.shown_items(rows)}
