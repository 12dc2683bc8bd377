"""The audit trail as data: every event with the link it is held by, every command with its answer.

The rule that keeps it honest: as in `console.sights`; an event is shown with the very content its hash was
made over, and in words made from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast
from zoneinfo import ZoneInfo

from typing_extensions import Doc

from console.reading import StudyLook
from console.sights import CommandSight
from console.telling import happened_in, told
from console.telling_study import study_told
from domain.evolve import ParticipantEvent
from domain.recorded import STUDY_SUBJECT, study_stream
from domain.study import StudyEvent
from store import StoredCommand, TrailEvent


@dataclass(frozen=True, slots=True)
class TrailSight:
    """One event of the record, as an auditor is shown it."""

    position: Annotated[int, Doc("its place in the order in which everything was recorded")]
    participant: Annotated[str, Doc("participant code; `study`: the study's own stream")]
    stream: Annotated[str, Doc("stream it stands in")]
    seq: Annotated[int, Doc("its number in that stream, from 1")]
    type: Annotated[str, Doc("event type")]
    version: Annotated[int, Doc("version of the type it is read as")]
    says: Annotated[str, Doc("what it says, in the chosen language")]
    happened: Annotated[str | None, Doc("when it happened, as stated; null where the event has no such time")]
    recorded_at: Annotated[datetime, Doc("when it was recorded")]
    zone: Annotated[str, Doc("IANA name of the site's zone")]
    by: Annotated[str, Doc("who asked")]
    role: Annotated[str, Doc("in which role")]
    method: Annotated[str, Doc("how they were known")]
    command_id: Annotated[str, Doc("id of the command that led to it")]
    protocol: Annotated[str | None, Doc("content hash of the protocol it was decided under")]
    site: Annotated[str | None, Doc("content hash of the site's configuration it was decided under")]
    zone_table: Annotated[str, Doc("version of the table of time zones")]
    software: Annotated[str, Doc("version of the software that recorded it")]
    body: Annotated[str, Doc("what was recorded, as canonical JSON")]
    previous: Annotated[str, Doc("hash of the event before it in its stream")]
    hash: Annotated[str, Doc("its own: SHA-256 over `previous`, a line feed and the content")]
    holds: Annotated[bool, Doc("true: the content is the one that was hashed")]


def trail_sights(look: StudyLook, found: Iterable[TrailEvent]) -> Iterator[TrailSight]:
    """Events as they are shown, in the order they come."""
    zones = zones_by_subject(look)
    return (trail_sight(look, each, zones) for each in found)


def trail_sight(look: StudyLook, each: TrailEvent, zones: Mapping[str, str]) -> TrailSight:
    """One event as it is shown; `zones` are those of `zones_by_subject`."""
    recorded, stamp = each.recorded, each.recorded.stamp
    subject = subject_of(recorded.stream)
    zone = zones.get(subject, zones[STUDY_SUBJECT])
    return TrailSight(
        position=each.position,
        participant=subject,
        stream=recorded.stream,
        seq=recorded.seq,
        type=recorded.event.TYPE,
        version=recorded.event.VERSION,
        says=_says(look, each, subject, ZoneInfo(zone)),
        happened=happened_in(cast(ParticipantEvent, recorded.event)),
        recorded_at=stamp.recorded_at,
        zone=zone,
        by=stamp.actor.id,
        role=stamp.actor.role.value,
        method=stamp.actor.method,
        command_id=stamp.command_id,
        protocol=stamp.protocol,
        site=stamp.site,
        zone_table=stamp.zone_table,
        software=stamp.software,
        body=each.body,
        previous=each.previous,
        hash=each.hash,
        holds=each.holds,
    )


def command_sight(asked: StoredCommand, study: str) -> CommandSight:
    """One command as it is shown."""
    return CommandSight(
        study=study,
        participant=subject_of(asked.stream),
        command_id=asked.command_id,
        kind=asked.kind,
        by=str(asked.actor.get("id", "")),
        role=str(asked.actor.get("role", "")),
        asked_at=asked.asked_at,
        accepted=asked.accepted,
        code=asked.code,
        text=asked.text,
        version=asked.version,
        events=asked.events,
        body=asked.body,
    )


def subject_of(stream: str) -> str:
    """Whose stream it is: a participant's code, or `STUDY_SUBJECT`."""
    return STUDY_SUBJECT if stream.startswith(study_stream("")) else stream.rpartition("/")[2]


def zones_by_subject(look: StudyLook) -> dict[str, str]:
    """The IANA name of everybody's zone, by code; the study goes by its first participant's, or UTC."""
    zones = {row.participant: look.site(row.site).zone_name for row in look.reading.participants(look.study)}
    return {STUDY_SUBJECT: next(iter(zones.values()), "UTC"), **zones}


def _says(look: StudyLook, each: TrailEvent, subject: str, zone: ZoneInfo) -> str:
    say = look.speech(zone, look.study_rules().protocol)
    if subject == STUDY_SUBJECT:
        return study_told(cast(StudyEvent, each.recorded.event), say)
    return told(cast(ParticipantEvent, each.recorded.event), say)
