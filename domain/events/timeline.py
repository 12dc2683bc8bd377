"""What people say happened to one participant along the timeline, and the plan that follows from it.

The rule that keeps it honest: what was stated is kept as it was stated; a plan is recorded with its cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.events.event import Event
from domain.protocol.document import End
from domain.roles import Role
from domain.stated import Instant, StatedField


@dataclass(frozen=True, slots=True)
class ParticipantRegistered(Event):
    """Consent was given and the timeline opened, pinned to a protocol version."""

    TYPE: ClassVar[str] = "participant.registered"
    study: str
    participant: str
    site: str
    protocol_id: str
    protocol_version: str
    protocol_hash: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class ResultRecorded(Event):
    """`value` in the observation's own unit; `stated` as it was given."""

    TYPE: ClassVar[str] = "result.recorded"
    observation: str
    value: str
    stated: str
    happened: StatedField


@dataclass(frozen=True, slots=True)
class GateSigned(Event):
    """`content`: the SHA-256 (hex) of what was signed; records from before it was kept have none."""

    TYPE: ClassVar[str] = "gate.signed"
    gate: str
    meaning: str
    by: str
    role: Role
    signed_at: Instant
    content: str | None = None


@dataclass(frozen=True, slots=True)
class MilestoneReached(Event):
    TYPE: ClassVar[str] = "milestone.reached"
    item: str
    happened: StatedField
    reason: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class VisitRecorded(Event):
    TYPE: ClassVar[str] = "visit.recorded"
    item: str
    happened: StatedField
    reason: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class UnscheduledVisitRecorded(Event):
    TYPE: ClassVar[str] = "visit.unscheduled"
    happened: StatedField
    reason: str


@dataclass(frozen=True, slots=True)
class AppointmentPlanned(Event):
    """`appointment` None: the appointment was taken back."""

    TYPE: ClassVar[str] = "appointment.planned"
    item: str
    appointment: StatedField | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class VisitExcused(Event):
    TYPE: ClassVar[str] = "visit.excused"
    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class VisitMissed(Event):
    TYPE: ClassVar[str] = "visit.missed"
    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionTaken(Event):
    TYPE: ClassVar[str] = "decision.taken"
    decision: str
    option: str
    happened: StatedField


@dataclass(frozen=True, slots=True)
class ProgressionRecorded(Event):
    TYPE: ClassVar[str] = "progression.recorded"
    happened: StatedField
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class ParticipationEnded(Event):
    TYPE: ClassVar[str] = "participation.ended"
    end: End
    happened: StatedField
    reason: str


@dataclass(frozen=True, slots=True)
class RecordCorrected(Event):
    """Replaces what record `seq` said of `item`; `happened` None retracts it."""

    TYPE: ClassVar[str] = "record.corrected"
    item: str
    seq: int
    reason: str
    was: StatedField | None = None
    happened: StatedField | None = None


@dataclass(frozen=True, slots=True)
class PlannedWindow:
    """The window of one item, in UTC. `opens` is its first instant; `target`, `closes`, `hard_stop` and
    `frame_ends` are exclusive ends (for whole days: the local midnight after the day).

    Recorded bases are "actual" (counted from what happened), "expected" (the anchor was skipped, its
    expected date carries the chain) and "stale" (the anchor's record was retracted; times are the old
    ones). "projected" is derived for display from an anchor that has not happened yet, never recorded.
    """

    item: str
    basis: str
    anchor: str
    anchor_on: StatedField
    opens: Instant
    target: Instant
    closes: Instant
    hard_stop: Instant | None = None
    frame_ends: Instant | None = None
    remind_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class PlanRevised(Event):
    """Windows that are new or changed, and why (`cause`: the code of the item or command behind it)."""

    TYPE: ClassVar[str] = "plan.revised"
    cause: str
    windows: tuple[PlannedWindow, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class StageEntered(Event):
    TYPE: ClassVar[str] = "stage.entered"
    stage: str


@dataclass(frozen=True, slots=True)
class DeviationOpened(Event):
    """`kind`: early, late, missed, hard_stop, no_prior_approval, signed_late, not_signed or report_late.

    `suggested`: the class the protocol's rules suggest. `approval`: the prior approval it happened under.
    """

    TYPE: ClassVar[str] = "deviation.opened"
    deviation: str
    item: str
    kind: str
    detail: str
    suggested: str | None = None
    approval: str | None = None


@dataclass(frozen=True, slots=True)
class DeviationClosed(Event):
    """`why`: corrected (its ground is gone), or repeated (what deviated is to be done again)."""

    TYPE: ClassVar[str] = "deviation.closed"
    deviation: str
    why: str
