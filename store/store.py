"""The store as the rest of the product sees it: open, migrate, check, write, read.

The rule that keeps it honest: the address is always given, never assumed, and a write is durable when
`writing` has ended.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, nullcontext

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError

from store.database import Database
from store.errors import StoreDown
from store.migrating import append_only_guards, migrate, schema_state
from store.postgres import open_postgres
from store.reading import Reading
from store.rows import SchemaState
from store.showing import Remembered
from store.sqlite import open_sqlite
from store.trouble import explained
from store.writing import Writing


class Store:
    """A store on SQLite or PostgreSQL. Safe to share between threads; not across a fork."""

    def __init__(self, url: URL, database: Database) -> None:
        self._url = url
        self._database = database
        self._remembered = Remembered()

    @property
    def url(self) -> str:
        """The address as given, with its password hidden."""
        return self._url.render_as_string(hide_password=True)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._database.name

    def migrate(self) -> None:
        """Bring the schema to this release's revision; safe when two do it at once.

        Raises:
            SchemaMismatch: the database is at a revision this release does not know.
        """
        with self._transaction(writes=True) as connection:
            self._database.hold_schema(connection)
            migrate(connection)

    def schema(self) -> SchemaState:
        """Where the schema stands."""
        with self._transaction(writes=False) as connection:
            return schema_state(connection)

    def check(self) -> list[str]:
        """What would make an acknowledged command less than durable or final, in words; empty when sound."""
        with self._transaction(writes=False) as connection:
            missing = append_only_guards(self.dialect) - self._database.guards(connection)
            return [
                *self._database.problems(connection),
                *(f"the trigger {name} is missing: records could be changed" for name in sorted(missing)),
            ]

    @contextmanager
    def writing(self) -> Generator[Writing]:
        """One transaction: committed at exit, rolled back on any exception.

        Raises:
            StoreBusy: a lock was not given in time.
            StoreDown: the database is not there, or went away; then the outcome may be unknown.
            StreamMoved: somebody else wrote the same record first.
        """
        with self._transaction(writes=True) as connection:
            writing = Writing(connection, self._database, self._remembered)
            yield writing
            writing.finish()

    @contextmanager
    def reading(self) -> Generator[Reading]:
        """One consistent snapshot.

        Raises:
            StoreDown: the database is not there.
        """
        with self._transaction(writes=False) as connection:
            yield Reading(connection)

    def close(self) -> None:
        """Close all connections."""
        self._database.engine.dispose()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Generator[Connection]:
        turn = self._database.turn() if writes else nullcontext()
        try:
            with turn, self._database.engine.connect() as connection:
                self._database.prepare(connection, writes=writes)
                with connection.begin():
                    yield connection
        except Exception as error:
            explanation = explained(self._database, error)
            if isinstance(explanation, StoreDown):
                # Every pooled connection may be as dead as this one.
                self._database.engine.dispose()
            if explanation is None or explanation is error:
                raise
            raise explanation from error


def open_store(url: str, *, patience_seconds: float = 30.0) -> Store:
    """Open the store at a database URL; creates no table (`Store.migrate` does).

    `sqlite:///relative/path.db`, `sqlite:////absolute/path.db` or `postgresql://user:password@host:port/name`.
    `patience_seconds`: how long to wait for a lock before `StoreBusy`.

    Raises:
        ValueError: not such a URL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(f"{url!r} is not a database URL; {_EXPECTED}") from None
    match parsed.get_backend_name():
        case "sqlite":
            return Store(parsed, open_sqlite(parsed, patience_seconds))
        case "postgresql":
            return Store(parsed, open_postgres(parsed, patience_seconds))
        case other:
            raise ValueError(f"{other!r} is not a database the store runs on; {_EXPECTED}")


_EXPECTED = "write sqlite:///path/to/file.db or postgresql://user:password@host:5432/name"
