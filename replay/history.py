"""The record as a history: every command with the events it led to, in the order they were decided.

The rule that keeps it honest: a command's events are those that carry its id, accepted or refused; an event
without a command (a published document) keeps its place between them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from domain.recorded import STUDY_SUBJECT, Recorded, study_stream
from replay.paper import Documents
from store import Reading, StoredCommand

MOST_COMMANDS = 2**31 - 1
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A command with everything that it put on the record, the study's stream included."""

    study: str
    subject: str
    command: StoredCommand
    events: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Unasked:
    """An event that no command asked for, such as a published version."""

    event: Recorded


Entry = Asked | Unasked


@dataclass(frozen=True, slots=True)
class History:
    """A whole record, or one study's, with the documents it names."""

    documents: Documents
    entries: tuple[Entry, ...]

    def of(self, study: str | None) -> History:
        """One study's part of it; None: all of it."""
        if study is None:
            return self
        return History(self.documents, tuple(each for each in self.entries if study_of(each) == study))

    def studies(self) -> list[str]:
        """The studies it speaks of."""
        return sorted({study_of(each) for each in self.entries})


class Foreign(ValueError):
    """What was given is not a record of ours, or not a whole one."""


def history_of(reading: Reading) -> History:
    """The record of a store, in one snapshot.

    Raises:
        domain.events.UnknownEvent: a stored event that this release does not know.
        Foreign: a stream of an unknown kind.
    """
    commands = list(reversed(reading.commands(limit=MOST_COMMANDS)))
    return told(_documents(reading), commands, _events(reading))


def told(documents: Documents, commands: Iterable[StoredCommand], events: Iterable[Recorded]) -> History:
    """A history from its parts: commands of each stream in their order, events by global position."""
    placed, unasked, times = _events_by_command(commands := list(commands), events)
    keyed: list[tuple[Place, int, Entry]] = [(_at(number), 0, Unasked(event)) for number, event in unasked]
    places = _places(commands, placed, list(accumulate(times, max)))
    for number, (command, place) in enumerate(zip(commands, places, strict=True), start=1):
        own = placed[command.stream, command.command_id]
        study, subject = whose(command.stream)
        keyed.append((place, number, Asked(study, subject, command, tuple(event for _, event in own))))
    return History(documents, tuple(entry for *_, entry in sorted(keyed, key=lambda each: each[:2])))


def whose(stream: str) -> tuple[str, str]:
    """(study, subject) of a stream.

    Raises:
        Foreign: a stream of an unknown kind.
    """
    match stream.split("/"):
        case ["participant", study, participant]:
            return study, participant
        case ["study", study]:
            return study, STUDY_SUBJECT
        case _:
            raise Foreign(f"{stream!r} is no stream of a participant or a study")


def study_of(entry: Entry) -> str:
    """The study an entry belongs to."""
    return entry.study if isinstance(entry, Asked) else whose(entry.event.stream)[0]


def _documents(reading: Reading) -> Documents:
    rows = [*reading.documents("protocol"), *reading.documents("site")]
    bodies: dict[tuple[str, str], dict[str, Any]] = {
        (row.kind, row.hash): reading.document(row.kind, row.hash) or {} for row in rows
    }
    return Documents(tuple(rows), bodies)


def _events(reading: Reading) -> Iterator[Recorded]:
    after = 0
    while page := reading.since(after, _BATCH):
        yield from (recorded for _, recorded in page)
        after = page[-1][0]


Placed = list[tuple[int, Recorded]]


def _events_by_command(
    commands: list[StoredCommand], events: Iterable[Recorded]
) -> tuple[dict[tuple[str, str], Placed], Placed, list[datetime]]:
    """Events by (stream, id) of their command, events without one, and when each was recorded."""
    known = {(command.stream, command.command_id) for command in commands}
    placed: dict[tuple[str, str], Placed] = {key: [] for key in known}
    unasked: Placed = []
    times: list[datetime] = []
    for position, recorded in enumerate(events, start=1):
        times.append(recorded.stamp.recorded_at)
        key = _asked_by(recorded, known)
        (placed[key] if key else unasked).append((position, recorded))
    return placed, unasked, times


Place = tuple[int, bool]
"""Where something stands: at the event of a number, or (True) after it and before the next."""


def _at(number: int) -> Place:
    return number, False


def _after(number: int) -> Place:
    return number, True


def _places(
    commands: list[StoredCommand], placed: dict[tuple[str, str], Placed], newest: list[datetime]
) -> list[Place]:
    """Where each command stands among the events: at its own first one, or, if it recorded nothing, after
    what was recorded by then, and in any case in its place among those of its stream."""
    places: list[Place] = []
    next_own: dict[str, Place] = {}
    for command in reversed(commands):
        own = placed[command.stream, command.command_id]
        by_then = _after(bisect_right(newest, command.asked_at))
        place = _at(own[0][0]) if own else min(by_then, next_own.get(command.stream, by_then))
        next_own[command.stream] = _after(own[0][0] - 1) if own else place
        places.append(place)
    places.reverse()
    last_own: dict[str, Place] = {}
    for index, command in enumerate(commands):
        # Another stream's clock may have been ahead of this one's.
        own = placed[command.stream, command.command_id]
        places[index] = max(places[index], last_own.get(command.stream, _after(0)))
        last_own[command.stream] = _after(own[-1][0]) if own else places[index]
    return places


def _asked_by(recorded: Recorded, known: set[tuple[str, str]]) -> tuple[str, str] | None:
    own = (recorded.stream, recorded.stamp.command_id)
    if own in known:
        return own
    study, subject = whose(recorded.stream)
    participant, _, command_id = recorded.stamp.command_id.partition("/")
    if subject == STUDY_SUBJECT and recorded.stream == study_stream(study):
        # What a participant's command meant for the study carries the participant's code before the id.
        theirs = (f"participant/{study}/{participant}", command_id)
        return theirs if theirs in known else None
    return None
