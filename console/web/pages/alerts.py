"""Alerts: the queue by state, and one alert with its ladder, deliveries and history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from zoneinfo import ZoneInfo

from activities.hearing import Hearing
from console.deliveries import deliveries_of
from console.reading import StudyLook
from console.sights import AlertSight, DeliverySight, EventSight
from console.telling import told
from console.web.pages.today import AlertCard, as_folded, cards
from domain.evolve import ParticipantEvent
from domain.ladder import next_rung
from domain.recorded import STUDY_SUBJECT, participant_stream, study_stream
from domain.state import Alert, AlertStatus

STATES = ("open", "acknowledged", "snoozed", "resolved", "all")


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: whom it tells, and whether it was reached, or is next."""

    number: int
    role: str
    after_seconds: int
    reached: bool
    next: bool


@dataclass(frozen=True, slots=True)
class OneAlert:
    card: AlertCard
    steps: tuple[Step, ...]
    deliveries: tuple[DeliverySight, ...]
    history: tuple[EventSight, ...]


def queue(look: StudyLook, state: str) -> tuple[AlertCard, ...]:
    """Alerts of one state, or all; the longest due first."""
    found = look.alerts(everything=state in ("resolved", "all"))
    return cards(look, (each for each in found if state in ("all", each.status)))


def one_alert(look: StudyLook, hearing: Hearing, name: str) -> OneAlert:
    """One alert with everything that was done about it.

    Raises:
        Refused: there is no such alert.
    """
    sight = look.alert(name)
    alert = as_folded(look, hearing, sight)
    [card] = cards(look, [sight])
    return OneAlert(
        card=card,
        steps=tuple(_steps(alert)) if alert else (),
        deliveries=tuple(deliveries_of(look, sight)),
        history=tuple(_history(look, sight)),
    )


def _history(look: StudyLook, sight: AlertSight) -> Iterator[EventSight]:
    of_study = sight.participant == STUDY_SUBJECT
    stream = study_stream(look.study) if of_study else participant_stream(look.study, sight.participant)
    say = look.speech(ZoneInfo(sight.zone), look.study_rules().protocol)
    for each in look.reading.events(stream):
        if getattr(each.event, "alert", None) == sight.alert:
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


def _steps(alert: Alert) -> list[Step]:
    upcoming = next_rung(alert)[0] if alert.status is AlertStatus.OPEN and alert.next_at is not None else None
    return [
        Step(number, rung.tell.value, rung.after_seconds, number <= alert.rung, number == upcoming)
        for number, rung in enumerate(alert.ladder.rungs, start=1)
    ]
