"""The audit trail: what was recorded and what was refused, newest first, and each event with its link."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import orjson

from console.reading import StudyLook
from console.sights import CommandSight
from console.trail_sights import TrailSight, command_sight, trail_sights, zones_by_subject
from console.web.trail_query import Asked, Unreadable, narrowed
from console.words import EVENTS
from domain.permissions import PERMISSIONS
from domain.recorded import STUDY_SUBJECT
from domain.refusal import Code, Refused
from store import TrailCommand, Wanted

PAGE = 50
_INDENTED = orjson.OPT_INDENT_2


@dataclass(frozen=True, slots=True)
class Asking:
    """One command with its number, the zone of whom it was about, and its body as it is read."""

    number: int
    zone: str
    sight: CommandSight
    body: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event; `body`: what was recorded, as it is read."""

    sight: TrailSight
    body: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the trail. `older`: from where the next one goes on, or None; `newer`: whether there is.

    `unreadable`: a field that is no day; nothing is shown then. `position`: of the newest event of all.
    """

    asked: Asked
    commands: bool
    people: tuple[str, ...]
    kinds: tuple[str, ...]
    entries: tuple[Entry, ...]
    askings: tuple[Asking, ...]
    older: int | None
    newer: bool
    unreadable: str | None
    position: int


def audit_page(look: StudyLook, asked: Asked, *, commands: bool, below: int | None) -> AuditPage:
    """One page of what was recorded, or of the commands that were refused."""
    page = AuditPage(
        asked=asked,
        commands=commands,
        people=tuple(row.participant for row in look.reading.participants(look.study)),
        kinds=tuple(sorted(PERMISSIONS if commands else EVENTS)),
        entries=(),
        askings=(),
        older=None,
        newer=below is not None,
        unreadable=None,
        position=newest(look),
    )
    try:
        wanted = narrowed(look, asked, refused=True if commands else None)
    except Unreadable as unreadable:
        return replace(page, unreadable=str(unreadable))
    if commands:
        found = look.reading.asked(wanted, PAGE + 1, below=below)
        older = found[PAGE - 1].number if len(found) > PAGE else None
        return replace(page, askings=tuple(_askings(look, found[:PAGE])), older=older)
    events = look.reading.trail(wanted, PAGE + 1, below=below)
    older = events[PAGE - 1].position if len(events) > PAGE else None
    shown = trail_sights(look, events[:PAGE])
    return replace(page, entries=tuple(map(_entry, shown)), older=older)


def one_event(look: StudyLook, subject: str, seq: int) -> tuple[Entry, bool]:
    """One event of a stream, and whether another follows it there.

    Raises:
        Refused: there is none.
    """
    wanted = Wanted(look.study, subject=subject, seqs=(seq, seq + 1))
    found = look.reading.trail(wanted, 2, above=0)
    if not found or found[0].recorded.seq != seq:
        raise Refused(Code.UNKNOWN_ITEM, f"there is no event {seq} of {subject}")
    [entry] = map(_entry, trail_sights(look, found[:1]))
    return entry, len(found) > 1


def newest(look: StudyLook) -> int:
    """The position of the newest event of the study that the look knows; 0 when there is none."""
    found = look.reading.trail(Wanted(look.study), 1)
    return found[0].position if found else 0


def _entry(sight: TrailSight) -> Entry:
    return Entry(sight, orjson.dumps(orjson.loads(sight.body), option=_INDENTED).decode())


def _askings(look: StudyLook, found: Sequence[TrailCommand]) -> Iterator[Asking]:
    zones = zones_by_subject(look)
    for each in found:
        sight = command_sight(each.asked, look.study)
        zone = zones.get(sight.participant, zones[STUDY_SUBJECT])
        body = orjson.dumps(sight.body, option=_INDENTED | orjson.OPT_NON_STR_KEYS).decode()
        yield Asking(each.number, zone, sight, body)
