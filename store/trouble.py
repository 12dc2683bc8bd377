"""Turns the driver's errors into the store's own.

The rule that keeps it honest: only troubles of the database are translated; a mistake in our own code keeps
its traceback.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.exc import StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from store.database import Database
from store.errors import StoreBusy, StoreError


@contextmanager
def explained(database: Database) -> Generator[None]:
    """Raise the store's errors instead of the driver's.

    Raises:
        StoreError: what happened to the database, in words.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreBusy("all connections of this process are in use; ask again later") from error
    except StatementError as error:
        explanation = _of_statement(database, error)
        if explanation is None:
            raise
        raise explanation from error
    except StoreError:
        raise
    except Exception as error:
        explanation = database.explain(error)
        if explanation is None:
            raise
        raise explanation from error


def _of_statement(database: Database, error: StatementError) -> StoreError | None:
    if isinstance(error.orig, StoreError):
        return error.orig
    return database.explain(error.orig) if error.orig else None
