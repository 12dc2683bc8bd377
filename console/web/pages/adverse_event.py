"""One adverse event: its whole course, what it is counted as and why, and the reports owed about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.reading import StudyLook
from console.record import ParticipantRecord, record_of
from console.safety_sights import AdverseEventSight, AssessmentSight, SafetySight, safety_of
from console.sights import EventSight
from console.web.drawing_grades import Course, course
from console.web.pages.safety import Owed, owed_by
from domain.protocol.safety import SafetyClockRule
from domain.recorded import Recorded
from domain.refusal import Code, Refused
from domain.safety.book import AdverseEvent, Report
from domain.safety.clocks import clock_named, clock_rules


@dataclass(frozen=True, slots=True)
class Rule:
    """What an event is counted or owed by: its source kind and text as the protocol has them."""

    label: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Emergence:
    """By which rule it is treatment-emergent; `within` and `beside` as ISO 8601 durations."""

    anchor: str
    within: str
    beside: str | None
    rule: Rule


@dataclass(frozen=True, slots=True)
class Received:
    """New information about the event, and when it was known (as stated)."""

    what: str
    known: str


@dataclass(frozen=True, slots=True)
class AdverseEventPage:
    """`event` as recorded, `sight` as the command line shows it; `others`: on other scales, not drawn."""

    participant: str
    zone: str
    event: AdverseEvent
    sight: AdverseEventSight
    course: Course | None
    received: tuple[Received, ...]
    assessments: tuple[AssessmentSight, ...]
    clocks: tuple[Owed, ...]
    rules: tuple[Rule, ...]
    reports: tuple[Report, ...]
    emergence: Emergence | None
    history: tuple[EventSight, ...]


def adverse_event_page(look: StudyLook, code: str, ae: str) -> AdverseEventPage:
    """One adverse event of one participant.

    Raises:
        Refused: there is no such participant, or no such adverse event.
    """
    record = record_of(look, code)
    state = record.state
    event = state.safety.events.get(ae)
    if event is None:
        raise Refused(Code.UNKNOWN_ITEM, f"{code} has no adverse event {ae!r}")
    sight = safety_of(record)
    clocks = tuple(each for each in owed_by(record, sight) if each.ae == ae)
    return AdverseEventPage(
        participant=state.participant,
        zone=state.zone.key,
        event=event,
        sight=next(each for each in sight.events if each.ae == ae),
        course=course(event, record.today, state.zone),
        received=tuple(Received(what, known.isoformat()) for what, known in event.information),
        assessments=tuple(_assessments(record, sight, ae)),
        clocks=clocks,
        rules=tuple(_rules(record, clocks)),
        reports=tuple(each for each in state.safety.reports.values() if each.ae == ae),
        emergence=_emergence(record),
        history=tuple(_history(record, ae)),
    )


def _assessments(record: ParticipantRecord, sight: SafetySight, ae: str) -> Iterator[AssessmentSight]:
    named = {each.assessment for each in record.state.safety.assessed if each.ae == ae}
    return (each for each in sight.assessments if each.assessment in named)


def _rules(record: ParticipantRecord, clocks: tuple[Owed, ...]) -> Iterator[Rule]:
    protocol = record.state.protocol
    used = {rule.code for each in clocks if (rule := clock_named(protocol, each.sight.clock)) is not None}
    for rule in clock_rules(record.state):
        if rule.code in used:
            yield _rule(record, rule)


def _rule(record: ParticipantRecord, rule: SafetyClockRule) -> Rule:
    label = f"{rule.labels.in_language(record.look.language)} ({rule.due})"
    return Rule(label, rule.source.kind.value, rule.source.text)


def _emergence(record: ParticipantRecord) -> Emergence | None:
    rules = record.state.protocol.document.adverse_events
    if rules is None:
        return None
    anchor = record.look.item_label(record.state.protocol, rules.teae.anchor)
    return Emergence(
        anchor=anchor,
        within=str(rules.teae.within),
        beside=str(rules.teae.shown_beside) if rules.teae.shown_beside is not None else None,
        rule=Rule(anchor, rules.teae.source.kind.value, rules.teae.source.text),
    )


def _history(record: ParticipantRecord, ae: str) -> Iterator[EventSight]:
    told = zip(record.told(), record.events, strict=True)
    return (sight for sight, each in told if _speaks_of(record, each, ae))


def _speaks_of(record: ParticipantRecord, recorded: Recorded, ae: str) -> bool:
    event = recorded.event
    if getattr(event, "ae", None) == ae:
        return True
    clock = getattr(event, "clock", None)
    if isinstance(clock, str):
        return clock.partition(".")[0] == ae
    report = record.state.safety.reports.get(str(getattr(event, "report", "")))
    return report is not None and report.ae == ae
