"""Proves that the record is what was recorded, and that what is shown follows from it.

The rule that keeps it honest: nothing is taken on trust that can be worked out again, and a broken part does
not keep the rest from being looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pydantic import ValidationError
from sqlalchemy import Connection, func, select

from domain.events import UnknownEvent
from domain.recorded import PUBLISHING, STUDY_SUBJECT, Recorded
from store import administration, raw
from store.checkpoint import Checkpoint, against
from store.reading import Reading
from store.report import ALL_STREAMS, Problem, Report
from store.schema import commands, events
from store.store import Store
from store.verify_chains import Stored, chain_problems, stored_stream
from store.verify_documents import Published, PublishedOf, body_problems, publishing_problems
from store.verify_notices import Owed, OwedOf, Subject, owed_problems, settled_problems
from store.verify_shown import (
    SignaturesOf,
    StudyViewsOf,
    ViewsOf,
    participant_problems,
    signature_problems,
    strays,
    study_problems,
)


@dataclass(frozen=True, slots=True)
class Folds:
    """What the domain says of a stream. What is None is not looked at."""

    views: ViewsOf
    signatures: SignaturesOf | None = None
    study_views: StudyViewsOf | None = None
    published: PublishedOf | None = None
    owed: OwedOf | None = None


def verify(store: Store, views_of: ViewsOf, kept: Iterable[Checkpoint] = ()) -> Report:
    """Check every chain, end, command, document and read model in one snapshot.

    `kept`: checkpoints from outside the store; only they show a cut or a rewrite of the newest records.
    """
    with store.reading() as reading:
        return verify_snapshot(reading, views_of, kept)


def verify_snapshot(
    reading: Reading,
    views_of: ViewsOf,
    kept: Iterable[Checkpoint] = (),
    signatures_of: SignaturesOf | None = None,
    study_views_of: StudyViewsOf | None = None,
) -> Report:
    """As `verify`, in a snapshot that is already open; `signatures_of` has what was signed checked too,
    and `study_views_of` what is shown of studies.
    """
    return verify_whole(reading, Folds(views_of, signatures_of, study_views_of), kept)


def verify_whole(reading: Reading, folds: Folds, kept: Iterable[Checkpoint] = ()) -> Report:
    """As `verify_snapshot`, with everything the domain can say."""
    return _Verification(reading, folds).run(kept)


@dataclass
class _Verification:
    reading: Reading
    folds: Folds
    problems: list[Problem] = field(default_factory=list)
    said: list[Published] = field(default_factory=list)
    owed: dict[Subject, list[Owed]] = field(default_factory=dict)
    broken: set[Subject] = field(default_factory=set)
    events: int = 0
    commands: int = 0
    participants: int = 0

    @property
    def connection(self) -> Connection:
        return self.reading.connection

    def run(self, kept: Iterable[Checkpoint]) -> Report:
        names = raw.stream_names(self.connection)
        documents = raw.all_documents(self.connection)
        published = {(row["kind"], row["hash"]) for row in documents}
        self.problems += body_problems(documents)
        rules_stand = not self.problems
        for name in names:
            self._stream(stored_stream(self.connection, name), published, rules_stand=rules_stand)
        self.problems += [*_gaps(self.connection), *_unasked(self.connection), *strays(self.reading, names)]
        if self.folds.published is not None and not self.broken:
            self.problems += publishing_problems(documents, self.said)
        if self.folds.owed is not None:
            self.problems += owed_problems(self.connection, self.owed, self.broken)
            self.problems += settled_problems(self.connection)
        self.problems += administration.problems(self.reading)
        for each in kept:
            self.problems += against(self.reading, each)
        return Report(
            streams=len(names),
            events=self.events,
            commands=self.commands,
            documents=len(documents),
            participants=self.participants,
            problems=tuple(self.problems),
        )

    def _stream(self, stream: Stored, published: set[tuple[str, str]], *, rules_stand: bool) -> None:
        self.events += len(stream.events)
        self.commands += len(stream.commands)
        found = list(chain_problems(stream, published))
        # Under rules that were changed behind the store's back the events would seem to say something else.
        if not found and rules_stand and stream.events:
            found = list(self._said_by(stream))
        elif stream.events:
            self.broken.add(_subject(stream.name))
        self.problems += found

    def _said_by(self, stream: Stored) -> Iterator[Problem]:
        try:
            known = [raw.decoded(row) for row in stream.events]
        except (UnknownEvent, ValidationError) as error:
            self.broken.add(_subject(stream.name))
            yield Problem(stream.name, None, f"holds an event that this release cannot read: {error}")
            return
        if stream.name.startswith("participant/"):
            self.participants += 1
            yield from signature_problems(stream.name, known, self.folds.signatures)
            yield from participant_problems(self.connection, stream.name, known, self.folds.views)
            self._hear(stream.name, known)
        elif stream.name.startswith("study/") and self.folds.study_views is not None:
            yield from signature_problems(stream.name, known, self.folds.signatures)
            yield from study_problems(self.connection, stream.name, known, self.folds.study_views)
            self._hear(stream.name, known)

    def _hear(self, stream: str, known: list[Recorded]) -> None:
        if self.folds.published is not None:
            self.said += self.folds.published(known)
        if self.folds.owed is not None:
            self.owed[_subject(stream)] = list(self.folds.owed(known))


def _subject(stream: str) -> Subject:
    study, _, participant = stream.partition("/")[2].partition("/")
    return study, participant or STUDY_SUBJECT


def _gaps(connection: Connection) -> Iterator[Problem]:
    count, last = connection.execute(select(func.count(), func.max(events.c.position))).one()
    if not count or count == last:
        return
    before = events.alias()
    after_gap = select(func.min(events.c.position)).where(
        events.c.position > 1,
        ~select(before.c.position).where(before.c.position == events.c.position - 1).exists(),
    )
    found = connection.execute(after_gap).scalar()
    what = f"{last - count} events are missing in the order of positions, the first before position {found}"
    yield Problem(ALL_STREAMS, None, what)


def _unasked(connection: Connection) -> Iterator[Problem]:
    """Events of studies that no command led to; what was published has none.

    A participant's command leads to events of the study under `{participant}/{command id}`.
    """
    study = func.substr(events.c.stream, len("study/") + 1)
    kept = select(commands.c.stream + "/" + commands.c.command_id)
    unasked = (
        select(events.c.stream, events.c.seq, events.c.command_id)
        .where(
            events.c.stream.startswith("study/"),
            ~events.c.command_id.startswith(PUBLISHING),
            (events.c.stream + "/" + events.c.command_id).not_in(kept),
            ("participant/" + study + "/" + events.c.command_id).not_in(kept),
        )
        .order_by(events.c.stream, events.c.seq)
    )
    for stream, seq, command_id in connection.execute(unasked):
        yield Problem(stream, seq, f"was recorded by command {command_id}, which is not kept")
