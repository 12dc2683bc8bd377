"""Who may sign in to the console, who is signed in, and every try to.

The rule that keeps it honest: no password and no session token is ever stored, only what can check one; and
nothing here is of the trial's record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update

from domain.roles import Role
from store.reading import Reading
from store.schema import sessions, sign_ins, users
from store.writing import Writing


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in, in one role. `demo`: of the demonstration. `closed_at`: no longer, since."""

    user_id: str
    role: Role
    password_hash: str
    demo: bool
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. `token_hash`: SHA-256 (hex) of the browser's token. Times are UTC."""

    token_hash: str
    user_id: str
    csrf: str
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime


def user_named(reading: Reading, user_id: str) -> User | None:
    """The user of that id, closed ones too."""
    row = reading.connection.execute(select(*_of(users, User)).where(users.c.user_id == user_id)).first()
    return _user(row) if row else None


def all_users(reading: Reading) -> list[User]:
    """Every user by id, closed ones too."""
    return [
        _user(row) for row in reading.connection.execute(select(*_of(users, User)).order_by(users.c.user_id))
    ]


def keep_user(writing: Writing, user: User) -> None:
    """Add the user, or take these values for the one of that id; sessions of the old ones end."""
    writing.connection.execute(delete(users).where(users.c.user_id == user.user_id))
    writing.connection.execute(insert(users).values(_values(user) | {"role": user.role.value}))
    writing.connection.execute(delete(sessions).where(sessions.c.user_id == user.user_id))


def session_of(reading: Reading, token_hash: str) -> Session | None:
    """The session of a token, ended ones too until they are swept away."""
    wanted = select(*_of(sessions, Session)).where(sessions.c.token_hash == token_hash)
    row = reading.connection.execute(wanted).first()
    return Session(*row) if row else None


def open_session(writing: Writing, session: Session) -> None:
    """Keep a new session, and sweep away those that ended before it began."""
    writing.connection.execute(delete(sessions).where(sessions.c.ends_at <= session.opened_at))
    writing.connection.execute(insert(sessions).values(_values(session)))


def see_session(writing: Writing, token_hash: str, at: datetime) -> None:
    """Note that somebody is there."""
    of_token = sessions.c.token_hash == token_hash
    writing.connection.execute(update(sessions).where(of_token).values(seen_at=at))


def close_session(writing: Writing, token_hash: str) -> None:
    """End a session."""
    writing.connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def note_sign_in(writing: Writing, user_id: str, address: str, at: datetime) -> int:
    """Keep a try to sign in, as failed until `sign_in_succeeded` says otherwise; its number."""
    tried: dict[str, Any] = {"at": at, "user_id": user_id, "address": address, "succeeded": False}
    number: int = writing.connection.execute(
        insert(sign_ins).values(tried).returning(sign_ins.c.number)
    ).scalar_one()
    return number


def sign_in_succeeded(writing: Writing, number: int) -> None:
    """Say that the try of this number was let in."""
    of_try = sign_ins.c.number == number
    writing.connection.execute(update(sign_ins).where(of_try).values(succeeded=True))


def failures_of_user(reading: Reading, user_id: str, since: datetime) -> int:
    """How often this user failed after `since` and after the last success."""
    of_user = sign_ins.c.user_id == user_id
    last = (
        select(func.max(sign_ins.c.number)).where(of_user, sign_ins.c.succeeded.is_(True)).scalar_subquery()
    )
    failed = select(func.count()).where(
        of_user,
        sign_ins.c.at > since,
        sign_ins.c.succeeded.is_(False),
        sign_ins.c.number > func.coalesce(last, 0),
    )
    return reading.connection.execute(failed).scalar_one()


def failures_from(reading: Reading, address: str, since: datetime) -> int:
    """How often anybody failed from this address after `since`."""
    failed = select(func.count()).where(
        sign_ins.c.address == address, sign_ins.c.at > since, sign_ins.c.succeeded.is_(False)
    )
    return reading.connection.execute(failed).scalar_one()


def _of(table: Table, shape: type[Any]) -> Iterable[Any]:
    return [table.c[field.name] for field in fields(shape)]


def _values(row: User | Session) -> dict[str, Any]:
    return dict(zip((field.name for field in fields(row)), astuple(row), strict=True))


def _user(row: Any) -> User:
    user_id, role, *rest = row
    return User(user_id, Role(role), *rest)
