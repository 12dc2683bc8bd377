"""Ways to the identity provider and back.

The rule that keeps it honest: each is gone once, by the browser that began it, before it is too late.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, insert, select, update

from store.door_tables import round_trips
from store.reading import Reading
from store.writing import Writing

_KEPT = timedelta(hours=1)


class Purpose(StrEnum):
    """What somebody goes for. Stored."""

    SIGN_IN = "sign-in"
    UNLOCK = "unlock"
    PROVE = "prove"


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One way. Hashes are SHA-256 (hex) of the tokens it must come back with; times are UTC.

    `back`: a place of the console; `typed`: what stood in the form there, as JSON.
    """

    state_hash: str
    purpose: Purpose
    browser: str
    session: str | None
    nonce: str
    verifier: str
    back: str
    typed: str
    opened_at: datetime
    ends_at: datetime
    used_at: datetime | None = None

    @property
    def fields(self) -> Mapping[str, Sequence[str]]:
        """What stood in the form, by field; a field may have been filled in more than once."""
        kept: dict[str, list[str]] = json.loads(self.typed)
        return kept


def begin(writing: Writing, trip: RoundTrip) -> None:
    """Keep a way that begins, and sweep away old ones."""
    old = round_trips.c.ends_at <= trip.opened_at - _KEPT
    writing.connection.execute(delete(round_trips).where(old))
    row = {name: value for name, value in asdict(trip).items() if name != "purpose"}
    writing.connection.execute(insert(round_trips).values(row | {"purpose": trip.purpose.value}))


def finish(writing: Writing, state_hash: str, now: datetime) -> RoundTrip | None:
    """The way that comes back with this state; None if there is none, or it is gone or too late."""
    fresh = (
        round_trips.c.state_hash == state_hash,
        round_trips.c.used_at.is_(None),
        round_trips.c.ends_at > now,
    )
    done = writing.connection.execute(update(round_trips).where(*fresh).values(used_at=now))
    return trip_of(writing, state_hash) if done.rowcount == 1 else None


def trip_of(reading: Reading, state_hash: str) -> RoundTrip | None:
    """The way of a state, gone or not."""
    wanted = select(*(round_trips.c[each.name] for each in fields(RoundTrip)))
    row = reading.connection.execute(wanted.where(round_trips.c.state_hash == state_hash)).first()
    if row is None:
        return None
    return replace(RoundTrip(*row), purpose=Purpose(row.purpose))
