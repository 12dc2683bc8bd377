"""What a participant's new events mean for the study.

The rule that keeps it honest: decided in the participant's own transaction on the study's locked stream, so
that no slot is oversold, no two turns overlap, and a hold falls with the fact that warrants it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from domain import events as ev
from domain.events import Event
from domain.refusal import Code, Refused
from domain.state import Outcome, State
from domain.study.admission import admitted
from domain.study.book import Study
from domain.study.course import StudyCourse
from domain.study.evolve import StudyEvent
from domain.study.facts import changed_facts
from domain.study.numbers import numbers_taken
from domain.study.rules import StudyRules
from domain.study.stagger import turns_in_force

TOUCHING = (
    ev.ParticipantRegistered
    | ev.ParticipationEnded
    | ev.RecordCorrected
    | ev.MilestoneReached
    | ev.GateSigned
    | ev.IdentityBound
    | ev.IdentityCorrected
    | ev.ItemsReopened
    | ev.AdverseEventOpened
    | ev.AdverseEventChanged
    | ev.AdverseEventGraded
    | ev.AdverseEventClosed
    | ev.AdverseEventReopened
    | ev.AdverseEventVoided
    | ev.ToxicityAssessed
    | ev.AssessmentVoided
)


def touches_study(events: Iterable[Event]) -> bool:
    """Whether any of a participant's events can mean something for the study."""
    return any(isinstance(event, TOUCHING) for event in events)


def answer(
    study: Study, rules: StudyRules, state: State, events: Iterable[Event], at: datetime
) -> list[StudyEvent]:
    """What a participant's new events mean for the study at `at` (UTC); `state` is they after the events.

    Raises:
        Refused: no slot is free, recruitment is not open, a hold or the stagger stands in the way, or a
            chain-of-identity number is another participant's.
    """
    events = tuple(events)
    if not touches_study(events):
        return []
    course = StudyCourse(study, rules)
    # Else a hold that is due falls a moment too late, where the study's own clock is behind.
    course.follow(at)
    turns = tuple(admitted(course.study, rules.conduct, state, events, at))
    course.happen(*_slots(study, state))
    course.happen(*turns)
    course.happen(*numbers_taken(study, state, events))
    if rules.conduct is not None:
        course.happen(*changed_facts(study, rules.conduct, state))
        course.happen(*_given_back(course.study, state, at))
        course.follow(at)
    return course.events


def _slots(study: Study, state: State) -> Iterator[ev.SlotTaken | ev.SlotReturned]:
    holds, entitled = state.participant in study.slots, holds_slot(state)
    if entitled and not holds:
        yield _taken(study, state)
    elif holds and not entitled and state.ending is not None:
        yield ev.SlotReturned(state.participant, state.ending.end.value)


def holds_slot(state: State) -> bool:
    """A slot is held from registration, and for good once `kept_from` happened."""
    cap = state.protocol.document.cap
    return cap is None or state.ending is None or state.item(cap.kept_from).outcome is Outcome.DONE


def _taken(study: Study, state: State) -> ev.SlotTaken:
    cap = state.protocol.document.cap
    if cap is not None and len(study.slots) >= cap.participants:
        raise Refused(
            Code.NO_SLOT,
            f"all {cap.participants} slots of {state.study} are taken; a slot is free again only when a "
            f"participation ends before {cap.kept_from}",
        )
    return ev.SlotTaken(state.participant, cap.participants if cap else None)


def _given_back(study: Study, state: State, at: datetime) -> Iterator[ev.TurnReturned]:
    """The end of a participation gives an unused turn back."""
    if state.ending is None:
        return
    for each in turns_in_force(study, at):
        if each.taken.participant == state.participant:
            yield ev.TurnReturned(state.participant, state.ending.end.value)
