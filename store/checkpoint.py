"""One line that stands for the whole record up to a position, to be kept outside the store.

The rule that keeps it honest: inside the store, a cut of the newest records or a rewrite with every hash made
anew leaves no trace; a checkpoint that was mailed, printed or kept elsewhere shows both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import and_, func, select
from typing_extensions import override

from domain.chain import canonical
from store.reading import Reading
from store.report import Problem
from store.schema import events

_FORM = re.compile(r"^(\d{1,18}):([0-9a-f]{64})$")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`digest` (SHA-256, hex) covers the last event of every stream up to `position`."""

    position: int
    digest: str

    @override
    def __str__(self) -> str:
        return f"{self.position}:{self.digest}"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint as it was written down.

    Raises:
        ValueError: it is not one.
    """
    match = _FORM.match(text.strip())
    if match is None:
        raise ValueError(
            f"{text!r} is not a checkpoint; one looks like 171:9f2c... (a number and 64 hex digits)"
        )
    return Checkpoint(int(match[1]), match[2])


def checkpoint(reading: Reading) -> Checkpoint:
    """The checkpoint of the record as it stands."""
    return _at(reading, reading.position())


def against(reading: Reading, kept: Checkpoint) -> list[Problem]:
    """What is wrong with the record, judged by a checkpoint that was kept elsewhere."""
    newest = reading.position()
    if newest < kept.position:
        what = (
            f"the newest records are gone: position {kept.position} was reached, the last stored is {newest}"
        )
        return [Problem("all streams", None, what)]
    if _at(reading, kept.position) != kept:
        what = f"the record up to position {kept.position} is not the one the checkpoint was made of"
        return [Problem("all streams", None, what)]
    return []


def _at(reading: Reading, position: int) -> Checkpoint:
    last = (
        select(events.c.stream, func.max(events.c.seq).label("seq"))
        .where(events.c.position <= position)
        .group_by(events.c.stream)
        .subquery()
    )
    ends = (
        select(events.c.stream, events.c.seq, events.c.hash)
        .join(last, and_(last.c.stream == events.c.stream, last.c.seq == events.c.seq))
        .order_by(events.c.stream)
    )
    rows = [list(row) for row in reading.connection.execute(ends)]
    return Checkpoint(position, sha256(canonical(rows)).hexdigest())
