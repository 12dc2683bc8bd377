"""Turns the driver's errors into the store's own.

The rule that keeps it honest: only troubles of the database are translated; a mistake in our own code keeps
its traceback.
"""

from __future__ import annotations

from sqlalchemy.exc import StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from store.database import Database
from store.errors import NotStorable, StoreBusy, StoreError


def explained(database: Database, error: BaseException) -> StoreError | None:
    """What happened to the database, in the store's words; None if it is not a trouble of the database."""
    match error:
        case StoreError():
            return error
        case PoolTimeoutError():
            return StoreBusy("all connections of this process are in use; ask again later")
        case StatementError():
            return explained(database, error.orig) if error.orig else None
        case UnicodeEncodeError():
            return NotStorable(f"no database takes this text: {error}")
        case _:
            return database.explain(error)
