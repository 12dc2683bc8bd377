"""One participant: stage, gates, visits with their windows, alerts, deviations and events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from console.reading import StudyLook
from console.record import record_of
from console.sights import DeviationSight, EventSight, GateSight, ItemSight, ParticipantSight
from console.swimmer import worth_showing
from console.web.drawing import Bar, bar
from console.web.pages.today import AlertCard, cards

NEWEST = 40


@dataclass(frozen=True, slots=True)
class Visit:
    """One item with its window as a strip. `can_record`, `can_plan`: nothing of it is on the record yet."""

    item: ItemSight
    bar: Bar | None
    can_record: bool


@dataclass(frozen=True, slots=True)
class ParticipantPage:
    """`events`: newest first; `older`: how many are not shown."""

    person: ParticipantSight
    visits: tuple[Visit, ...]
    hidden: int
    gates: tuple[GateSight, ...]
    alerts: tuple[AlertCard, ...]
    deviations: tuple[DeviationSight, ...]
    events: tuple[EventSight, ...]
    older: int


def participant_page(look: StudyLook, code: str, *, everything: bool) -> ParticipantPage:
    """Everything about one participant; `everything`: all events and items that do not apply too.

    Raises:
        Refused: there is no such participant.
    """
    person, items = look.participant(code), look.items(code)
    record = record_of(look, code)
    told = list(reversed(record.told()))
    zone = ZoneInfo(person.zone)
    shown = [each for each in items if everything or worth_showing(each)]
    return ParticipantPage(
        person=person,
        visits=tuple(Visit(each, bar(each, zone, look.now), each.outcome == "pending") for each in shown),
        hidden=len(items) - len(shown),
        gates=tuple(record.gates()),
        alerts=cards(look, look.alerts(code)),
        deviations=tuple(look.deviations(code)),
        events=tuple(_newest(told, everything=everything)),
        older=0 if everything else max(0, len(told) - NEWEST),
    )


def _newest(told: Sequence[EventSight], *, everything: bool) -> Sequence[EventSight]:
    return told if everything else told[:NEWEST]
