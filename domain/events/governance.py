"""How a participant's rules changed, and what was ruled on deviations from them.

The rule that keeps it honest: a change of rules names the version by hash and the plan it takes away; a
ruling is a signature and carries what was signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.events.event import Event
from domain.signed import Signed
from domain.stated import Instant, StatedField


@dataclass(frozen=True, slots=True)
class AmendmentApplied(Event):
    """From here on the participant is under another protocol version; `consented`: their consent to it.

    `unplanned`: items whose recorded window no longer stands and that have none under the new version yet.
    """

    TYPE: ClassVar[str] = "amendment.applied"
    protocol_id: str
    protocol_version: str
    protocol_hash: str
    was_hash: str
    consented: StatedField | None = None
    unplanned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeviationConfirmed(Event):
    """A person classed a deviation. `suggested`: what the protocol's rules said, if they said anything."""

    TYPE: ClassVar[str] = "deviation.confirmed"
    deviation: str
    classed: str
    signed: Signed
    suggested: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ApprovalRequested(Event):
    """Somebody asks beforehand to do a visit outside its window; the answer is needed by `needed_by`."""

    TYPE: ClassVar[str] = "approval.requested"
    approval: str
    item: str
    planned: StatedField
    reason: str
    by: str
    needed_by: Instant
    remind_at: Instant


@dataclass(frozen=True, slots=True)
class ApprovalGranted(Event):
    TYPE: ClassVar[str] = "approval.granted"
    approval: str
    signed: Signed


@dataclass(frozen=True, slots=True)
class ApprovalRefused(Event):
    TYPE: ClassVar[str] = "approval.refused"
    approval: str
    by: str
    reason: str
