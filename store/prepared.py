"""A statement compiled once and run on the driver's own cursor.

The rule that keeps it honest: only the few statements that every command runs are prepared (measured: a third
of the time of the same statement through the engine); values go in and come out exactly as the engine's types
would have them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Dialect, Select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

from store.instants import Instant, in_utc, utc_text


@dataclass(frozen=True, slots=True)
class _Compiled:
    """SQL as the driver takes it, its parameters in order, and what parameters and results need."""

    sql: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    instants: tuple[int, ...]
    instant: Callable[[datetime], Any]
    results: tuple[tuple[int, Callable[[Any], Any]], ...]


class Prepared:
    """A Core statement. `make` is given the dialect's name, for the few that differ.

    `keys`: the columns an INSERT or UPDATE sets.
    """

    def __init__(self, make: Callable[[str], ClauseElement], keys: Sequence[str] | None = None) -> None:
        self._make = make
        self._keys = keys
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        """All rows of a query."""
        compiled = self._for(connection.dialect)
        cursor = _driver(connection).execute(compiled.sql, _in_order(compiled, values))
        found: list[Sequence[Any]] = cursor.fetchall()
        return [_converted(compiled, row) for row in found] if compiled.results else found

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The first row of a query that has one at most, or None."""
        return next(iter(self.rows(connection, values)), None)

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write each of these rows."""
        compiled = self._for(connection.dialect)
        cursor = _driver(connection).cursor()
        if len(rows) == 1:
            cursor.execute(compiled.sql, _in_order(compiled, rows[0]))
        elif rows:
            cursor.executemany(compiled.sql, [_in_order(compiled, row) for row in rows])

    def _for(self, dialect: Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = _compile(self._make(dialect.name), dialect, self._keys)
        return known


def _compile(statement: ClauseElement, dialect: Dialect, keys: Sequence[str] | None) -> _Compiled:
    sqlite = dialect.name == "sqlite"
    positional: Any = type(dialect)
    compiled = statement.compile(
        dialect=positional(paramstyle="qmark" if sqlite else "format"), column_keys=keys
    )
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"{statement} is neither a query nor a change")
    names = tuple(compiled.positiontup or ())
    return _Compiled(
        sql=str(compiled),
        names=names,
        fixed={name: value for name, value in compiled.params.items() if value is not None},
        instants=tuple(i for i, name in enumerate(names) if isinstance(compiled.binds[name].type, Instant)),
        instant=utc_text if sqlite else in_utc,
        results=tuple(_results(statement, sqlite=sqlite)) if isinstance(statement, Select) else (),
    )


def _results(statement: Select[Any], *, sqlite: bool) -> list[tuple[int, Callable[[Any], Any]]]:
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for index, column in enumerate(statement.selected_columns):
        if isinstance(column.type, Instant):
            found.append((index, datetime.fromisoformat if sqlite else _utc))
        elif isinstance(column.type, Boolean) and sqlite:
            found.append((index, bool))
    return found


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _in_order(compiled: _Compiled, values: Mapping[str, Any]) -> list[Any]:
    given = {**compiled.fixed, **values} if compiled.fixed else values
    found = [given[name] for name in compiled.names]
    for index in compiled.instants:
        if found[index] is not None:
            found[index] = compiled.instant(found[index])
    return found


def _converted(compiled: _Compiled, row: Sequence[Any]) -> Sequence[Any]:
    values = list(row)
    for index, convert in compiled.results:
        if values[index] is not None:
            values[index] = convert(values[index])
    return values


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
