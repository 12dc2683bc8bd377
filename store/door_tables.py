"""The tables of the door: who may sign in, who is signed in, every try, and what was done about users.

The rule that keeps it honest: no password and no token is in them, only what can check one; `administration`
is only ever added to.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, Named, Table, Text, TypedColumns, UniqueConstraint

from store.instants import Instant
from store.schema import metadata

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class _Users(TypedColumns):
    """Who may sign in to the console.

    `demo`: of the demonstration only, refused everywhere else. `one_time`: the password only lets its user
    choose another. `identity`: of whom the identity provider speaks (`mailto:...`, or issuer and subject).
    """

    user_id: Named[str] = Column(_TEXT, primary_key=True)
    role: Named[str] = Column(_TEXT)
    administers: Named[bool]
    password_hash: Named[str] = Column(_TEXT)
    one_time: Named[bool]
    password_at: Named[datetime] = Column(Instant)
    identity: Named[str | None] = Column(_TEXT)
    demo: Named[bool]
    opened_at: Named[datetime] = Column(Instant)
    closed_at: Named[datetime | None] = Column(Instant)


class _Sessions(TypedColumns):
    """`token_hash`: SHA-256 of what the browser holds, which is kept nowhere.

    `proved_at`: when an identity provider last confirmed that it is still they; `proved_for`: the one form
    that this confirmation was spent on.
    """

    token_hash: Named[str] = Column(_TEXT, primary_key=True)
    user_id: Named[str] = Column(_TEXT)
    method: Named[str] = Column(_TEXT)
    csrf: Named[str] = Column(_TEXT)
    device: Named[str] = Column(_TEXT)
    address: Named[str] = Column(_TEXT)
    opened_at: Named[datetime] = Column(Instant)
    seen_at: Named[datetime] = Column(Instant)
    ends_at: Named[datetime] = Column(Instant)
    proved_at: Named[datetime | None] = Column(Instant)
    proved_for: Named[str | None] = Column(_TEXT)


class _SignIns(TypedColumns):
    """Tries to sign in, the failed ones too; `user_id` as it was typed.

    `device`: SHA-256 of the browser's own token, where the user was let in from that browser before.
    """

    number: Named[int] = Column(_NUMBER, primary_key=True)
    at: Named[datetime] = Column(Instant)
    user_id: Named[str] = Column(_TEXT)
    address: Named[str] = Column(_TEXT)
    succeeded: Named[bool]
    device: Named[str | None] = Column(_TEXT)


class _Administration(TypedColumns):
    """What was done about users, by whom and why; `stands` is how the user stood afterwards, as JSON."""

    number: Named[int] = Column(_NUMBER, primary_key=True, autoincrement=False)
    at: Named[datetime] = Column(Instant)
    by_id: Named[str] = Column(_TEXT)
    by_method: Named[str] = Column(_TEXT)
    user_id: Named[str] = Column(_TEXT)
    act: Named[str] = Column(_TEXT)
    reason: Named[str] = Column(_TEXT)
    stands: Named[str] = Column(_TEXT)
    prev_hash: Named[str] = Column(_TEXT)
    hash: Named[str] = Column(_TEXT)


class _Preferences(TypedColumns):
    """How somebody likes the console. `language` None: as the browser asks."""

    user_id: Named[str] = Column(_TEXT, primary_key=True)
    language: Named[str | None] = Column(_TEXT)
    theme: Named[str] = Column(_TEXT)
    shortcuts: Named[bool]


class _RoundTrips(TypedColumns):
    """Ways to the identity provider and back, each gone once.

    `browser` and `session`: SHA-256 of the tokens it must come back with. `back` and `typed`: where it leads,
    and what stood in the form that waits there (JSON).
    """

    state_hash: Named[str] = Column(_TEXT, primary_key=True)
    purpose: Named[str] = Column(_TEXT)
    browser: Named[str] = Column(_TEXT)
    session: Named[str | None] = Column(_TEXT)
    nonce: Named[str] = Column(_TEXT)
    verifier: Named[str] = Column(_TEXT)
    back: Named[str] = Column(_TEXT)
    typed: Named[str] = Column(_TEXT)
    opened_at: Named[datetime] = Column(Instant)
    ends_at: Named[datetime] = Column(Instant)
    used_at: Named[datetime | None] = Column(Instant)


users = Table("users", metadata, _Users, UniqueConstraint("identity"), sqlite_with_rowid=False)
sessions = Table("sessions", metadata, _Sessions, Index(None, "user_id"), sqlite_with_rowid=False)
sign_ins = Table("sign_ins", metadata, _SignIns, Index(None, "user_id", "at"), Index(None, "address", "at"))
administration = Table("administration", metadata, _Administration, Index(None, "user_id"))
preferences = Table("preferences", metadata, _Preferences, sqlite_with_rowid=False)
round_trips = Table("round_trips", metadata, _RoundTrips, sqlite_with_rowid=False)
