"""An event as the record keeps it: where it stands, when it was recorded, who asked, under which rules.

The rule that keeps it honest: the stamp is made outside the domain, and every event has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.events import Event
from domain.roles import Actor


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is recorded beside each event of one command (INV-14). `recorded_at` is UTC.

    `protocol` and `site` are content hashes of the rules decided under; `zone_table` is the tzdata version.
    """

    recorded_at: datetime
    command_id: str
    actor: Actor
    protocol: str | None
    site: str | None
    zone_table: str
    software: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event of a stream; `seq` counts from 1 without gaps."""

    stream: str
    seq: int
    event: Event
    stamp: Stamp


def participant_stream(study: str, participant: str) -> str:
    return f"participant/{study}/{participant}"


def study_stream(study: str) -> str:
    return f"study/{study}"


STUDY_SUBJECT = "study"
"""The subject of orders, alerts and notices that are the study's own: no participant code is lower case."""

PUBLISHING = "publish/"
"""How the id begins under which documents are published: no command of a stream is kept for it."""
