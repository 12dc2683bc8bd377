"""Alerts: the queue by state, and one alert with its ladder, deliveries and history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from activities.hearing import Hearing
from console.deliveries import deliveries_of
from console.reading import StudyLook
from console.sights import AlertSight, DeliverySight, EventSight
from console.telling import told
from console.web.pages.today import AlertCard, as_folded, cards
from console.web.paging import Pages
from domain.events import RungReached
from domain.evolve import ParticipantEvent
from domain.ladder import next_rung
from domain.recorded import STUDY_SUBJECT, Recorded, participant_stream, study_stream
from domain.state import Alert, AlertStatus

STATES = ("open", "snoozed", "acknowledged", "resolved", "all")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Which alerts are asked for; empty: whichever. `level`: the rung that was reached."""

    state: str = "open"
    participant: str = ""
    kind: str = ""
    level: str = ""
    page: int = 1

    def address(self, **changes: str) -> str:
        """The query of the same list with some things changed; a page is the first again."""
        named = {"state": self.state, "participant": self.participant, "kind": self.kind, "level": self.level}
        return urlencode({name: value for name, value in (named | changes).items() if value})

    def fits(self, sight: AlertSight) -> bool:
        """Whether an alert is asked for, whatever its state."""
        return (
            self.participant in ("", sight.participant)
            and self.kind in ("", sight.kind)
            and self.level in ("", str(sight.rung))
        )


@dataclass(frozen=True, slots=True)
class Queue:
    """Alerts as they are asked for, and what can be asked for. `counts`: how many there are in each state."""

    asked: Asked
    cards: tuple[AlertCard, ...]
    pages: Pages
    counts: Mapping[str, int]
    people: tuple[str, ...]
    kinds: tuple[str, ...]
    levels: tuple[str, ...]

    @property
    def answerable(self) -> tuple[AlertCard, ...]:
        """Those of the page that nobody has answered."""
        return tuple(each for each in self.cards if each.sight.status == AlertStatus.OPEN)


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: whom it tells, and whether it was reached (`told_at`: the last time), or is next."""

    number: int
    role: str
    after_seconds: int
    reached: bool
    next: bool
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class OneAlert:
    card: AlertCard
    steps: tuple[Step, ...]
    deliveries: tuple[DeliverySight, ...]
    history: tuple[EventSight, ...]


def queue(look: StudyLook, asked: Asked) -> Queue:
    """Alerts of one state, or all; the longest due first."""
    everything = look.alerts(everything=True)
    fitting = [each for each in everything if asked.fits(each)]
    found = [each for each in fitting if asked.state in ("all", each.status)]
    pages = Pages(asked.page, PAGE, len(found))
    counts = Counter(each.status for each in fitting)
    return Queue(
        asked=asked,
        cards=cards(look, found[pages.skip : pages.skip + PAGE]),
        pages=pages,
        counts={**counts, "all": len(fitting)},
        people=tuple(sorted({each.participant for each in everything})),
        kinds=tuple(sorted({each.kind for each in everything})),
        levels=tuple(sorted({str(each.rung) for each in everything})),
    )


def one_alert(look: StudyLook, hearing: Hearing, name: str) -> OneAlert:
    """One alert with everything that was done about it.

    Raises:
        Refused: there is no such alert.
    """
    sight = look.alert(name)
    alert = as_folded(look, hearing, sight)
    [card] = cards(look, [sight])
    recorded = _recorded(look, sight)
    return OneAlert(
        card=card,
        steps=tuple(_steps(alert, recorded)) if alert else (),
        deliveries=tuple(deliveries_of(look, sight)),
        history=tuple(_history(look, sight, recorded)),
    )


def _recorded(look: StudyLook, sight: AlertSight) -> list[Recorded]:
    """Every event about the alert, oldest first."""
    of_study = sight.participant == STUDY_SUBJECT
    stream = study_stream(look.study) if of_study else participant_stream(look.study, sight.participant)
    return [each for each in look.reading.events(stream) if getattr(each.event, "alert", None) == sight.alert]


def _history(look: StudyLook, sight: AlertSight, recorded: Iterable[Recorded]) -> Iterator[EventSight]:
    say = look.speech(ZoneInfo(sight.zone), look.study_rules().protocol)
    for each in recorded:
        yield EventSight(
            seq=each.seq,
            type=each.event.TYPE,
            says=told(cast(ParticipantEvent, each.event), say),
            happened=None,
            recorded_at=each.stamp.recorded_at,
            by=each.stamp.actor.id,
            role=each.stamp.actor.role.value,
            command_id=each.stamp.command_id,
        )


def _steps(alert: Alert, recorded: Iterable[Recorded]) -> list[Step]:
    upcoming = next_rung(alert)[0] if alert.status is AlertStatus.OPEN and alert.next_at is not None else None
    told_at = {
        each.event.rung: each.stamp.recorded_at for each in recorded if isinstance(each.event, RungReached)
    }
    return [
        Step(
            number,
            rung.tell.value,
            rung.after_seconds,
            number <= alert.rung,
            number == upcoming,
            told_at.get(number),
        )
        for number, rung in enumerate(alert.ladder.rungs, start=1)
    ]
