"""What can have happened to the study as a whole.

The rule that keeps it honest: these stand on the study's own stream and on no participant's. What the study
must know of a participant is noted here with all that is needed to judge it, and noted again when corrected.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.events.event import Event
from domain.protocol.document import End
from domain.roles import Role
from domain.signed import Signed
from domain.stated import Instant, StatedField


class Recruitment(StrEnum):
    """Whether new participants are taken. Stored: never rename one."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Treatment(StrEnum):
    """What is decided for a participant whose treatment a hold interrupted."""

    PROCEED = "proceed"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class ProtocolPublished(Event):
    """`amends`: the version it follows; `summary_en` and `summary_zh` say in words what changed."""

    TYPE: ClassVar[str] = "study.protocol_published"
    study: str
    protocol_id: str
    protocol_version: str
    protocol_hash: str
    amends: str | None = None
    summary_en: str | None = None
    summary_zh: str | None = None


@dataclass(frozen=True, slots=True)
class SitePublished(Event):
    TYPE: ClassVar[str] = "study.site_published"
    site: str
    site_version: str
    site_hash: str


@dataclass(frozen=True, slots=True)
class SlotTaken(Event):
    TYPE: ClassVar[str] = "study.slot_taken"
    participant: str
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class SlotReturned(Event):
    TYPE: ClassVar[str] = "study.slot_returned"
    participant: str
    why: str


@dataclass(frozen=True, slots=True)
class NumberTaken(Event):
    """A chain-of-identity number belongs to this participant for good."""

    TYPE: ClassVar[str] = "study.number_taken"
    participant: str
    number: str


@dataclass(frozen=True, slots=True)
class RecruitmentSet(Event):
    TYPE: ClassVar[str] = "study.recruitment_set"
    recruitment: Recruitment
    reason: str
    by: str
    role: Role
    set_at: Instant


@dataclass(frozen=True, slots=True)
class MilestoneNoted(Event):
    """A participant reached a milestone that the conduct of the study counts. Replaces the same `fact`."""

    TYPE: ClassVar[str] = "study.milestone_noted"
    fact: str
    participant: str
    site: str
    zone: str
    item: str
    happened: StatedField


@dataclass(frozen=True, slots=True)
class EndNoted(Event):
    """A participation ended. `related`, of a death: not said to be unrelated to the treatment."""

    TYPE: ClassVar[str] = "study.end_noted"
    fact: str
    participant: str
    site: str
    zone: str
    end: End
    happened: StatedField
    related: bool = False


@dataclass(frozen=True, slots=True)
class LimitingToxicityNoted(Event):
    """An adverse event was called dose-limiting. `onset` as stated, however partial."""

    TYPE: ClassVar[str] = "study.limiting_toxicity_noted"
    fact: str
    participant: str
    site: str
    zone: str
    ae: str
    onset: str


@dataclass(frozen=True, slots=True)
class LastingToxicityNoted(Event):
    """A watched toxicity reached the grade of stopping rule `rule`; `fell`: when it was low enough again."""

    TYPE: ClassVar[str] = "study.lasting_toxicity_noted"
    fact: str
    participant: str
    site: str
    zone: str
    rule: str
    toxicity: str
    grade: int
    since: StatedField
    fell: StatedField | None = None


@dataclass(frozen=True, slots=True)
class FactWithdrawn(Event):
    """What was noted of a participant no longer stands on their record."""

    TYPE: ClassVar[str] = "study.fact_withdrawn"
    fact: str


@dataclass(frozen=True, slots=True)
class TurnTaken(Event):
    """A participant is authorised for the staggered milestone: until used, lapsed or given back it counts
    like the milestone itself. `first` and `last` are site days; without `last` it does not lapse.
    """

    TYPE: ClassVar[str] = "study.turn_taken"
    participant: str
    site: str
    zone: str
    milestone: str
    gate: str
    first: StatedField
    taken_at: Instant
    last: StatedField | None = None
    until: Instant | None = None


@dataclass(frozen=True, slots=True)
class TurnReturned(Event):
    TYPE: ClassVar[str] = "study.turn_returned"
    participant: str
    why: str


@dataclass(frozen=True, slots=True)
class HoldPlaced(Event):
    """The study is held: by stopping rule `rule` over `facts`, or by hand. What it stops, and who lifts it
    in which words, is kept as it was when it fell.
    """

    TYPE: ClassVar[str] = "study.hold_placed"
    hold: str
    reason: str
    stops: tuple[str, ...]
    lifted_by: Role
    meaning: str
    ladder: str
    placed_at: Instant
    by: str
    facts: tuple[str, ...] = ()
    rule: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class HoldLifted(Event):
    TYPE: ClassVar[str] = "study.hold_lifted"
    hold: str
    reason: str
    lifted_at: Instant
    signed: Signed


@dataclass(frozen=True, slots=True)
class TreatmentDecided(Event):
    """What becomes of a participant whose treatment had begun. `proceed` lets `milestone` pass `holds`."""

    TYPE: ClassVar[str] = "study.treatment_decided"
    participant: str
    treatment: Treatment
    milestone: str
    holds: tuple[str, ...]
    reason: str
    by: str
    role: Role
    decided_at: Instant


@dataclass(frozen=True, slots=True)
class MeetingRecorded(Event):
    TYPE: ClassVar[str] = "study.meeting_recorded"
    meeting: str
    happened: StatedField
    outcome: str
    by: str
    role: Role


@dataclass(frozen=True, slots=True)
class BreachNoted(Event):
    """What stands on record though it may not be: a milestone during a hold, or inside the stagger."""

    TYPE: ClassVar[str] = "study.breach_noted"
    breach: str
    participant: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class BreachWithdrawn(Event):
    """A correction removed the ground of a breach."""

    TYPE: ClassVar[str] = "study.breach_withdrawn"
    breach: str
