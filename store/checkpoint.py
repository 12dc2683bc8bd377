"""One line that stands for the whole record up to a moment, to be kept outside the store.

The rule that keeps it honest: inside the store, a cut of the newest records or a rewrite with every hash made
anew leaves no trace; a checkpoint that was mailed, printed or kept elsewhere shows both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, select
from typing_extensions import override

from domain.chain import GENESIS, NotCanonical, canonical
from store.door_tables import administration
from store.reading import Reading
from store.report import ALL_STREAMS, Problem
from store.schema import commands, events

_OF_EVENTS = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")
_OF_ALL = re.compile(r"2:([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`digest` (SHA-256, hex) covers the ends of all chains up to three marks.

    `position`: of the last event; `commands`: number of the last command, refused ones too;
    `administration`: number of the last entry about users. The latter two are None in a checkpoint of the
    first form, which covers events alone.
    """

    position: int
    digest: str
    commands: int | None = None
    administration: int | None = None

    @override
    def __str__(self) -> str:
        if self.commands is None or self.administration is None:
            return f"{self.position}:{self.digest}"
        return f"2:{self.position}:{self.commands}:{self.administration}:{self.digest}"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint of either form as it was written down.

    Raises:
        ValueError: it is not one.
    """
    line = text.strip()
    if found := _OF_ALL.fullmatch(line):
        return Checkpoint(int(found[1]), found[4], int(found[2]), int(found[3]))
    if found := _OF_EVENTS.fullmatch(line):
        return Checkpoint(int(found[1]), found[2])
    raise ValueError(
        f"{text!r} is not a checkpoint; one looks like 2:171:204:9:9f2c... (numbers and 64 hex digits)"
    )


def checkpoint(reading: Reading) -> Checkpoint:
    """The checkpoint of the record as it stands."""
    marks = Checkpoint(
        reading.position(), "", _newest(reading, commands.c.number), _newest(reading, administration.c.number)
    )
    return replace(marks, digest=_digest(reading, marks))


def against(reading: Reading, kept: Checkpoint) -> list[Problem]:
    """What is wrong with the record, judged by a checkpoint that was kept elsewhere."""
    cut = list(_cut(reading, kept))
    if cut or _digest(reading, kept) == kept.digest:
        return cut
    what = f"the record up to {_marks(kept)} is not the one the checkpoint was made of"
    return [Problem(ALL_STREAMS, None, what)]


def _cut(reading: Reading, kept: Checkpoint) -> Iterator[Problem]:
    for what, mark, stream, reached, newest in (
        ("records", "position", ALL_STREAMS, kept.position, reading.position()),
        ("commands", "number", ALL_STREAMS, kept.commands, _newest(reading, commands.c.number)),
        (
            "entries about users",
            "entry",
            administration.name,
            kept.administration,
            _newest(reading, administration.c.number),
        ),
    ):
        if reached is not None and newest < reached:
            gone = f"the newest {what} are gone: {mark} {reached} was reached, the last stored is {newest}"
            yield Problem(stream, None, gone)


def _marks(kept: Checkpoint) -> str:
    if kept.commands is None:
        return f"position {kept.position}"
    return f"position {kept.position}, command {kept.commands} and entry {kept.administration} about users"


def _digest(reading: Reading, marks: Checkpoint) -> str:
    ends: list[Any] = _ends(reading, events, events.c.seq, events.c.position <= marks.position)
    if marks.commands is not None:
        of_commands = _ends(reading, commands, commands.c.ord, commands.c.number <= marks.commands)
        ends = [ends, of_commands, _entry(reading, marks.administration)]
    return sha256(_form(ends)).hexdigest()


def _ends(
    reading: Reading, table: Table, count: ColumnElement[int], upto: ColumnElement[bool]
) -> list[list[Any]]:
    """The last link of each stream, by the stream's name."""
    last = (
        select(table.c.stream, func.max(count).label("count")).where(upto).group_by(table.c.stream).subquery()
    )
    of = and_(last.c.stream == table.c.stream, last.c.count == count)
    ends = select(table.c.stream, count, table.c.hash).join(last, of).order_by(table.c.stream)
    return [list(row) for row in reading.connection.execute(ends)]


def _entry(reading: Reading, number: int | None) -> str:
    wanted = select(administration.c.hash).where(administration.c.number == number)
    return GENESIS if not number else str(reading.connection.execute(wanted).scalar())


def _form(ends: list[Any]) -> bytes:
    try:
        return canonical(ends)
    except NotCanonical:
        # Nonsense that somebody wrote there: no checkpoint of a sound record has these bytes.
        return json.dumps(ends, default=repr).encode()


def _newest(reading: Reading, number: ColumnElement[int]) -> int:
    return reading.connection.execute(select(func.max(number))).scalar() or 0
