"""A list that can be taken away, and its forms: CSV, JSON Lines, one JSON document.

The rule that keeps it honest: every form holds the same rows in the same order; each row says whose it is and
whether it is simulated.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import islice
from typing import Any

import orjson

from console.exports.cells import cell
from console.reading import StudyLook
from domain.roles import Role
from store import Wanted

Row = Mapping[str, Any]
Rows = Callable[[StudyLook, Wanted], Iterable[Row]]

_BATCH = 200
_AS_SHOWN = orjson.OPT_UTC_Z


class Form(StrEnum):
    """In which form a list is taken, as its address ends."""

    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: its name in addresses and file names, its columns, and its rows in a look at a study.

    `lines`: what stands on the lines of its JSON, where that is more than the cells. `roles`: who may take
    it.
    """

    name: str
    columns: tuple[str, ...]
    rows: Rows
    roles: frozenset[Role]
    lines: Rows | None = None

    def written(self, look: StudyLook, wanted: Wanted, form: Form) -> Iterator[bytes]:
        """The list in one form (UTF-8), piece by piece."""
        match form:
            case Form.CSV:
                return as_table(self.columns, self.rows(look, wanted))
            case Form.JSONL:
                return as_lines(self._members(look, wanted))
            case Form.JSON:
                return _document(self.name, look, self._members(look, wanted))

    def _members(self, look: StudyLook, wanted: Wanted) -> Iterable[Row]:
        return (self.lines or self.rows)(look, wanted)


def moments_of(look: StudyLook) -> Row:
    """Up to when what is listed was recorded, and, of what was true at a moment, that one."""
    return {"as_of": look.now} if look.known_by is None else {"as_of": look.known_by, "true_at": look.now}


def columns_of(shape: type[Any], *leading: str) -> tuple[str, ...]:
    """The columns of a shape, after those that lead; one that leads does not come again."""
    own = (each.name for each in fields(shape))
    return (*leading, *(each for each in own if each not in leading))


def row_of(columns: Iterable[str], value: object, **leading: object) -> Row:
    """One row of the columns; what does not lead is the value's own."""
    return {name: leading[name] if name in leading else getattr(value, name) for name in columns}


def as_table(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV by RFC 4180, UTF-8, header first, piece by piece."""
    yield _csv([columns])
    remaining = iter(rows)
    while some := list(islice(remaining, _BATCH)):
        yield _csv([cell(row[name]) for name in columns] for row in some)


def as_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """A JSON object on each line."""
    for row in rows:
        yield orjson.dumps(row, option=_AS_SHOWN) + b"\n"


def as_text(pieces: Iterable[bytes]) -> str:
    """The whole of what is given piece by piece."""
    return b"".join(pieces).decode()


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _document(name: str, look: StudyLook, rows: Iterable[Row]) -> Iterator[bytes]:
    head = orjson.dumps({"study": look.study, "list": name, **moments_of(look)}, option=_AS_SHOWN)
    yield head[:-1] + b',"rows":['
    for number, row in enumerate(rows):
        yield (b",\n" if number else b"\n") + orjson.dumps(row, option=_AS_SHOWN)
    yield b"\n]}\n"
