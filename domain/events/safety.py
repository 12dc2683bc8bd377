"""What can have happened to a participant's health, and to the reports owed about it.

The rule that keeps it honest: a grade never stands without its scale and version, and what was advised stands
beside what was stated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.events.event import Event
from domain.safety.partial import PartialField
from domain.safety.seen import CrsSeen, IcansSeen, ResponseSeen
from domain.safety.terms import (
    Action,
    AeOutcome,
    ClockState,
    ElnCriteria,
    Expectedness,
    Relation,
    ResponseCategory,
    Serious,
    Toxicity,
)
from domain.stated import Instant, StatedField


@dataclass(frozen=True, slots=True)
class AdverseEventOpened(Event):
    """`ae` is unique in the participant: AE1, AE2, ... `known`: when the site first knew of it.

    `stated_serious`: what the reporter said, where said; it may disagree with the criteria in `serious`.
    """

    TYPE: ClassVar[str] = "ae.opened"
    ae: str
    term: str
    onset: PartialField
    known: StatedField
    relation: Relation
    expectedness: Expectedness
    serious: tuple[Serious, ...] = ()
    stated_serious: bool | None = None
    preexisting: bool = False
    worsens: str | None = None
    dlt: bool = False


@dataclass(frozen=True, slots=True)
class AdverseEventGraded(Event):
    """`happened`: since when the grade holds, which of a first grade is the onset."""

    TYPE: ClassVar[str] = "ae.graded"
    ae: str
    scale: str
    version: str
    grade: int
    happened: PartialField
    known: StatedField


@dataclass(frozen=True, slots=True)
class AdverseEventChanged(Event):
    """What is None stays as it was. `known`: when the site learnt what changed."""

    TYPE: ClassVar[str] = "ae.changed"
    ae: str
    known: StatedField
    reason: str
    term: str | None = None
    onset: PartialField | None = None
    relation: Relation | None = None
    expectedness: Expectedness | None = None
    serious: tuple[Serious, ...] | None = None
    stated_serious: bool | None = None
    action: Action | None = None
    dlt: bool | None = None


@dataclass(frozen=True, slots=True)
class AdverseEventTreated(Event):
    TYPE: ClassVar[str] = "ae.treated"
    ae: str
    treatment: str
    happened: PartialField


@dataclass(frozen=True, slots=True)
class AdverseEventClosed(Event):
    """`resolved` None: the outcome is final and no day of resolution is known or possible."""

    TYPE: ClassVar[str] = "ae.closed"
    ae: str
    outcome: AeOutcome
    resolved: PartialField | None = None


@dataclass(frozen=True, slots=True)
class AdverseEventReopened(Event):
    TYPE: ClassVar[str] = "ae.reopened"
    ae: str
    reason: str


@dataclass(frozen=True, slots=True)
class AdverseEventVoided(Event):
    """It was entered in error; it stays on the record and counts nowhere."""

    TYPE: ClassVar[str] = "ae.voided"
    ae: str
    reason: str


@dataclass(frozen=True, slots=True)
class ToxicityAssessed(Event):
    """`grade` as the investigator states it, `advised` as the scale derives it (None: it cannot be told).

    `assessment` is unique in the participant: TOX1, TOX2, ... `reason`: why the two differ.
    """

    TYPE: ClassVar[str] = "toxicity.assessed"
    assessment: str
    toxicity: Toxicity
    happened: StatedField
    known: StatedField
    scale: str
    version: str
    grade: int
    why: str
    advised: int | None = None
    reason: str | None = None
    crs: CrsSeen | None = None
    icans: IcansSeen | None = None
    visit: str | None = None
    ae: str | None = None


@dataclass(frozen=True, slots=True)
class ResponseAssessed(Event):
    """`category` as the investigator judges it; `advised` empty: it cannot be told, and of several the
    criteria can be read in more than one way. `assessment` is unique in the participant: RSP1, RSP2, ...
    """

    TYPE: ClassVar[str] = "response.assessed"
    assessment: str
    category: ResponseCategory
    happened: StatedField
    criteria: ElnCriteria
    why: str
    seen: ResponseSeen
    advised: tuple[ResponseCategory, ...] = ()
    reason: str | None = None
    visit: str | None = None


@dataclass(frozen=True, slots=True)
class AssessmentVoided(Event):
    """An assessment of toxicity or response was entered in error; it counts nowhere."""

    TYPE: ClassVar[str] = "assessment.voided"
    assessment: str
    reason: str


@dataclass(frozen=True, slots=True)
class InformationReceived(Event):
    """New information about an event; day 0 of the follow-up reports it asks for is `known`."""

    TYPE: ClassVar[str] = "ae.information_received"
    ae: str
    known: StatedField
    what: str


@dataclass(frozen=True, slots=True)
class SafetyClockStarted(Event):
    """A report is due before `due` (UTC, exclusive). `clock` is unique in the participant: AE1.sponsor_24h.

    `rule` is the clock's code in the protocol, `known` its day 0, `why` what set it going. `follows`: the
    clock it is the follow-up of.
    """

    TYPE: ClassVar[str] = "clock.started"
    clock: str
    ae: str
    rule: str
    known: StatedField
    due: Instant
    warn_at: Instant
    ladder: str
    why: str
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class SafetyClockEnded(Event):
    """`state`: reported, reported_late, downgraded or voided; `at` is the stated time of the report, or
    when it was recorded that none is owed any more."""

    TYPE: ClassVar[str] = "clock.ended"
    clock: str
    state: ClockState
    at: Instant
    why: str


@dataclass(frozen=True, slots=True)
class SafetyClockResumed(Event):
    """The report that had ended the clock was withdrawn; it is owed again, due as before."""

    TYPE: ClassVar[str] = "clock.resumed"
    clock: str
    why: str


@dataclass(frozen=True, slots=True)
class ReportSent(Event):
    """`report` is unique in the participant: RPT1, RPT2, ... `replaces`: the report it takes the place of."""

    TYPE: ClassVar[str] = "report.sent"
    report: str
    ae: str
    clock: str
    sent: StatedField
    reference: str
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class ReportWithdrawn(Event):
    TYPE: ClassVar[str] = "report.withdrawn"
    report: str
    reason: str
