"""One transaction of the store.

The rule that keeps it honest: events, command, read models and owed notices of one decision become visible
together or not at all; nothing is durable before the transaction ends without an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from typing_extensions import override

from domain.events import Event
from domain.notices import Notice
from domain.recorded import Stamp
from domain.views import ParticipantViews, StudyViews
from store import appending, publishing, sending, showing, showing_study
from store.database import Database
from store.errors import CommandReused, HalfWritten, StoreError, StreamMoved
from store.reading import Reading
from store.rows import DocumentKind, DocumentRow, Head, NoticeStatus, StoredCommand
from store.showing import Remembered
from store.tails import Tail, keep_tails, lock_tails
from store.trouble import explained

_P = ParamSpec("_P")
_T = TypeVar("_T")


def _whole(
    write: Callable[Concatenate[Writing, _P], _T],
) -> Callable[Concatenate[Writing, _P], _T]:
    """A write that failed in the database is told in the store's words, and cannot be committed any more."""

    @wraps(write)
    def explained_write(self: Writing, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return write(self, *args, **kwargs)
        except StoreError:
            raise  # refused before anything was written
        except Exception as error:
            self.fail()
            explanation = explained(self.database, error)
            if explanation is None:
                raise
            raise explanation from error

    return explained_write


class Writing(Reading):
    """Everything that can be read, as this transaction sees it, and everything that can be written."""

    shows: ClassVar[bool] = True
    """Whether read models are kept. A record that nobody lists has no use for them, and they cost most."""

    def __init__(self, connection: Connection, database: Database, remembered: Remembered) -> None:
        super().__init__(connection)
        self.database = database
        self._remembered = remembered
        self._tails: dict[str, Tail] = {}
        self._position: int | None = None
        self._ordered = False
        self._ordinals: Counter[tuple[str, str]] = Counter()
        self._unsettled: set[tuple[str, str]] = set()
        self._failed = False

    @_whole
    def lock(self, *streams: str) -> None:
        """Keep other writers off these streams until the transaction ends.

        Name all streams in one call, before anything is written: two transactions that lock one by one can
        wait for each other, and then one gets `StoreBusy`.
        """
        missing = set(streams) - self._tails.keys()
        if missing:
            self._tails |= {tail.stream: tail for tail in lock_tails(self.connection, missing)}

    @override
    def head(self, stream: str) -> Head:
        tail = self._tails.get(stream)
        return tail.head if tail else super().head(stream)

    @override
    def command(self, stream: str, command_id: str) -> StoredCommand | None:
        found = super().command(stream, command_id)
        if found is None and stream in self._tails:
            self._unsettled.add((stream, command_id))
        return found

    @_whole
    def append(self, stream: str, expected: int, events: Sequence[Event], stamp: Stamp) -> Head:
        """Add events at the end of a stream, each linked to the one before, and return the new end.

        Raises:
            StreamMoved: the stream's version is not `expected`.
            ClockBehind: `stamp.recorded_at` is before the newest record of the stream.
            CommandReused: an earlier transaction recorded events of this command id in the stream.
            NotStorable: a name in the stamp cannot be kept, or a time has no zone.
            NotCanonical: an event's body has no canonical form.
        """
        tail = self._tail(stream)
        appending.refuse_append(tail, expected, stamp)
        if events:
            position = self._next_position()
            ordinal = self._ordinals[stream, stamp.command_id]
            appending.add_events(self.connection, tail, position, ordinal, events, stamp)
            self._position = position + len(events) - 1
            self._ordinals[stream, stamp.command_id] += len(events)
        return tail.head

    @_whole
    def settle_command(self, command: StoredCommand) -> None:
        """Keep a command with its outcome, accepted or refused.

        Raises:
            CommandReused: the id was used in this stream with another body.
            StreamMoved: the same command was settled already; load again and give its outcome.
        """
        tail = self._tail(command.stream)
        asked = (command.stream, command.command_id)
        if asked not in self._unsettled:
            self._refuse_settled(command)
        # Numbers become visible in their order, so that a checkpoint can say up to which one it reaches.
        self._hold_order()
        appending.add_command(self.connection, tail, command)
        self._unsettled.discard(asked)

    @_whole
    def show(self, views: ParticipantViews) -> None:
        """Replace the participant's read models, touching only rows that changed."""
        showing.show(self.connection, self._remembered, views)

    @_whole
    def forget(self, study: str, participant: str) -> None:
        """Remove a participant's read models, so that `show` writes all of them anew."""
        showing.forget_participant(self.connection, study, participant)

    @_whole
    def show_study(self, views: StudyViews) -> None:
        """Replace the study's own read models, touching only rows that changed."""
        showing_study.show_study(self.connection, views)

    @_whole
    def forget_study(self, study: str) -> None:
        """Remove the study's own read models, so that `show_study` writes all of them anew."""
        showing_study.forget_study(self.connection, study)

    @_whole
    def owe(self, study: str, participant: str, notices: Sequence[Notice], at: datetime) -> None:
        """Owe notices; one already owed, whatever became of it, is left alone."""
        sending.owe(self.connection, study, participant, notices, at)

    @_whole
    def claim(self, study: str, notice: str, at: datetime, lease_seconds: float) -> bool:
        """Take a notice for sending until the lease ends.

        False: it was delivered, another's lease still runs, or there is no such notice. One that failed for
        good can be claimed again when somebody asks for it.
        """
        return sending.claim(self.connection, study, notice, at, lease_seconds)

    @_whole
    def delivered(self, study: str, notice: str, at: datetime, detail: str) -> None:
        """Record a delivery.

        Raises:
            UnknownNotice: no such notice is owed.
        """
        sending.settle(self.connection, study, notice, at, "delivered", detail, NoticeStatus.DELIVERED)

    @_whole
    def failed(self, study: str, notice: str, at: datetime, detail: str, *, final: bool) -> None:
        """Record a failed attempt; the notice stays owed unless `final`.

        Raises:
            UnknownNotice: no such notice is owed.
        """
        status = NoticeStatus.FAILED if final else NoticeStatus.OWED
        sending.settle(self.connection, study, notice, at, "failed", detail, status)

    @_whole
    def publish(
        self,
        kind: DocumentKind,
        id: str,  # noqa: A002
        version: str,
        hash: str,  # noqa: A002
        body: dict[str, Any],
        at: datetime,
    ) -> None:
        """Keep a published document for ever; publishing the same body again changes nothing.

        Raises:
            DocumentChanged: another body was published under this id and version.
            NotStorable: `hash` is not the SHA-256 of the body's canonical bytes, or it has none.
        """
        publishing.publish(self.connection, DocumentRow(kind, id, version, hash, at), body)

    @_whole
    def put_note(self, key: str, value: str) -> None:
        """Keep an operational fact (last digest sent, last sweep), replacing the one before."""
        publishing.put_note(self.connection, key, value)

    def fail(self) -> None:
        """Let nothing of this transaction be committed."""
        self._failed = True

    @_whole
    def finish(self) -> None:
        """Write the ends of the streams; the store calls this before it commits.

        Raises:
            HalfWritten: a write failed and the caller went on.
        """
        if self._failed:
            raise HalfWritten("a write of this transaction failed before, so nothing of it is kept")
        keep_tails(self.connection, self._tails.values())

    def _tail(self, stream: str) -> Tail:
        self.lock(stream)
        return self._tails[stream]

    def _next_position(self) -> int:
        if self._position is None:
            self._hold_order()
            self._position = self.position()
        return self._position + 1

    def _hold_order(self) -> None:
        if not self._ordered:
            self.database.hold_order(self.connection)
            self._ordered = True

    def _refuse_settled(self, command: StoredCommand) -> None:
        known = super().command(command.stream, command.command_id)
        if known is None:
            return
        if known.body_hash != command.body_hash:
            raise CommandReused(
                f"the command id {command.command_id!r} was used in {command.stream} for another "
                f"{known.kind} command; use a new id"
            )
        raise StreamMoved(
            f"command {command.command_id!r} was settled in {command.stream} meanwhile; load again"
        )
