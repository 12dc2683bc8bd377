"""One consistent look at the store.

The rule that keeps it honest: nothing here writes, and everything read in one `Reading` is of one moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.recorded import Recorded
from domain.views import AlertRow, DeviationRow, ItemRow, ParticipantRow
from store.rows import (
    AttemptRow,
    DocumentKind,
    DocumentRow,
    DueRow,
    Head,
    NoticeRow,
    NoticeStatus,
    StoredCommand,
)


class Reading:
    """What can be read. All times are UTC."""

    def head(self, stream: str) -> Head:
        """The end of a stream; version 0 when nothing was recorded in it."""
        raise NotImplementedError

    def events(self, stream: str, after: int = 0) -> list[Recorded]:
        """Events of a stream with seq greater than `after`, decoded and upcast."""
        raise NotImplementedError

    def since(self, position: int, limit: int) -> list[tuple[int, Recorded]]:
        """Events after a global position, in order; a reader that follows it misses none."""
        raise NotImplementedError

    def streams(self, prefix: str = "") -> list[str]:
        """Names of the streams that hold events."""
        raise NotImplementedError

    def command(self, stream: str, command_id: str) -> StoredCommand | None:
        """A command by its id, with its outcome."""
        raise NotImplementedError

    def commands(
        self, stream: str | None = None, *, refused_only: bool = False, limit: int = 1000
    ) -> list[StoredCommand]:
        """Commands, newest first."""
        raise NotImplementedError

    def document(self, kind: DocumentKind, hash: str) -> dict[str, Any] | None:  # noqa: A002
        """A published body by its content hash."""
        raise NotImplementedError

    def documents(self, kind: DocumentKind) -> list[DocumentRow]:
        """Published versions, oldest first."""
        raise NotImplementedError

    def studies(self) -> list[str]:
        """Studies that have a stream."""
        raise NotImplementedError

    def participants(self, study: str | None = None) -> list[ParticipantRow]:
        """Participants by code."""
        raise NotImplementedError

    def participant(self, study: str, participant: str) -> ParticipantRow | None:
        """One participant."""
        raise NotImplementedError

    def items(self, study: str, participant: str | None = None) -> list[ItemRow]:
        """Schedule items by participant and position."""
        raise NotImplementedError

    def alerts(
        self, study: str | None = None, participant: str | None = None, *, open_only: bool = False
    ) -> list[AlertRow]:
        """Alerts by due time; `open_only`: not resolved."""
        raise NotImplementedError

    def alert(self, study: str, alert: str) -> AlertRow | None:
        """One alert."""
        raise NotImplementedError

    def deviations(self, study: str | None = None, participant: str | None = None) -> list[DeviationRow]:
        """Deviations by participant and id."""
        raise NotImplementedError

    def due(self, before: datetime, limit: int) -> list[DueRow]:
        """Participants whose next deadline is at or before `before`, earliest first."""
        raise NotImplementedError

    def next_due(self) -> datetime | None:
        """The earliest deadline of all participants."""
        raise NotImplementedError

    def notices(
        self,
        study: str | None = None,
        participant: str | None = None,
        status: NoticeStatus | Sequence[NoticeStatus] | None = None,
    ) -> list[NoticeRow]:
        """Notices in the order they were owed."""
        raise NotImplementedError

    def notice(self, study: str, notice: str) -> NoticeRow | None:
        """One notice."""
        raise NotImplementedError

    def attempts(self, study: str, notice: str) -> list[AttemptRow]:
        """Tries to deliver a notice, first to last."""
        raise NotImplementedError

    def note(self, key: str) -> str | None:
        """An operational fact by its key."""
        raise NotImplementedError
