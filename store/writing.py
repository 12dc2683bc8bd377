"""One transaction of the store.

The rule that keeps it honest: events, command, read models and owed notices of one decision become visible
together or not at all; nothing is durable before the transaction ends without an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.events import Event
from domain.notices import Notice
from domain.recorded import Stamp
from domain.views import ParticipantViews
from store.reading import Reading
from store.rows import DocumentKind, Head, StoredCommand


class Writing(Reading):
    """What can be written, in one transaction."""

    def lock(self, *streams: str) -> None:
        """Keep other writers off these streams until the transaction ends. Name all streams in one call."""
        raise NotImplementedError

    def append(self, stream: str, expected: int, events: Sequence[Event], stamp: Stamp) -> Head:
        """Add events at the end of a stream, each linked to the one before.

        Raises:
            StreamMoved: the stream's version is not `expected`.
            ClockBehind: `stamp.recorded_at` is before the newest record of the stream.
            CommandReused: an earlier transaction recorded events of this command id in the stream.
        """
        raise NotImplementedError

    def settle_command(self, command: StoredCommand) -> None:
        """Keep a command with its outcome, accepted or refused.

        Raises:
            CommandReused: the id was used in this stream with another body.
            StreamMoved: the same command was settled meanwhile; its outcome stands.
        """
        raise NotImplementedError

    def show(self, views: ParticipantViews) -> None:
        """Replace the participant's read models, touching only rows that changed."""
        raise NotImplementedError

    def owe(self, study: str, participant: str, notices: Sequence[Notice], at: datetime) -> None:
        """Owe notices; one already owed, whatever became of it, is left alone."""
        raise NotImplementedError

    def claim(self, study: str, notice: str, at: datetime, lease_seconds: float) -> bool:
        """Take a notice for sending. False: delivered already, or another's lease still runs."""
        raise NotImplementedError

    def delivered(self, study: str, notice: str, at: datetime, detail: str) -> None:
        """Record a delivery.

        Raises:
            UnknownNotice: no such notice is owed.
        """
        raise NotImplementedError

    def failed(self, study: str, notice: str, at: datetime, detail: str, *, final: bool) -> None:
        """Record a failed attempt; the notice stays owed unless `final`.

        Raises:
            UnknownNotice: no such notice is owed.
        """
        raise NotImplementedError

    def publish(
        self, kind: DocumentKind, id: str, version: str, hash: str, body: dict[str, Any], at: datetime  # noqa: A002
    ) -> None:
        """Keep a published document for ever; publishing the same body again changes nothing.

        Raises:
            DocumentChanged: another body was published under this id and version.
            NotStorable: `hash` is not the SHA-256 of the body's canonical bytes.
        """
        raise NotImplementedError

    def put_note(self, key: str, value: str) -> None:
        """Keep an operational fact (last digest sent, last sweep), replacing the one before."""
        raise NotImplementedError
