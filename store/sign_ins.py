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
from store.door_tables import sessions, sign_ins, users
from store.reading import Reading
from store.writing import Writing


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in, in one role.

    `password_hash` empty: by the identity provider alone, who knows them as `identity`. `one_time`: the
    password only lets them choose another. `demo`: of the demonstration. `closed_at`: no longer, since.
    `administers`: opens and closes users.
    """

    user_id: str
    role: Role
    password_hash: str
    demo: bool
    opened_at: datetime
    closed_at: datetime | None = None
    administers: bool = False
    one_time: bool = False
    password_at: datetime | None = None
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. Hashes are SHA-256 (hex): of the browser's tokens. Times are UTC.

    `method`: how they were recognised. `proved_at` and `proved_for`: see `store.door_tables`.
    """

    token_hash: str
    user_id: str
    method: str
    csrf: str
    device: str
    address: str
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    proved_at: datetime | None = None
    proved_for: str | None = None

    @property
    def name(self) -> str:
        """What a page calls it: enough to tell it from others, and nothing that opens anything."""
        return self.token_hash[:16]


def user_named(reading: Reading, user_id: str) -> User | None:
    """The user of that id, closed ones too."""
    row = reading.connection.execute(select(*_of(users, User)).where(users.c.user_id == user_id)).first()
    return _user(row) if row else None


def all_users(reading: Reading) -> list[User]:
    """Every user by id, closed ones too."""
    return [
        _user(row) for row in reading.connection.execute(select(*_of(users, User)).order_by(users.c.user_id))
    ]


def user_of_identity(reading: Reading, identity: str) -> User | None:
    """Whom the identity provider means, closed ones too."""
    row = reading.connection.execute(select(*_of(users, User)).where(users.c.identity == identity)).first()
    return _user(row) if row else None


def user_values(user: User) -> dict[str, Any]:
    """A user's row."""
    return _values(user) | {"role": user.role.value, "password_at": user.password_at or user.opened_at}


def session_of(reading: Reading, token_hash: str) -> Session | None:
    """The session of a token, ended ones too until they are swept away."""
    wanted = select(*_of(sessions, Session)).where(sessions.c.token_hash == token_hash)
    row = reading.connection.execute(wanted).first()
    return Session(*row) if row else None


def open_session(writing: Writing, session: Session) -> None:
    """Keep a new session, and sweep away those that ended before it began."""
    writing.connection.execute(delete(sessions).where(sessions.c.ends_at <= session.opened_at))
    writing.connection.execute(insert(sessions).values(_values(session)))


def sessions_of(reading: Reading, user_id: str, now: datetime) -> list[Session]:
    """The sessions of a user that have not ended, the newest first."""
    wanted = (
        select(*_of(sessions, Session))
        .where(sessions.c.user_id == user_id, sessions.c.ends_at > now)
        .order_by(sessions.c.opened_at.desc())
    )
    return [Session(*row) for row in reading.connection.execute(wanted)]


def note_proof(writing: Writing, token_hash: str, at: datetime | None, spent_on: str | None) -> None:
    """Note that the identity provider confirmed who is there, or what that was spent on."""
    of_token = sessions.c.token_hash == token_hash
    writing.connection.execute(update(sessions).where(of_token).values(proved_at=at, proved_for=spent_on))


def see_session(writing: Writing, token_hash: str, at: datetime) -> None:
    """Note that somebody is there."""
    of_token = sessions.c.token_hash == token_hash
    writing.connection.execute(update(sessions).where(of_token).values(seen_at=at))


def close_session(writing: Writing, token_hash: str) -> None:
    """End a session."""
    writing.connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def note_sign_in(
    writing: Writing, user_id: str, address: str, at: datetime, device: str | None = None
) -> int:
    """Keep a try to sign in, as failed until `sign_in_succeeded` says otherwise; its number."""
    tried: dict[str, Any] = {
        "at": at,
        "user_id": user_id,
        "address": address,
        "succeeded": False,
        "device": device,
    }
    number: int = writing.connection.execute(
        insert(sign_ins).values(tried).returning(sign_ins.c.number)
    ).scalar_one()
    return number


def sign_in_succeeded(writing: Writing, number: int, device: str) -> None:
    """Say that the try of this number was let in, and from which browser."""
    of_try = sign_ins.c.number == number
    writing.connection.execute(update(sign_ins).where(of_try).values(succeeded=True, device=device))


def is_known(reading: Reading, user_id: str, device: str) -> bool:
    """Whether this user was let in from this browser before."""
    let_in = (sign_ins.c.user_id == user_id, sign_ins.c.device == device, sign_ins.c.succeeded.is_(True))
    return reading.connection.execute(select(sign_ins.c.number).where(*let_in).limit(1)).first() is not None


def failures_of_user(reading: Reading, user_id: str, since: datetime, device: str | None = None) -> int:
    """How often this user failed after `since` and after the last success, from one browser they were let in
    from before (`device`) or, together, from all others (None).
    """
    of_user = [sign_ins.c.user_id == user_id]
    succeeded = select(func.max(sign_ins.c.number)).where(*of_user, sign_ins.c.succeeded.is_(True))
    failed = select(func.count()).where(
        *of_user,
        sign_ins.c.device.is_(None) if device is None else sign_ins.c.device == device,
        sign_ins.c.at > since,
        sign_ins.c.succeeded.is_(False),
        sign_ins.c.number > func.coalesce(succeeded.scalar_subquery(), 0),
    )
    return reading.connection.execute(failed).scalar_one()


def failures_from(reading: Reading, address: str, since: datetime) -> int:
    """How often anybody failed from this address after `since`, from browsers nobody was let in from."""
    failed = select(func.count()).where(
        sign_ins.c.address == address,
        sign_ins.c.at > since,
        sign_ins.c.succeeded.is_(False),
        sign_ins.c.device.is_(None),
    )
    return reading.connection.execute(failed).scalar_one()


def _of(table: Table, shape: type[Any]) -> Iterable[Any]:
    return [table.c[field.name] for field in fields(shape)]


def _values(row: User | Session) -> dict[str, Any]:
    return dict(zip((field.name for field in fields(row)), astuple(row), strict=True))


def _user(row: Any) -> User:
    user_id, role, *rest = row
    return User(user_id, Role(role), *rest)
