"""What was done about users: a chain of its own, kept beside the record.

The rule that keeps it honest: a user's row changes only together with an entry that says who changed it, when
and why; each entry covers the one before and how the user stood afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, select

from domain.chain import GENESIS, Link, canonical, link, verify_links
from store.door_tables import administration, sessions, users
from store.instants import utc_text
from store.raw import Row, moment, rows_of_table
from store.reading import Reading
from store.report import Problem
from store.sign_ins import User, user_values
from store.writing import Writing

STREAM = "administration"
"""What a finding of `verify` calls this chain."""


class Act(StrEnum):
    """What can be done about a user. Stored."""

    OPENED = "opened"
    REOPENED = "reopened"
    ROLE_CHANGED = "role-changed"
    ADMINISTRATION_GIVEN = "administration-given"
    ADMINISTRATION_TAKEN = "administration-taken"
    PASSWORD_RESET = "password-reset"  # noqa: S105 - what was done
    PASSWORD_CHANGED = "password-changed"  # noqa: S105
    IDENTITY_SET = "identity-set"
    IDENTITY_BOUND = "identity-bound"
    SESSIONS_ENDED = "sessions-ended"
    UNLOCKED = "unlocked"
    CLOSED = "closed"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class By:
    """Who did it: an id, and how they were recognised."""

    id: str
    method: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. `number` counts from 1; `at` is UTC."""

    number: int
    at: datetime
    by: By
    user_id: str
    act: Act
    reason: str
    hash: str


def administer(
    writing: Writing, act: Act, user: User, by: By, reason: str, at: datetime, spare: str | None = None
) -> None:
    """Keep the user as given, end their sessions, and say so in the chain.

    `spare`: token hash of the one session that goes on.
    """
    writing.database.hold_order(writing.connection)
    kept = sessions.c.token_hash != spare if spare else sessions.c.token_hash.is_not(None)
    writing.connection.execute(delete(users).where(users.c.user_id == user.user_id))
    writing.connection.execute(insert(users).values(user_values(user)))
    if act is not Act.UNLOCKED:
        writing.connection.execute(delete(sessions).where(sessions.c.user_id == user.user_id, kept))
    _append(writing, act, user, by, reason, at)


def entries(reading: Reading, user_id: str | None = None, limit: int = 10_000) -> list[Entry]:
    """What was done, the newest first; of one user, or of all."""
    wanted = select(administration).order_by(administration.c.number.desc()).limit(limit)
    if user_id is not None:
        wanted = wanted.where(administration.c.user_id == user_id)
    return [
        Entry(
            row.number, row.at, By(row.by_id, row.by_method), row.user_id, Act(row.act), row.reason, row.hash
        )
        for row in reading.connection.execute(wanted)
    ]


def last_unlocked(reading: Reading, user_id: str) -> datetime | None:
    """When somebody last lifted this user's lock-out."""
    wanted = (
        select(administration.c.at)
        .where(administration.c.user_id == user_id, administration.c.act == Act.UNLOCKED.value)
        .order_by(administration.c.number.desc())
        .limit(1)
    )
    return reading.connection.execute(wanted).scalar()


def problems(reading: Reading) -> Iterator[Problem]:
    """What does not hold: a link of the chain, or a user who stands otherwise than it says."""
    rows = rows_of_table(reading.connection, administration, administration.c.number)
    broken = verify_links(Link(row["number"], row["prev_hash"], _content(row), row["hash"]) for row in rows)
    if broken:
        yield Problem(STREAM, broken.seq, f"the entry {broken.what}")
        return
    said: dict[str, Any] = {row["user_id"]: json.loads(row["stands"]) for row in rows}
    numbers = {row["user_id"]: row["number"] for row in rows}
    there = {
        row["user_id"]: _stands(row) for row in rows_of_table(reading.connection, users, users.c.user_id)
    }
    for user_id in sorted(said.keys() | there.keys()):
        yield from _differences(user_id, numbers.get(user_id), said.get(user_id), there.get(user_id))


def count(reading: Reading) -> int:
    """How many entries there are."""
    return len(rows_of_table(reading.connection, administration, administration.c.number))


def _append(writing: Writing, act: Act, user: User, by: By, reason: str, at: datetime) -> None:
    last = writing.connection.execute(
        select(administration.c.number, administration.c.hash)
        .order_by(administration.c.number.desc())
        .limit(1)
    ).first()
    row: Row = {
        "number": (last.number if last else 0) + 1,
        "at": at,
        "by_id": by.id,
        "by_method": by.method,
        "user_id": user.user_id,
        "act": act.value,
        "reason": reason,
        "stands": canonical(_stands(user_values(user))).decode(),
        "prev_hash": last.hash if last else GENESIS,
    }
    row["hash"] = link(row["prev_hash"], _content(row))
    writing.connection.execute(insert(administration).values(row))


def _content(row: Row) -> bytes:
    names = ("number", "by_id", "by_method", "user_id", "act", "reason", "stands")
    at = row["at"]
    return canonical(
        {name: row[name] for name in names} | {"at": at if isinstance(at, str) else utc_text(at)}
    )


def _stands(user: Mapping[str, Any]) -> dict[str, Any]:
    # Secrets and what names a person leave only a mark here: the chain is kept for ever.
    return {
        "role": user["role"],
        "administers": bool(user["administers"]),
        "password": _mark(user["password_hash"]),
        "one_time": bool(user["one_time"]),
        "identity": _mark(user["identity"] or ""),
        "demo": bool(user["demo"]),
        "closed": user["closed_at"] is not None,
        "opened_at": moment(user["opened_at"]),
        "password_at": moment(user["password_at"]),
        "closed_at": moment(user["closed_at"]),
    }


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest() if text else ""


def _differences(
    user_id: str, number: int | None, said: dict[str, Any] | None, there: dict[str, Any] | None
) -> Iterator[Problem]:
    if said is None or there is None:
        what = "stands there without an entry" if said is None else "is gone without an entry"
        yield Problem(STREAM, number, f"user {user_id} {what}")
        return
    # Entries of earlier releases say less.
    names = ", ".join(sorted(name for name in said if said[name] != there.get(name)))
    if names:
        yield Problem(STREAM, number, f"user {user_id} was changed without an entry: {names}")
