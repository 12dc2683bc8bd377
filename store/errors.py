"""What the store says when it cannot do as asked.

The rule that keeps it honest: nothing was written when one of these is raised, except where the text of
`StoreDown` says that the outcome is unknown; `retryable` tells whether asking again with the same command id
can succeed.
"""

from __future__ import annotations

from typing import ClassVar


class StoreError(Exception):
    """Base of everything the store raises on purpose."""

    retryable: ClassVar[bool] = False


class StreamMoved(StoreError):
    """Somebody else wrote to the stream first: load again and decide again."""

    retryable = True


class StoreBusy(StoreError):
    """A lock was not given in time. Ask again later with the same command id."""

    retryable = True


class StoreDown(StoreError):
    """The database is not there or went away; asking again with the same command id tells the outcome."""

    retryable = True


class CommandReused(StoreError):
    """The command id was used before for something else."""


class DocumentChanged(StoreError):
    """A published version is never changed: publish the other body under another version."""


class ClockBehind(StoreError):
    """The recording clock is behind the newest record of the stream."""


class UnknownNotice(StoreError):
    """No such notice is owed."""


class NotStorable(StoreError):
    """A value that cannot be kept: a time without a zone, a NUL character, a wrong hash."""


class HalfWritten(StoreError):
    """A write failed and the caller went on in the same transaction, which is rolled back."""


class SchemaMismatch(StoreError):
    """The database is not at the revision this release works with."""


def duplicate(said: str) -> StoreError:
    """What a violated uniqueness means; `said` is the database's own message, which names the columns."""
    if "events" in said and "command_id" in said:
        return CommandReused("events of this command were recorded before: a command is decided once")
    return StreamMoved(f"somebody else wrote the same record first ({said})")
