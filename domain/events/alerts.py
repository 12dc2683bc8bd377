"""What happens to an alert on its ladder.

The rule that keeps it honest: the ladder in force is frozen into the alert when it is raised, and every step
says when it happened and when the next one comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.events.event import Event
from domain.roles import Role
from domain.stated import Instant


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
    renewed or reached; of the product: cleared, assessed, expired, failed, moved_on or decided.
    """

    TYPE: ClassVar[str] = "alert.resolved"
    alert: str
    why: str
    resolved_at: Instant
