"""How a study changes when something has happened.

The rule that keeps it honest: an event is a fact; nothing is decided or refused here. A new event of a study
does not pass the type checkers until it is handled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from domain import events as ev
from domain.alert_book import AlertEvent, noted
from domain.events import Event
from domain.study.book import Fact, Hold, Study, Turn

StudyFact = ev.MilestoneNoted | ev.EndNoted | ev.LimitingToxicityNoted | ev.LastingToxicityNoted
Conducted = (
    ev.RecruitmentSet
    | ev.TurnTaken
    | ev.TurnReturned
    | ev.HoldPlaced
    | ev.HoldLifted
    | ev.TreatmentDecided
    | ev.MeetingRecorded
    | ev.BreachNoted
    | ev.BreachWithdrawn
)
StudyEvent = (
    ev.ProtocolPublished
    | ev.SitePublished
    | ev.SlotTaken
    | ev.SlotReturned
    | ev.NumberTaken
    | StudyFact
    | ev.FactWithdrawn
    | Conducted
    | AlertEvent
)


def fold_study(events: Iterable[Event]) -> Study:
    """The study after all of `events`."""
    study = Study()
    for event in events:
        study = evolve_study(study, event)
    return study


def evolve_study(study: Study, event: Event) -> Study:
    """The study after `event`.

    Raises:
        TypeError: an event of a participant's stream.
        LookupError: the stream contradicts itself, as only a damaged one does.
    """
    if not isinstance(event, StudyEvent):
        raise TypeError(f"{event.TYPE} does not belong to a study's stream")
    return replace(_evolved(study, event), version=study.version + 1)


def _evolved(study: Study, event: StudyEvent) -> Study:
    match event:
        case ev.ProtocolPublished():
            return replace(study, protocols=(*study.protocols, event))
        case ev.SitePublished():
            return replace(study, sites=(*study.sites, event))
        case ev.SlotTaken():
            return replace(study, slots=study.slots | {event.participant})
        case ev.SlotReturned():
            return replace(study, slots=study.slots - {event.participant})
        case ev.NumberTaken():
            return replace(study, numbers={**study.numbers, event.number: event.participant})
        case ev.MilestoneNoted() | ev.EndNoted() | ev.LimitingToxicityNoted() | ev.LastingToxicityNoted():
            return replace(study, facts=_with_fact(study, event))
        case ev.FactWithdrawn():
            left = {k: v for k, v in study.facts.items() if k != event.fact}
            return replace(study, facts=left, holds=_taken_back(study, event.fact))
        case (
            ev.AlertRaised()
            | ev.AlertResolved()
            | ev.RungReached()
            | ev.AlertAcknowledged()
            | ev.AcknowledgementExpired()
            | ev.AlertSnoozed()
            | ev.SnoozeEnded()
        ):
            alerts, settled = noted(study.alerts, study.settled_alerts, event)
            return replace(study, alerts=alerts, settled_alerts=settled)
        case _:
            return _conducted(study, event)


def _conducted(study: Study, event: Conducted) -> Study:
    match event:
        case ev.RecruitmentSet():
            return replace(study, recruitments=(*study.recruitments, event))
        case ev.TurnTaken():
            return replace(study, turns=(*_returned(study, event.participant, "taken anew"), Turn(event)))
        case ev.TurnReturned():
            return replace(study, turns=_returned(study, event.participant, event.why))
        case ev.HoldPlaced():
            return replace(study, holds=(*study.holds, Hold(event)))
        case ev.HoldLifted():
            return replace(study, holds=_lifted(study, event))
        case ev.TreatmentDecided():
            return replace(study, decided=(*study.decided, event))
        case ev.MeetingRecorded():
            return replace(study, meetings={**study.meetings, event.meeting: event})
        case ev.BreachNoted():
            return replace(study, breaches={**study.breaches, event.breach: event})
        case ev.BreachWithdrawn():
            return replace(study, breaches={k: v for k, v in study.breaches.items() if k != event.breach})
        case _:
            assert_never(event)


def _with_fact(study: Study, event: StudyFact) -> dict[str, Fact]:
    return {**study.facts, event.fact: event}


def _returned(study: Study, participant: str, why: str) -> tuple[Turn, ...]:
    return tuple(replace(each, returned=why) if each.held_by(participant) else each for each in study.turns)


def _lifted(study: Study, event: ev.HoldLifted) -> tuple[Hold, ...]:
    if event.hold not in {each.code for each in study.holds_in_force}:
        raise LookupError(f"hold {event.hold!r} is lifted but was not in force: the record is damaged")
    return tuple(
        replace(each, lifted=event, taken_back=frozenset(each.placed.facts) - study.facts.keys())
        if each.code == event.hold and each.in_force
        else each
        for each in study.holds
    )


def _taken_back(study: Study, fact: str) -> tuple[Hold, ...]:
    # Said anew after the lift it would be a fact that nobody has reviewed.
    return tuple(
        replace(each, taken_back=each.taken_back | {fact})
        if not each.in_force and fact in each.placed.facts
        else each
        for each in study.holds
    )
