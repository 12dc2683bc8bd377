"""The study's own stream: published documents and the slots of the cap.

The rule that keeps it honest: what a participant's events mean for the study is decided in the same
transaction, so the cap can never be oversold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.events import (
    Event,
    MilestoneReached,
    ParticipantRegistered,
    ParticipationEnded,
    ProtocolPublished,
    RecordCorrected,
    SitePublished,
    SlotReturned,
    SlotTaken,
)
from domain.refusal import Code, Refused
from domain.state import Outcome, State


@dataclass(frozen=True, slots=True)
class Study:
    """What is recorded of the study. `version` counts its events; `protocols` and `sites` newest last."""

    version: int = 0
    slots: frozenset[str] = frozenset()
    protocols: tuple[ProtocolPublished, ...] = ()
    sites: tuple[SitePublished, ...] = ()


StudyEvent = ProtocolPublished | SitePublished | SlotTaken | SlotReturned


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
    """
    seq = study.version + 1
    match event:
        case ProtocolPublished():
            return replace(study, version=seq, protocols=(*study.protocols, event))
        case SitePublished():
            return replace(study, version=seq, sites=(*study.sites, event))
        case SlotTaken():
            return replace(study, version=seq, slots=study.slots | {event.participant})
        case SlotReturned():
            return replace(study, version=seq, slots=study.slots - {event.participant})
        case _:
            raise TypeError(f"{event.TYPE} does not belong to a study's stream")


def touches_study(events: Iterable[Event]) -> bool:
    """Whether any of a participant's events can mean something for the study."""
    return any(
        isinstance(event, ParticipantRegistered | ParticipationEnded | RecordCorrected | MilestoneReached)
        for event in events
    )


def answer(study: Study, state: State, events: Iterable[Event]) -> list[StudyEvent]:
    """What a participant's new events mean for the study; `state` is the participant after them.

    Raises:
        Refused: no slot is free.
    """
    if not touches_study(events):
        return []
    holds, entitled = state.participant in study.slots, _holds_slot(state)
    if entitled and not holds:
        return [_taken(study, state)]
    if holds and not entitled and state.ending is not None:
        return [SlotReturned(state.participant, state.ending.end.value)]
    return []


def _holds_slot(state: State) -> bool:
    """A slot is held from registration, and for good once `kept_from` happened."""
    cap = state.protocol.document.cap
    return cap is None or state.ending is None or state.item(cap.kept_from).outcome is Outcome.DONE


def _taken(study: Study, state: State) -> SlotTaken:
    cap = state.protocol.document.cap
    if cap is not None and len(study.slots) >= cap.participants:
        raise Refused(
            Code.NO_SLOT,
            f"all {cap.participants} slots of {state.study} are taken; a slot is free again only when a "
            f"participation ends before {cap.kept_from}",
        )
    return SlotTaken(state.participant, cap.participants if cap else None)
