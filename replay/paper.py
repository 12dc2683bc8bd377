"""A record on paper: what the desk reads and writes, in memory, so that it can decide and nothing is saved.

The rule that keeps it honest: it answers what it holds and refuses the rest by name; there is no connection
in it through which anything could reach a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, NoReturn

from typing_extensions import override

from domain.chain import GENESIS
from domain.events import Event
from domain.notices import Notice
from domain.recorded import Recorded, Stamp
from domain.views import StudyViews
from store import ClockBehind, DocumentKind, DocumentRow, Head, StoredCommand, StreamMoved, Writing


class NotOnPaper(Exception):
    """Something was asked that a record on paper does not keep."""


@dataclass(frozen=True, slots=True)
class Documents:
    """Published documents: their rows, and their bodies by (kind, hash)."""

    rows: tuple[DocumentRow, ...] = ()
    bodies: Mapping[tuple[str, str], dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class _Stream:
    """Events with a mark for each; a mark stands for everything up to its event, as a hash does."""

    events: list[Recorded] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


class Paper(Writing):
    """Streams, commands and owed notices in memory. `taken` is what was added since `begin`."""

    shows = False

    def __init__(self, documents: Documents) -> None:  # no connection: the base is never set up
        self._documents = documents
        self._streams: dict[str, _Stream] = {}
        self._commands: dict[tuple[str, str], StoredCommand] = {}
        self._numbers = count(1)
        self.owed: list[tuple[datetime, str, Notice]] = []
        self.taken: list[Recorded] = []
        self.settled: list[StoredCommand] = []

    def begin(self) -> None:
        """Forget what was taken: the next decision begins."""
        self.taken, self.settled = [], []

    def undo(self) -> None:
        """Take back everything since `begin`."""
        for recorded in reversed(self.taken):
            stream = self._streams[recorded.stream]
            stream.events.pop()
            stream.marks.pop()
        for command in self.settled:
            del self._commands[command.stream, command.command_id]
        self.begin()

    def keep(self, recorded: Iterable[Recorded]) -> None:
        """Put events on paper as they were recorded, each at the end of its stream."""
        for each in recorded:
            self._add(each)

    def fork(self) -> Paper:
        """A copy that goes its own way."""
        copy = Paper(self._documents)
        copy._streams = {
            name: _Stream([*stream.events], [*stream.marks]) for name, stream in self._streams.items()
        }
        copy._commands = dict(self._commands)
        copy._numbers, copy.owed = self._numbers, [*self.owed]
        return copy

    @override
    def lock(self, *streams: str) -> None:
        """Nobody else writes on this paper."""

    @override
    def head(self, stream: str) -> Head:
        known = self._streams.get(stream)
        if known is None or not known.events:
            return Head(0, GENESIS, None)
        return Head(len(known.events), known.marks[-1], known.events[-1].stamp.recorded_at)

    @override
    def events(self, stream: str, after: int = 0) -> list[Recorded]:
        known = self._streams.get(stream)
        return known.events[after:] if known else []

    @override
    def streams(self, prefix: str = "") -> list[str]:
        return sorted(name for name, each in self._streams.items() if each.events and name.startswith(prefix))

    @override
    def command(self, stream: str, command_id: str) -> StoredCommand | None:
        return self._commands.get((stream, command_id))

    @override
    def commands(
        self, stream: str | None = None, *, refused_only: bool = False, limit: int = 1000
    ) -> list[StoredCommand]:
        wanted = [
            each
            for each in reversed(self._commands.values())
            if stream in (None, each.stream) and not (refused_only and each.accepted)
        ]
        return wanted[:limit]

    @override
    def document(self, kind: DocumentKind, hash: str) -> dict[str, Any] | None:
        return self._documents.bodies.get((kind, hash))

    @override
    def documents(self, kind: DocumentKind) -> list[DocumentRow]:
        return [each for each in self._documents.rows if each.kind == kind]

    @override
    def unsettled(self, study: str, participant: str) -> list[str]:
        """Nothing: on paper nobody is told anything."""
        return []

    @override
    def append(self, stream: str, expected: int, events: Sequence[Event], stamp: Stamp) -> Head:
        head = self.head(stream)
        if head.version != expected:
            raise StreamMoved(f"{stream} is at version {head.version} on paper, not {expected}")
        if head.recorded_at is not None and stamp.recorded_at < head.recorded_at:
            raise ClockBehind(f"{stream}: {stamp.recorded_at.isoformat()} is before {head.recorded_at}")
        for number, event in enumerate(events, start=expected + 1):
            recorded = Recorded(stream, number, event, stamp)
            self._add(recorded)
            self.taken.append(recorded)
        return self.head(stream)

    @override
    def settle_command(self, command: StoredCommand) -> None:
        self._commands[command.stream, command.command_id] = command
        self.settled.append(command)

    @override
    def show_study(self, views: StudyViews) -> None:
        """Nobody lists what is on paper."""

    @override
    def owe(self, study: str, participant: str, notices: Sequence[Notice], at: datetime) -> None:
        self.owed += [(at, participant, each) for each in notices]

    def __getattr__(self, name: str) -> NoReturn:
        # Reached only for what is set up nowhere: a base method asks for its connection or database.
        raise NotOnPaper(f"a record on paper keeps nothing that needs {name!r}")

    def _add(self, recorded: Recorded) -> None:
        stream = self._streams.setdefault(recorded.stream, _Stream())
        if recorded.seq != len(stream.events) + 1:
            raise StreamMoved(
                f"{recorded.stream} has no event {len(stream.events) + 1} before {recorded.seq}: "
                "the record is incomplete; run `dayzero verify`"
            )
        stream.events.append(recorded)
        stream.marks.append(f"paper/{next(self._numbers)}")
