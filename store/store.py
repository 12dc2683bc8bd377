"""The store as the rest of the product sees it: open, migrate, check, write, read.

The rule that keeps it honest: the address is always given, never assumed, and a write is durable when
`writing` has ended.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from store.reading import Reading
from store.rows import SchemaState
from store.writing import Writing


class Store:
    """A store on SQLite or PostgreSQL. Safe to share between threads; not across a fork."""

    url: str
    dialect: str

    def migrate(self) -> None:
        """Bring the schema to this release's revision; safe when two do it at once."""
        raise NotImplementedError

    def schema(self) -> SchemaState:
        """Where the schema stands."""
        raise NotImplementedError

    def check(self) -> list[str]:
        """What would make an acknowledged command less than durable, in words; empty when sound."""
        raise NotImplementedError

    def writing(self) -> AbstractContextManager[Writing]:
        """One transaction: committed at exit, rolled back on any exception."""
        raise NotImplementedError

    def reading(self) -> AbstractContextManager[Reading]:
        """One consistent snapshot."""
        raise NotImplementedError

    def close(self) -> None:
        """Close all connections."""
        raise NotImplementedError


def open_store(url: str, *, patience_seconds: float = 30.0) -> Store:
    """Open the store at a database URL; creates no table (`migrate` does).

    `sqlite:///relative/path.db`, `sqlite:////absolute/path.db` or `postgresql://user:password@host:port/name`.
    `patience_seconds`: how long a write waits for a lock before `StoreBusy`.

    Raises:
        ValueError: not such a URL.
    """
    raise NotImplementedError
