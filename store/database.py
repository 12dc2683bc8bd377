"""What differs between the two databases.

The rule that keeps it honest: they differ here and in the migrations only; one contract suite runs on both.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, Engine

from store.errors import StoreError


class Database(Protocol):
    """One of the two databases the store runs on."""

    @property
    def name(self) -> str:
        """`sqlite` or `postgresql`."""
        ...

    @property
    def engine(self) -> Engine:
        """Where connections come from."""
        ...

    def turn(self) -> AbstractContextManager[None]:
        """Wait for this process's turn to write."""
        ...

    def prepare(self, connection: Connection, *, writes: bool) -> None:
        """Choose the kind of transaction before it begins."""
        ...

    def hold_order(self, connection: Connection) -> None:
        """Until the transaction ends, let nobody else take the next position."""
        ...

    def hold_schema(self, connection: Connection) -> None:
        """Until the transaction ends, let nobody else migrate."""
        ...

    def problems(self, connection: Connection) -> list[str]:
        """Settings under which an acknowledged commit could be lost or changed, in words."""
        ...

    def guards(self, connection: Connection) -> set[str]:
        """Names of the triggers in force."""
        ...

    def explain(self, error: BaseException) -> StoreError | None:
        """The store's own error for the driver's, or None if it is not a trouble of the database."""
        ...
