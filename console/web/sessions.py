"""Letting people in and keeping them in: passwords checked, sessions opened, locked and ended.

The rule that keeps it honest: who somebody is, and in which role, is read from the store at each request;
the browser holds nothing but a random token.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address

from console.web.parts import Parts
from domain.roles import Actor, Role
from store.sign_ins import (
    Session,
    User,
    close_session,
    failures_from,
    failures_of_user,
    note_sign_in,
    open_session,
    see_session,
    session_of,
    sign_in_succeeded,
    user_named,
)

METHOD = "password"
"""How a person was recognised, as it goes on the record with each command."""

_SEEN_AGAIN = timedelta(minutes=1)
_USER_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Turned(StrEnum):
    """Why somebody was not let in."""

    WRONG = "wrong"
    TOO_OFTEN = "too often"


class TurnedAway(Exception):
    """Somebody was not let in. `why` never says whether the user exists."""

    def __init__(self, why: Turned) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody at the console. `locked`: away for long, so the password is asked before anything is shown."""

    user: User
    session: Session
    locked: bool

    @property
    def role(self) -> Role:
        return self.user.role

    @property
    def actor(self) -> Actor:
        """Who they are on the record."""
        return Actor(id=self.user.user_id, role=self.user.role, method=METHOD)

    def meant(self, csrf: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(csrf.encode(), self.session.csrf.encode())


@dataclass(frozen=True, slots=True)
class Door:
    """The one way in."""

    parts: Parts

    def sign_in(self, user_id: str, password: str, address: str) -> str:
        """A new session's token.

        Raises:
            TurnedAway: wrong, or tried too often.
        """
        user = self._checked(user_id, password, address)
        now, token = self.parts.now(), secrets.token_urlsafe(32)
        session = Session(
            token_hash=_hashed(token),
            user_id=user.user_id,
            csrf=secrets.token_urlsafe(32),
            opened_at=now,
            seen_at=now,
            ends_at=now + self.parts.policy.lasts,
        )
        with self.parts.store.writing() as tx:
            open_session(tx, session)
        return token

    def unlock(self, signed_in: SignedIn, password: str, address: str) -> None:
        """Let somebody go on in a session that was locked.

        Raises:
            TurnedAway: wrong, or tried too often.
        """
        self._checked(signed_in.user.user_id, password, address)
        with self.parts.store.writing() as tx:
            see_session(tx, signed_in.session.token_hash, self.parts.now())

    def prove(self, signed_in: SignedIn, password: str, address: str) -> None:
        """Make sure that it is still they who sit there, as a signature asks for.

        Raises:
            TurnedAway: wrong, or tried too often.
        """
        self._checked(signed_in.user.user_id, password, address)

    def sign_out(self, signed_in: SignedIn) -> None:
        """End the session, on the server too."""
        with self.parts.store.writing() as tx:
            close_session(tx, signed_in.session.token_hash)

    def who(self, token: str | None, address: str, *, touch: bool) -> SignedIn | None:
        """Who holds this token; None for nobody. `touch`: a person did something, so the lock waits anew."""
        if not token:
            return None
        hashed, now = _hashed(token), self.parts.now()
        with self.parts.store.reading() as reading:
            session = session_of(reading, hashed)
            user = user_named(reading, session.user_id) if session else None
        if session is None or user is None or not self._welcome(user, address) or session.ends_at <= now:
            return None
        locked = now - session.seen_at > self.parts.policy.idle
        if touch and not locked and now - session.seen_at > _SEEN_AGAIN:
            with self.parts.store.writing() as tx:
                see_session(tx, hashed, now)
        return SignedIn(user, session, locked)

    def _checked(self, user_id: str, password: str, address: str) -> User:
        # A name that cannot be is nobody's: it is not kept, because passwords get typed there by mistake.
        known_shape = user_id if _USER_ID.fullmatch(user_id) else "-"
        number = self._tried(known_shape, address)
        with self.parts.store.reading() as reading:
            user = user_named(reading, known_shape)
        # The hash is always checked, so that how long it takes tells nothing.
        matched = self.parts.passwords.match(user.password_hash if user else None, password)
        if user is None or not matched or not self._welcome(user, address):
            raise TurnedAway(Turned.WRONG)
        with self.parts.store.writing() as tx:
            sign_in_succeeded(tx, number)
        return user

    def _tried(self, user_id: str, address: str) -> int:
        # Counted and kept before the password is looked at: tries made at once are all counted.
        policy, now = self.parts.policy, self.parts.now()
        since = now - policy.failures_count_for
        with self.parts.store.writing() as tx:
            if failures_from(tx, address, since) >= policy.failures_from_address:
                raise TurnedAway(Turned.TOO_OFTEN)
            if failures_of_user(tx, user_id, since) >= policy.failures_of_user:
                raise TurnedAway(Turned.TOO_OFTEN)
            return note_sign_in(tx, user_id, address, now)

    def _welcome(self, user: User, address: str) -> bool:
        if user.closed_at is not None or user.role is Role.SYSTEM:
            return False
        return not user.demo or (self.parts.policy.demo and on_this_machine(address))


def on_this_machine(address: str) -> bool:
    """Whether a request comes from the machine itself."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
