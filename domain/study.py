"""The study's own stream: published documents and the slots of the cap.

The rule that keeps it honest: what a participant's events mean for the study is decided in the same
transaction, so the cap can never be oversold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.events import (
    Event,
    ParticipantRegistered,
    ParticipationEnded,
    ProtocolPublished,
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
    """Whether any of a participant's events means something for the study."""
    return any(isinstance(event, ParticipantRegistered | ParticipationEnded) for event in events)


def answer(study: Study, state: State, events: Iterable[Event]) -> list[StudyEvent]:
    """What a participant's new events mean for the study; `state` is the participant after them.

    Raises:
        Refused: no slot is free.
    """
    answers: list[StudyEvent] = []
    for event in events:
        if isinstance(event, ParticipantRegistered):
            answers.append(_taken(study, state))
        elif isinstance(event, ParticipationEnded) and _gives_back(study, state):
            answers.append(SlotReturned(state.participant, event.end.value))
    return answers


def _taken(study: Study, state: State) -> SlotTaken:
    cap = state.protocol.document.cap
    if cap is not None and len(study.slots) >= cap.participants:
        raise Refused(
            Code.NO_SLOT,
            f"all {cap.participants} slots of {state.study} are taken; a slot is free again only when a "
            f"participation ends before {cap.kept_from}",
        )
    return SlotTaken(state.participant, cap.participants if cap else None)


def _gives_back(study: Study, state: State) -> bool:
    cap = state.protocol.document.cap
    kept = cap is None or state.item(cap.kept_from).outcome is Outcome.DONE
    return not kept and state.participant in study.slots
