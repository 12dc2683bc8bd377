"""Letting people in and keeping them in: sessions opened, locked, proved anew and ended.

The rule that keeps it honest: who somebody is, and in which role, is read from the store at each request;
the browser holds nothing but random tokens.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta

from console.web.checking import (
    Caller,
    Turned,
    TurnedAway,
    checked,
    on_this_machine,
    welcome,
)
from console.web.digests import hashed, new_token
from console.web.parts import Parts
from domain.roles import Actor, Role
from store.preferences import Preferences, preferences_of
from store.sign_ins import (
    Session,
    User,
    close_session,
    note_sign_in,
    open_session,
    see_session,
    session_of,
    sign_in_succeeded,
    user_named,
)

__all__ = [
    "BY_PASSWORD",
    "BY_PROVIDER",
    "Door",
    "Opened",
    "SignedIn",
    "Turned",
    "TurnedAway",
    "on_this_machine",
]

BY_PASSWORD, BY_PROVIDER = "password", "oidc"
"""How a person was recognised, as it goes on the record with each command."""

_SEEN_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: its token, and the token by which the browser is known again."""

    token: str
    device: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody at the console. `locked`: away for long: they prove who they are before anything is shown."""

    user: User
    session: Session
    locked: bool
    preferences: Preferences

    @property
    def role(self) -> Role:
        return self.user.role

    @property
    def actor(self) -> Actor:
        """Who they are on the record."""
        return Actor(id=self.user.user_id, role=self.user.role, method=self.session.method)

    @property
    def by_provider(self) -> bool:
        """Whether the identity provider, and not a password, says who they are."""
        return self.session.method == BY_PROVIDER

    def meant(self, csrf: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(csrf.encode(), self.session.csrf.encode())


@dataclass(frozen=True, slots=True)
class Door:
    """The one way in."""

    parts: Parts

    def sign_in(self, user_id: str, password: str, caller: Caller) -> Opened:
        """A new session; the one this browser had ends.

        Raises:
            TurnedAway: wrong, or tried too often.
        """
        device = caller.device or new_token()
        user = checked(self.parts, user_id, password, caller, hashed(device))
        return self._open(user, BY_PASSWORD, caller, device)

    def let_in(self, user: User, caller: Caller) -> Opened:
        """A new session for somebody the identity provider vouched for.

        Raises:
            TurnedAway: they may sign in no longer.
        """
        if not welcome(self.parts, user, caller.address):
            raise TurnedAway(Turned.NOBODY)
        device = caller.device or new_token()
        with self.parts.store.writing() as tx:
            number = note_sign_in(tx, user.user_id, caller.address, self.parts.now())
            sign_in_succeeded(tx, number, hashed(device))
        return self._open(user, BY_PROVIDER, caller, device)

    def unlock(self, signed_in: SignedIn, password: str, address: str) -> None:
        """Let somebody go on in a session that was locked.

        Raises:
            TurnedAway: wrong, or tried too often.
        """
        self.prove(signed_in, password, address)
        self.go_on(signed_in)

    def go_on(self, signed_in: SignedIn) -> None:
        """Lift the lock of somebody who proved who they are."""
        with self.parts.store.writing() as tx:
            see_session(tx, signed_in.session.token_hash, self.parts.now())

    def prove(self, signed_in: SignedIn, password: str, address: str) -> None:
        """Make sure that it is still they who sit there, as a signature asks for.

        Raises:
            TurnedAway: wrong, or tried too often.
        """
        session = signed_in.session
        checked(self.parts, session.user_id, password, Caller(address), session.device)

    def sign_out(self, signed_in: SignedIn) -> None:
        """End the session, on the server too."""
        with self.parts.store.writing() as tx:
            close_session(tx, signed_in.session.token_hash)

    def who(self, token: str | None, address: str, *, touch: bool) -> SignedIn | None:
        """Who holds this token; None for nobody. `touch`: a person did something, so the lock waits anew."""
        if not token:
            return None
        token_hash, now = hashed(token), self.parts.now()
        with self.parts.store.reading() as reading:
            session = session_of(reading, token_hash)
            user = user_named(reading, session.user_id) if session else None
            likes = preferences_of(reading, session.user_id) if session else Preferences()
        if session is None or user is None or not welcome(self.parts, user, address):
            return None
        if session.ends_at <= now:
            return None
        locked = now - session.seen_at > self.parts.policy.idle
        if touch and not locked and now - session.seen_at > _SEEN_AGAIN:
            with self.parts.store.writing() as tx:
                see_session(tx, token_hash, now)
        return SignedIn(user, session, locked, likes)

    def _open(self, user: User, method: str, caller: Caller, device: str) -> Opened:
        now, token = self.parts.now(), new_token()
        session = Session(
            token_hash=hashed(token),
            user_id=user.user_id,
            method=method,
            csrf=new_token(),
            device=hashed(device),
            address=caller.address,
            opened_at=now,
            seen_at=now,
            ends_at=now + self.parts.policy.lasts,
        )
        with self.parts.store.writing() as tx:
            if caller.token:
                close_session(tx, hashed(caller.token))
            open_session(tx, session)
        return Opened(token, device)
