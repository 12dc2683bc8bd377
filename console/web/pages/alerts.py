"""Alerts: the queue by state, and one alert with its ladder, deliveries and history."""

from __future__ import annotations

from dataclasses import dataclass

from activities.hearing import Hearing
from console.deliveries import deliveries_of
from console.reading import StudyLook
from console.record import record_of
from console.sights import DeliverySight, EventSight
from console.web.pages.today import AlertCard, cards, next_role
from domain.ladder import next_rung
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


def queue(look: StudyLook, hearing: Hearing, state: str) -> tuple[AlertCard, ...]:
    """Alerts of one state, or all; the longest due first."""
    found = look.alerts(everything=state in ("resolved", "all"))
    return cards(look, hearing, (each for each in found if state in ("all", each.status)))


def one_alert(look: StudyLook, hearing: Hearing, name: str) -> OneAlert:
    """One alert with everything that was done about it.

    Raises:
        Refused: there is no such alert.
    """
    sight = look.alert(name)
    record = record_of(look, sight.participant)
    alert = record.state.alert_named(name)
    items = {each.item: each for each in look.items(sight.participant)}
    card = AlertCard(sight, items.get(sight.item), next_role(look, hearing, sight))
    return OneAlert(
        card=card,
        steps=tuple(_steps(alert)) if alert else (),
        deliveries=tuple(deliveries_of(look, sight)),
        history=tuple(
            told
            for told, each in zip(record.told(), record.events, strict=True)
            if getattr(each.event, "alert", None) == name
        ),
    )


def _steps(alert: Alert) -> list[Step]:
    upcoming = next_rung(alert)[0] if alert.status is AlertStatus.OPEN and alert.next_at is not None else None
    return [
        Step(number, rung.tell.value, rung.after_seconds, number <= alert.rung, number == upcoming)
        for number, rung in enumerate(alert.ladder.rungs, start=1)
    ]
