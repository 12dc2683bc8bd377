"""Safety: which reports are owed by whom until when, and every adverse event with its grades over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.reading import StudyLook
from console.record import ParticipantRecord, record_of
from console.safety_sights import (
    AdverseEventSight,
    AssessmentSight,
    ClockSight,
    MissingSight,
    SafetySight,
    safety_of,
)
from domain.safety.book import Report, SafetyClock
from domain.safety.terms import ClockState

SHOWN = ("open", "serious", "all")
_OWED = (ClockState.OVERDUE, ClockState.RUNNING)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What narrows the page, as it stands in the address. `show`: which adverse events."""

    show: str = "open"
    participant: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """One report with its clock. `left`: until it is late, negative afterwards; None once nothing runs.

    `by`: the role its ladder tells first. `ends`: when it ended, if it has.
    """

    participant: str
    zone: str
    ae: str
    term: str
    sight: ClockSight
    by: str | None
    left: timedelta | None
    ends: datetime | None
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One adverse event of one participant; `owed`: reports that run or are late."""

    participant: str
    zone: str
    sight: AdverseEventSight
    owed: int


@dataclass(frozen=True, slots=True)
class Person:
    """What was assessed of one participant, by the day, and what a visit expects and nobody recorded."""

    participant: str
    zone: str
    worst: dict[str, str]
    assessments: tuple[AssessmentSight, ...]
    missing: tuple[MissingSight, ...]


@dataclass(frozen=True, slots=True)
class SafetyPage:
    """`serious`, `open`: how many adverse events of the study are, whatever is shown."""

    asked: Narrowed
    people: tuple[str, ...]
    owed: tuple[Owed, ...]
    settled: tuple[Owed, ...]
    events: tuple[Event, ...]
    assessed: tuple[Person, ...]
    open: int
    serious: int


def safety_page(look: StudyLook, asked: Narrowed) -> SafetyPage:
    """Everything that was recorded of everybody's safety, narrowed as asked."""
    rows = look.reading.participants(look.study)
    records = [record_of(look, row.participant) for row in rows]
    sights = [(record, safety_of(record)) for record in records]
    wanted = [each for each in sights if asked.participant in ("", each[0].state.participant)]
    clocks = sorted((owed for each in wanted for owed in owed_by(*each)), key=_by_due)
    events = [event for _, sight in sights for event in sight.events if event.voided is None]
    return SafetyPage(
        asked=asked,
        people=tuple(row.participant for row in rows),
        owed=tuple(each for each in clocks if each.left is not None),
        settled=tuple(each for each in reversed(clocks) if each.left is None),
        events=tuple(event for each in wanted for event in _events(*each) if _shown(event, asked)),
        assessed=tuple(_person(*each) for each in wanted if each[1].assessments or each[1].missing),
        open=sum(each.outcome is None for each in events),
        serious=sum(bool(each.serious) for each in events),
    )


def owed_by(record: ParticipantRecord, sight: SafetySight) -> Iterator[Owed]:
    """Every clock of a participant, oldest first."""
    state, now = record.state, record.look.now
    ladders = state.protocol.ladders
    for clock, each in zip(state.safety.clocks.values(), sight.clocks, strict=True):
        ladder = ladders.get(clock.ladder)
        yield Owed(
            participant=state.participant,
            zone=state.zone.key,
            ae=clock.ae,
            term=state.safety.events[clock.ae].term,
            sight=each,
            by=ladder.rungs[0].tell.value if ladder is not None else None,
            left=_left(clock, now),
            ends=clock.ended_at,
            reports=tuple(sent for sent in state.safety.reports.values() if sent.clock == clock.clock),
        )


def _left(clock: SafetyClock, now: datetime) -> timedelta | None:
    return clock.due - now if clock.at(now) in _OWED else None


def _by_due(owed: Owed) -> datetime:
    return owed.sight.due


def _events(record: ParticipantRecord, sight: SafetySight) -> Iterator[Event]:
    state = record.state
    for each in sight.events:
        clocks = (clock for clock in state.safety.clocks.values() if clock.ae == each.ae)
        owed = sum(clock.at(record.look.now) in _OWED for clock in clocks)
        yield Event(state.participant, state.zone.key, each, owed)


def _shown(event: Event, asked: Narrowed) -> bool:
    match asked.show:
        case "open":
            return event.sight.outcome is None and event.sight.voided is None
        case "serious":
            return bool(event.sight.serious) and event.sight.voided is None
        case _:
            return True


def _person(record: ParticipantRecord, sight: SafetySight) -> Person:
    state = record.state
    by_day = sorted(sight.assessments, key=lambda each: each.happened)
    return Person(state.participant, state.zone.key, sight.worst, tuple(by_day), sight.missing)
