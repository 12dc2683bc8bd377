"""Going on with what happened where other rules would have refused it.

The rule that keeps it honest: only what people stated is taken over; every consequence (plan, stage,
deviations, alerts) is derived anew under the rules of this course.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from domain import events as ev
from domain.consequences import follow_from_record
from domain.evolve import ParticipantEvent
from domain.protocol.document import End
from domain.recorded import STUDY_SUBJECT, Recorded, participant_stream, study_stream
from domain.state import State
from domain.unfolding import Unfolding
from replay.course import Course
from replay.history import Asked

CONSEQUENCES = (
    ev.PlanRevised
    | ev.StageEntered
    | ev.DeviationOpened
    | ev.DeviationClosed
    | ev.AlertRaised
    | ev.RungReached
    | ev.AlertAcknowledged
    | ev.AcknowledgementExpired
    | ev.AlertSnoozed
    | ev.SnoozeEnded
    | ev.AlertResolved
)
"""Events that follow from others, or answer what followed."""


def take_as_recorded(course: Course, asked: Asked) -> bool:
    """Put what the command stated on the course's paper all the same; False: there is nobody to put it on."""
    state = course.state(asked.subject) if asked.subject != STUDY_SUBJECT else None
    if state is None or not asked.events:
        return False
    own = participant_stream(asked.study, asked.subject)
    facts = [each for each in asked.events if each.stream == own and _is_fact(each.event, state)]
    unfolding = Unfolding(state)
    unfolding.happen(*(each.event for each in facts if isinstance(each.event, ParticipantEvent)))
    follow_from_record(unfolding, cause=f"{asked.command.kind}:as_recorded", at=asked.command.asked_at)
    paper, stamp = course.paper, asked.events[0].stamp
    head = paper.head(own)
    at = max(stamp.recorded_at, head.recorded_at or stamp.recorded_at)
    paper.append(own, head.version, unfolding.events, replace(stamp, recorded_at=at))
    _tell_study(course, asked)
    course.look(asked.subject)
    return True


def _is_fact(event: ev.Event, state: State) -> bool:
    if isinstance(event, CONSEQUENCES):
        return False
    if isinstance(event, ev.ParticipationEnded) and event.end is End.COMPLETED:
        return False
    item = getattr(event, "item", None)
    return item is None or item in state.protocol.items or item in ("end", "progression")


def _tell_study(course: Course, asked: Asked) -> None:
    stream = study_stream(asked.study)
    told = list(_of_study(asked, stream))
    if told:
        head = course.paper.head(stream)
        at = max(told[0].stamp.recorded_at, head.recorded_at or told[0].stamp.recorded_at)
        stamp = replace(told[0].stamp, recorded_at=at)
        course.paper.append(stream, head.version, [each.event for each in told], stamp)
        course.look(STUDY_SUBJECT)


def _of_study(asked: Asked, stream: str) -> Iterator[Recorded]:
    return (each for each in asked.events if each.stream == stream)
