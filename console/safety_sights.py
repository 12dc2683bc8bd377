"""What is shown of a participant's safety, as data.

The rule that keeps it honest: as in `console.sights`: fields may be added, none is renamed or dropped; what
is derived stands beside what was stated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from typing_extensions import Doc

from console.record import ParticipantRecord
from domain.safety.book import AdverseEvent, SafetyClock
from domain.safety.emergent import emergent
from domain.safety.expected import missing_assessments
from domain.safety.worst import worst_grade


@dataclass(frozen=True, slots=True)
class GradingSight:
    """One grade of an adverse event."""

    grade: Annotated[int, Doc("grade on the scale")]
    scale: Annotated[str, Doc("scale and version")]
    since: Annotated[str, Doc("since when, as far as stated")]


@dataclass(frozen=True, slots=True)
class AdverseEventSight:
    """One adverse event."""

    ae: Annotated[str, Doc("id, given by the record")]
    term: Annotated[str, Doc("what it is")]
    onset: Annotated[str, Doc("when it began, as far as stated")]
    gradings: Annotated[tuple[GradingSight, ...], Doc("its grades in the order of their days")]
    worst_grade: Annotated[int | None, Doc("the worst of them")]
    serious: Annotated[tuple[str, ...], Doc("criteria of ICH E2A that are met; none: not serious")]
    disputed: Annotated[bool, Doc("true: somebody said otherwise than the criteria do")]
    relation: Annotated[str, Doc("to the product")]
    expectedness: Annotated[str, Doc("expected, unexpected or not_assessed")]
    dlt: Annotated[bool, Doc("true: judged a dose-limiting toxicity")]
    action: Annotated[str | None, Doc("taken with the product")]
    treatments: Annotated[tuple[str, ...], Doc("what was given or done, with its date")]
    outcome: Annotated[str | None, Doc("null: it is open")]
    resolved: Annotated[str | None, Doc("when, as far as stated")]
    emergent: Annotated[str | None, Doc("treatment-emergent by the protocol's rule: yes, no or unknown")]
    emergent_beside: Annotated[str | None, Doc("the same by the wording shown beside it")]
    voided: Annotated[str | None, Doc("why it was entered in error; null: it counts")]


@dataclass(frozen=True, slots=True)
class AssessmentSight:
    """One assessment of toxicity or response."""

    assessment: Annotated[str, Doc("id, given by the record")]
    what: Annotated[str, Doc("crs, icans or disease response")]
    happened: Annotated[str, Doc("when, as stated")]
    stated: Annotated[str, Doc("the investigator's grade or category")]
    advised: Annotated[str, Doc("what is derived, with what it rests on")]
    by: Annotated[str, Doc("scale or criteria with their version")]
    reason: Annotated[str | None, Doc("why the two differ")]
    visit: Annotated[str | None, Doc("at which visit, where said")]
    voided: Annotated[str | None, Doc("why it was entered in error; null: it counts")]


@dataclass(frozen=True, slots=True)
class ClockSight:
    """One report that is or was owed."""

    clock: Annotated[str, Doc("id: adverse event and clock of the protocol")]
    label: Annotated[str, Doc("the clock's label in the chosen language")]
    state: Annotated[
        str,
        Doc("`running`, `overdue`, `reported`, `reported_late`, `downgraded` or `voided`, at this moment"),
    ]
    known: Annotated[str, Doc("first knowledge, which is day 0")]
    due: Annotated[datetime, Doc("from here on it is late")]
    why: Annotated[str, Doc("what it is owed for, and what ended it")]
    reports: Annotated[tuple[str, ...], Doc("reports sent for it, with reference, time and state")]


@dataclass(frozen=True, slots=True)
class MissingSight:
    """One assessment that a visit expects and nobody recorded."""

    visit: Annotated[str, Doc("visit code")]
    assessment: Annotated[str, Doc("assessment code")]
    overdue: Annotated[bool, Doc("true: the visit is not recorded either")]


@dataclass(frozen=True, slots=True)
class SafetySight:
    """Everything recorded of one participant's safety."""

    participant: Annotated[str, Doc("participant code")]
    events: Annotated[tuple[AdverseEventSight, ...], Doc("adverse events, oldest first")]
    worst: Annotated[
        dict[str, str], Doc("worst stated grade by toxicity, with scale, version and assessment")
    ]
    assessments: Annotated[tuple[AssessmentSight, ...], Doc("toxicities, then responses, as recorded")]
    clocks: Annotated[tuple[ClockSight, ...], Doc("reports owed, oldest first")]
    missing: Annotated[tuple[MissingSight, ...], Doc("what visits expect and is not on the record")]


