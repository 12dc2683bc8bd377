"""What is known of a participant's safety: the part of the state that the safety events fold into.

The rule that keeps it honest: it holds recorded facts only; nothing voided is deleted, and nothing voided
counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.safety.partial import Partial
from domain.safety.seen import CrsSeen, IcansSeen, ResponseSeen
from domain.safety.terms import (
    RELATED,
    Action,
    AeOutcome,
    ClockState,
    ElnCriteria,
    Expectedness,
    Relation,
    ReportState,
    ResponseCategory,
    Serious,
    Toxicity,
)
from domain.stated import Stated


class Ground(StrEnum):
    """What a report is owed for. A SUSAR is serious, counts as related, and nobody judged it expected."""

    SERIOUS = "serious"
    SUSAR = "susar"
    SUSAR_FATAL = "susar_fatal"


FATAL_OR_LIFE_THREATENING = frozenset({Serious.DEATH, Serious.LIFE_THREATENING})


@dataclass(frozen=True, slots=True)
class Grading:
    """One grade of an event; `happened` since when it holds, `seq` the event that recorded it."""

    grade: int
    scale: str
    version: str
    happened: Partial
    known: Stated
    seq: int

    def same_scale(self, other: Grading) -> bool:
        """Grades are compared within one scale and version only."""
        return (self.scale, self.version) == (other.scale, other.version)


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One adverse event. `opened` is the event that opened it, `seqs` every event that spoke of it.

    `gradings` in the order of their days; `since`: when each ground of a report was known to hold, unbroken.
    """

    ae: str
    term: str
    onset: Partial
    known: Stated
    relation: Relation
    expectedness: Expectedness
    serious: frozenset[Serious]
    stated_serious: bool | None
    preexisting: bool
    worsens: str | None
    dlt: bool
    opened: int
    seqs: tuple[int, ...]
    gradings: tuple[Grading, ...] = ()
    action: Action | None = None
    treatments: tuple[tuple[str, Partial], ...] = ()
    information: tuple[tuple[str, Stated], ...] = ()
    outcome: AeOutcome | None = None
    resolved: Partial | None = None
    voided: str | None = None
    since: Mapping[Ground, Stated] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        return self.outcome is not None

    @property
    def current_grade(self) -> int | None:
        return self.gradings[-1].grade if self.gradings else None

    @property
    def worst_grade(self) -> int | None:
        """The worst on the scale and version it is graded on now; grades of others are not compared."""
        if not self.gradings:
            return None
        return max(each.grade for each in self.gradings if each.same_scale(self.gradings[-1]))

    @property
    def related(self) -> bool:
        """Whether it counts as related to the product: what nobody has judged does."""
        return self.relation in RELATED

    @property
    def is_serious(self) -> bool:
        """Derived from the criteria, and from nothing anybody says beside them."""
        return bool(self.serious)

    @property
    def fatal_or_life_threatening(self) -> bool:
        return bool(self.serious & FATAL_OR_LIFE_THREATENING)

    @property
    def grounds(self) -> frozenset[Ground]:
        """What reports are owed for as it stands."""
        if not self.is_serious or self.voided is not None:
            return frozenset()
        if not self.related or self.expectedness is Expectedness.EXPECTED:
            return frozenset({Ground.SERIOUS})
        worst = {Ground.SUSAR_FATAL} if self.fatal_or_life_threatening else set[Ground]()
        return frozenset({Ground.SERIOUS, Ground.SUSAR} | worst)

    @property
    def disputed(self) -> bool:
        """Somebody says otherwise than the criteria do."""
        return self.stated_serious is not None and self.stated_serious is not self.is_serious


@dataclass(frozen=True, slots=True)
class ToxicityGrade:
    """One assessment of CRS or ICANS; `advised` None: the observations do not tell."""

    assessment: str
    toxicity: Toxicity
    happened: Stated
    known: Stated
    scale: str
    version: str
    grade: int
    advised: int | None
    why: str
    reason: str | None
    crs: CrsSeen | None
    icans: IcansSeen | None
    visit: str | None
    ae: str | None
    seq: int
    voided: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """One assessment of response; several in `advised`: the criteria can be read in more than one way."""

    assessment: str
    category: ResponseCategory
    happened: Stated
    criteria: ElnCriteria
    advised: tuple[ResponseCategory, ...]
    why: str
    seen: ResponseSeen
    reason: str | None
    visit: str | None
    seq: int
    voided: str | None = None


@dataclass(frozen=True, slots=True)
class SafetyClock:
    """A report owed before `due` (UTC). `state` is never OVERDUE here: that is asked of a moment."""

    clock: str
    ae: str
    rule: str
    known: Stated
    due: datetime
    warn_at: datetime
    ladder: str
    why: str
    follows: str | None
    seq: int
    state: ClockState = ClockState.RUNNING
    ended_at: datetime | None = None
    ended_why: str | None = None

    def at(self, moment: datetime) -> ClockState:
        """Where it stands at a moment."""
        overdue = self.state is ClockState.RUNNING and moment >= self.due
        return ClockState.OVERDUE if overdue else self.state


@dataclass(frozen=True, slots=True)
class Report:
    report: str
    ae: str
    clock: str
    sent: Stated
    reference: str
    replaces: str | None
    seq: int
    state: ReportState = ReportState.SENT
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Safety:
    """Everything recorded. `events`, `clocks` and `reports` by their ids, in the order they came."""

    events: Mapping[str, AdverseEvent] = field(default_factory=dict)
    assessed: tuple[ToxicityGrade, ...] = ()
    judged: tuple[Response, ...] = ()
    clocks: Mapping[str, SafetyClock] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)

    @property
    def toxicities(self) -> tuple[ToxicityGrade, ...]:
        """The assessments of CRS and ICANS that count, as they were recorded."""
        return tuple(each for each in self.assessed if each.voided is None)

    @property
    def responses(self) -> tuple[Response, ...]:
        """The assessments of response that count, as they were recorded."""
        return tuple(each for each in self.judged if each.voided is None)

    @property
    def standing_events(self) -> tuple[AdverseEvent, ...]:
        """The adverse events that were not voided."""
        return tuple(each for each in self.events.values() if each.voided is None)


EMPTY = Safety()
