"""Today: what needs doing now, then windows by days left, then what opens next."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from activities.hearing import Hearing
from console.reading import StudyLook
from console.sights import AlertSight, ItemSight
from console.worklist import Waiting, worklist
from domain.ladder import next_rung
from domain.recorded import STUDY_SUBJECT
from domain.state import Alert, AlertStatus

AHEAD_DAYS = 14
FEW = 12


@dataclass(frozen=True, slots=True)
class AlertCard:
    """An alert with what was expected and what happened (`item`), and whom its ladder tells next."""

    sight: AlertSight
    item: ItemSight | None
    next_role: str | None


@dataclass(frozen=True, slots=True)
class Today:
    """`next_what`: when nothing waits, what comes next, and when."""

    unanswered: tuple[AlertCard, ...]
    windows: tuple[Waiting, ...]
    opening: tuple[Waiting, ...]
    answered: tuple[AlertCard, ...]
    next_what: Waiting | None
    participants: int


def today(look: StudyLook, hearing: Hearing) -> Today:
    """What waits for people now."""
    work = worklist(look, AHEAD_DAYS)
    people = look.reading.participants(look.study)
    return Today(
        unanswered=cards(look, hearing, work.unanswered),
        windows=work.windows,
        opening=work.opening,
        answered=cards(look, hearing, work.answered),
        next_what=_next(look) if work.empty else None,
        participants=len(people),
    )


def cards(look: StudyLook, hearing: Hearing, alerts: Iterable[AlertSight]) -> tuple[AlertCard, ...]:
    """Alerts with the items they are about."""
    listed = list(alerts)
    items = _items_about(look, {each.participant for each in listed})
    return tuple(
        AlertCard(each, items.get((each.participant, each.item)), next_role(look, hearing, each))
        for each in listed
    )


def next_role(look: StudyLook, hearing: Hearing, sight: AlertSight) -> str | None:
    """The role that the ladder tells next if nobody answers; None when it tells nobody any more."""
    if sight.status != AlertStatus.OPEN or sight.next_at is None:
        return None
    alert = as_folded(look, hearing, sight)
    if alert is None:
        return None
    rung, _ = next_rung(alert)
    return alert.ladder.rungs[rung - 1].tell.value


def as_folded(look: StudyLook, hearing: Hearing, sight: AlertSight) -> Alert | None:
    """The alert with its ladder, of a participant or of the study itself."""
    if sight.participant == STUDY_SUBJECT:
        return look.rulebook.study(look.reading, look.study).alert_named(sight.alert)
    state = hearing.state_of(look.reading, look.study, sight.participant)
    return state.alert_named(sight.alert) if state else None


def _items_about(look: StudyLook, people: Collection[str]) -> dict[tuple[str, str], ItemSight]:
    """The items of these participants: one by one where they are few, else in one query for all."""
    if len(people) <= FEW:
        found = [(code, look.items(code)) for code in people if code != STUDY_SUBJECT]
    else:
        found = [(row.participant, items) for row, items in look.everyones_items()]
    return {(code, item.item): item for code, items in found for item in items}


def _next(look: StudyLook) -> Waiting | None:
    ahead = [
        Waiting(row.participant, row.site, look.site(row.site).zone_name, item)
        for row, items in look.everyones_items()
        for item in items
        if item.standing == "not due" and item.opens is not None and item.opens > look.now
    ]
    return min(ahead, key=lambda each: str(each.item.opens), default=None)
