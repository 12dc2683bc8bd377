"""Participants for counting: stories lived by the core, with what was seen of their health added.

The rule that keeps it honest: what is added are events as the record holds them, folded as the desk folds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from domain import fold
from domain.commands import Command
from domain.endpoints import Figure, Judged, Known, figures
from domain.events import Event
from domain.events import safety as ev
from domain.evolve import ParticipantEvent
from domain.recorded import Recorded, Stamp, participant_stream
from domain.roles import SYSTEM
from domain.safety.partial import Partial
from domain.safety.seen import ResponseSeen
from domain.safety.terms import ElnCriteria, Expectedness, Relation, ResponseCategory, Serious, Toxicity
from tests.domain import builders
from tests.domain.spec import Course, given

CTCAE = ("CTCAE", "4.0")
ASTCT = ("ASTCT-CRS", "2019")
ENDPOINTS = {each.code: each for each in builders.protocol().document.endpoints or ()}

Told = Iterable[tuple[datetime, Command]]


def known(*story: Told, then: Sequence[Event] = ()) -> Known:
    """A participant to whom the story happened, and these events after it."""
    course = given(*story)
    assert course.refusal is None, course.refusal
    return added(course, then)


def added(course: Course, events: Sequence[Event]) -> Known:
    """The participant of a course with events that were recorded after it."""
    whole = [*course.record, *(cast(ParticipantEvent, each) for each in events)]
    record = tuple(_recorded(seq, event) for seq, event in enumerate(whole, start=1))
    return Known(fold(course.state, whole[len(course.record) :]), record)


def renamed(someone: Known, code: str) -> Known:
    """The same life of another participant."""
    return Known(replace(someone.state, participant=code), someone.record)


def figure(code: str, *people: Known) -> Figure:
    """One endpoint over these people."""
    return figures([ENDPOINTS[code]], people)[0]


def judged(code: str, someone: Known) -> Judged:
    """One participant's place in one endpoint."""
    return figure(code, someone).judged[0]


def counts(found: Figure) -> dict[str, tuple[int, int, int]]:
    """Each row as (counted, among, unknown)."""
    return {row.name: (len(row.counted), len(row.among), len(row.unknown)) for row in found.groups}


def response(category: str, on: str, advised: tuple[str, ...] = ()) -> Event:
    """The investigator's category on a day."""
    return ev.ResponseAssessed(
        assessment="RSP1",
        category=ResponseCategory(category),
        happened=builders.stated(on),
        criteria=ElnCriteria.ELN_2017,
        why="as judged",
        seen=ResponseSeen(),
        advised=tuple(ResponseCategory(each) for each in advised),
    )


def toxicity(kind: Toxicity, grade: int, on: str, scale: tuple[str, str] = ASTCT) -> Event:
    """The investigator's grade on a day."""
    day = builders.stated(on)
    return ev.ToxicityAssessed("TOX1", kind, day, day, *scale, grade, why="as judged", advised=grade)


def adverse_event(
    onset: str,
    *grades: tuple[int, str],
    ae: str = "AE1",
    scale: tuple[str, str] = CTCAE,
    serious: tuple[Serious, ...] = (),
    relation: Relation = Relation.UNRELATED,
    preexisting: bool = False,
) -> list[Event]:
    """An adverse event with its grades, each since a date."""
    seen = builders.stated("2026-06-01")
    opened = ev.AdverseEventOpened(
        ae, "Anaemia", Partial(onset), seen, relation, Expectedness.EXPECTED, serious, preexisting=preexisting
    )
    return [
        opened,
        *(ev.AdverseEventGraded(ae, *scale, grade, Partial(when), seen) for grade, when in grades),
    ]


def _recorded(seq: int, event: Event) -> Recorded:
    stamp = Stamp(datetime(2026, 1, 1, tzinfo=UTC), f"c{seq}", SYSTEM, None, None, "test", "test")
    return Recorded(participant_stream("NCT06642025", "EX02-001"), seq, event, stamp)
