"""What can have happened to the study as a whole.

The rule that keeps it honest: these stand on the study's own stream and on no participant's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.events.event import Event


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