def safety_of(record: ParticipantRecord) -> SafetySight:
    """What is recorded of a participant's safety, as of the look's moment."""
    safety = record.state.safety
    missing = missing_assessments(record.state, record.look.now)
    return SafetySight(
        participant=record.state.participant,
        events=tuple(_event(record, each) for each in safety.events.values()),
        worst={
            key.value: f"{each.grade} ({each.scale} {each.version}, {each.assessment})"
            for key, each in worst_grade(safety).items()
        },
        assessments=(*_toxicities(record), *_responses(record)),
        clocks=tuple(_clock(record, each) for each in safety.clocks.values()),
        missing=tuple(MissingSight(each.visit, each.assessment, each.overdue) for each in missing),
    )


def _event(record: ParticipantRecord, event: AdverseEvent) -> AdverseEventSight:
    counted = emergent(record.state, event)
    return AdverseEventSight(
        ae=event.ae,
        term=event.term,
        onset=str(event.onset),
        gradings=tuple(
            GradingSight(each.grade, f"{each.scale} {each.version}", str(each.happened))
            for each in event.gradings
        ),
        worst_grade=event.worst_grade,
        serious=tuple(sorted(event.serious)),
        disputed=event.disputed,
        relation=event.relation.value,
        expectedness=event.expectedness.value,
        dlt=event.dlt,
        action=event.action.value if event.action else None,
        treatments=tuple(f"{what} ({when})" for what, when in event.treatments),
        outcome=event.outcome.value if event.outcome else None,
        resolved=str(event.resolved) if event.resolved else None,
        emergent=counted.counted.value if counted else None,
        emergent_beside=counted.beside.value if counted and counted.beside else None,
        voided=event.voided,
    )


def _toxicities(record: ParticipantRecord) -> tuple[AssessmentSight, ...]:
    return tuple(
        AssessmentSight(
            assessment=each.assessment,
            what=each.toxicity.value,
            happened=each.happened.isoformat(),
            stated=f"grade {each.grade}",
            advised=each.why,
            by=f"{each.scale} {each.version}",
            reason=each.reason,
            visit=each.visit,
            voided=each.voided,
        )
        for each in record.state.safety.assessed
    )


def _responses(record: ParticipantRecord) -> tuple[AssessmentSight, ...]:
    return tuple(
        AssessmentSight(
            assessment=each.assessment,
            what="disease response",
            happened=each.happened.isoformat(),
            stated=each.category.value,
            advised=each.why,
            by=each.criteria.value,
            reason=each.reason,
            visit=each.visit,
            voided=each.voided,
        )
        for each in record.state.safety.judged
    )


def _clock(record: ParticipantRecord, clock: SafetyClock) -> ClockSight:
    sent = [each for each in record.state.safety.reports.values() if each.clock == clock.clock]
    return ClockSight(
        clock=clock.clock,
        label=record.look.item_label(record.state.protocol, clock.clock),
        state=clock.at(record.look.now).value,
        known=clock.known.isoformat(),
        due=clock.due,
        why=clock.why + (f"; {clock.ended_why}" if clock.ended_why else ""),
        reports=tuple(
            f"{each.report} {each.reference} {each.sent.isoformat()} {each.state.value}" for each in sent
        ),
    )
