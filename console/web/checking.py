"""Checking a password under a lock-out that nobody can turn against somebody else.

The rule that keeps it honest: tries from a browser that its user was let in from before are counted by
themselves, so that a stranger who fails on purpose keeps out strangers only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address

from console.web.parts import Parts
from domain.roles import Role
from store import Writing
from store.administration import last_unlocked
from store.sign_ins import (
    User,
    failures_from,
    failures_of_user,
    is_known,
    note_sign_in,
    sign_in_succeeded,
    user_named,
)

ONE_TIME_HOLDS = timedelta(days=3)
"""After so long a one-time password opens nothing any more."""

_USER_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Turned(StrEnum):
    """Why somebody was not let in."""

    WRONG = "wrong"
    TOO_OFTEN = "too often"
    NOBODY = "nobody"
    AWAY = "provider away"
    NOT_SO = "provider not so"


class TurnedAway(Exception):
    """Somebody was not let in. `why` never says whether the user exists."""

    def __init__(self, why: Turned) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from. `device`: the token of the browser; `token`: of the session it has."""

    address: str
    device: str | None = None
    token: str | None = None


def checked(parts: Parts, user_id: str, password: str, caller: Caller, device: str) -> User:
    """The user whose password this is; the try is kept. `device`: SHA-256 of the browser's own token.

    Raises:
        TurnedAway: wrong, or tried too often.
    """
    # A name that cannot be is nobody's: it is not kept, because passwords get typed there by mistake.
    known_shape = user_id if _USER_ID.fullmatch(user_id) else "-"
    number = _tried(parts, known_shape, caller.address, device)
    with parts.store.reading() as reading:
        user = user_named(reading, known_shape)
    # The hash is always checked, so that how long it takes tells nothing.
    matched = parts.passwords.match(user.password_hash or None if user else None, password)
    if user is None or not matched or _stale(user, parts.now()) or not welcome(parts, user, caller.address):
        raise TurnedAway(Turned.WRONG)
    with parts.store.writing() as tx:
        sign_in_succeeded(tx, number, device)
    return user


def welcome(parts: Parts, user: User, address: str) -> bool:
    """Whether this user may be here at all, from this address."""
    if user.closed_at is not None or user.role is Role.SYSTEM:
        return False
    return not user.demo or (parts.policy.demo and on_this_machine(address))


def on_this_machine(address: str) -> bool:
    """Whether a request comes from the machine itself."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _tried(parts: Parts, user_id: str, address: str, device: str) -> int:
    # Counted and kept before the password is looked at: tries made at once are all counted.
    policy, now = parts.policy, parts.now()
    since = now - policy.failures_count_for
    with parts.store.writing() as tx:
        known = device if is_known(tx, user_id, device) else None
        if known is None and failures_from(tx, address, since) >= policy.failures_from_address:
            raise TurnedAway(Turned.TOO_OFTEN)
        if failures_of_user(tx, user_id, _after(tx, user_id, since), known) >= policy.failures_of_user:
            raise TurnedAway(Turned.TOO_OFTEN)
        return note_sign_in(tx, user_id, address, now, known)


def _after(tx: Writing, user_id: str, since: datetime) -> datetime:
    unlocked = last_unlocked(tx, user_id)
    return max(since, unlocked) if unlocked else since


def _stale(user: User, now: datetime) -> bool:
    return user.one_time and now - (user.password_at or user.opened_at) > ONE_TIME_HOLDS
