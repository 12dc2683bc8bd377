"""What can have happened to one participant, and to the study.

The rule that keeps it honest: events are past tense, frozen, and named on the wire by `TYPE` and `VERSION`,
never by a module path; an unknown type or version is an error, never skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import TypeAdapter

from domain.protocol.document import End
from domain.roles import Role
from domain.stated import Instant, StatedField


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events. `TYPE` is stored for ever; `VERSION` rises when the shape changes."""

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1


# --- the participant's own story ---------------------------------------------------------------------------


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
    TYPE: ClassVar[str] = "gate.signed"
    gate: str
    meaning: str
    by: str
    role: Role
    signed_at: Instant


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


# --- what follows from it ----------------------------------------------------------------------------------


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
    """`kind`: early, late, missed, hard_stop, no_prior_approval, signed_late or not_signed."""

    TYPE: ClassVar[str] = "deviation.opened"
    deviation: str
    item: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class DeviationClosed(Event):
    """Closed because a correction removed its ground."""

    TYPE: ClassVar[str] = "deviation.closed"
    deviation: str
    why: str


@dataclass(frozen=True, slots=True)
class FrozenRung:
    """One rung as frozen into an alert: whom to tell, how many seconds after the rung before."""

    after_seconds: int
    tell: Role


@dataclass(frozen=True, slots=True)
class FrozenLadder:
    """A ladder as it was when the alert was raised; later edits do not reach it."""

    code: str
    rungs: tuple[FrozenRung, ...]
    repeat_seconds: int
    waits: bool
    each: bool
    acknowledgement_seconds: int
    snooze_seconds: int


@dataclass(frozen=True, slots=True)
class AlertRaised(Event):
    """`alert` is unique in the study: participant/item/kind, with a number when it is raised again.

    `due` is when it should have been noticed, `raised_at` when it was; `latest_snooze` bounds a snooze.
    """

    TYPE: ClassVar[str] = "alert.raised"
    alert: str
    kind: str
    item: str
    due: Instant
    raised_at: Instant
    ladder: FrozenLadder
    first_rung_at: Instant
    latest_snooze: Instant | None = None


@dataclass(frozen=True, slots=True)
class RungReached(Event):
    """Notices to `contacts` are owed. `rung` counts from 1; `round` counts the repeats of the last rung.

    `next_at` is when the ladder goes on if nobody answers; None for a reminder, which is told once.
    """

    TYPE: ClassVar[str] = "alert.rung_reached"
    alert: str
    rung: int
    round: int
    role: Role
    contacts: tuple[str, ...]
    due: Instant
    reached_at: Instant
    next_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class AlertAcknowledged(Event):
    """`waiting_for`: contacts who were told and must acknowledge too (multi-acknowledgement)."""

    TYPE: ClassVar[str] = "alert.acknowledged"
    alert: str
    by: str
    role: Role
    acknowledged_at: Instant
    until: Instant
    waiting_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AcknowledgementExpired(Event):
    TYPE: ClassVar[str] = "alert.acknowledgement_expired"
    alert: str
    expired_at: Instant
    next_at: Instant


@dataclass(frozen=True, slots=True)
class AlertSnoozed(Event):
    TYPE: ClassVar[str] = "alert.snoozed"
    alert: str
    by: str
    until: Instant
    reason: str


@dataclass(frozen=True, slots=True)
class SnoozeEnded(Event):
    TYPE: ClassVar[str] = "alert.snooze_ended"
    alert: str
    ended_at: Instant
    next_at: Instant


@dataclass(frozen=True, slots=True)
class AlertResolved(Event):
    """`why`: recorded, excused, missed, replanned, not_applicable, ended, overdue, stale; of a gate:
    renewed or reached.
    """

    TYPE: ClassVar[str] = "alert.resolved"
    alert: str
    why: str
    resolved_at: Instant


# --- the study's story -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProtocolPublished(Event):
    TYPE: ClassVar[str] = "study.protocol_published"
    study: str
    protocol_id: str
    protocol_version: str
    protocol_hash: str


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


_ALL: tuple[type[Event], ...] = tuple(Event.__subclasses__())
EVENT_TYPES: Mapping[str, type[Event]] = {each.TYPE: each for each in _ALL}
_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {each.TYPE: TypeAdapter(each) for each in _ALL}

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""(type, stored version) -> body of the next version. Applied one after another when read."""


class UnknownEvent(Exception):
    """A stored event whose type or version this code does not know: it refuses rather than skips."""


def encode_event(event: Event) -> tuple[str, int, dict[str, Any]]:
    """(type, version, JSON body) of an event."""
    body: dict[str, Any] = _ADAPTERS[event.TYPE].dump_python(event, mode="json", exclude_none=True)
    return event.TYPE, event.VERSION, body


def decode_event(type_: str, version: int, body: dict[str, Any]) -> Event:
    """The event of a stored body, upcast to today's version.

    Raises:
        UnknownEvent: no such type, or a version newer than this code.
    """
    known = EVENT_TYPES.get(type_)
    if known is None or version > known.VERSION:
        raise UnknownEvent(f"event {type_!r} version {version} is not known to this release; run a newer one")
    for step in range(version, known.VERSION):
        body = UPCASTERS[type_, step](body)
    decoded: Event = _ADAPTERS[type_].validate_python(body)
    return decoded
