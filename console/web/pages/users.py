"""Users: who may sign in and how they stand, and what was done about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.identities import by_address
from console.web.parts import Parts
from store import Reading
from store.administration import Entry, count, entries, last_unlocked, problems
from store.report import Problem
from store.sign_ins import Session, User, all_users, failures_of_user, sessions_of, user_named

SHOWN = 50
"""How many of the newest entries a page shows."""


@dataclass(frozen=True, slots=True)
class UserSight:
    """A user as an administrator sees them. `by_provider`: the identity provider says who they are.

    `bound`: it has said so once, so that they are known by its own name for them and no more by an address.
    """

    user: User
    locked_out: bool
    sessions: tuple[Session, ...]

    @property
    def by_provider(self) -> bool:
        return self.user.identity is not None

    @property
    def bound(self) -> bool:
        return self.user.identity is not None and not by_address(self.user.identity)


@dataclass(frozen=True, slots=True)
class UsersPage:
    """`entries`: how many there are in all; `broken`: the first thing about them that does not hold."""

    users: tuple[UserSight, ...]
    done: tuple[Entry, ...]
    entries: int
    broken: Problem | None


@dataclass(frozen=True, slots=True)
class UserPage:
    """One user, and what was done about them."""

    sight: UserSight
    done: tuple[Entry, ...]


def users_page(parts: Parts) -> UsersPage:
    """Everybody, and the newest of what was done; the whole chain is checked each time."""
    with parts.store.reading() as reading:
        return UsersPage(
            users=tuple(_sight(parts, reading, each) for each in all_users(reading)),
            done=tuple(entries(reading, limit=SHOWN)),
            entries=count(reading),
            broken=next(problems(reading), None),
        )


def user_page(parts: Parts, user_id: str) -> UserPage | None:
    """One user; None if there is none of that id."""
    with parts.store.reading() as reading:
        user = user_named(reading, user_id)
        if user is None:
            return None
        return UserPage(_sight(parts, reading, user), tuple(entries(reading, user_id, SHOWN)))


def _sight(parts: Parts, reading: Reading, user: User) -> UserSight:
    now = parts.now()
    return UserSight(
        user, _locked_out(parts, reading, user, now), tuple(sessions_of(reading, user.user_id, now))
    )


def _locked_out(parts: Parts, reading: Reading, user: User, now: datetime) -> bool:
    since, unlocked = now - parts.policy.failures_count_for, last_unlocked(reading, user.user_id)
    since = max(since, unlocked) if unlocked else since
    return failures_of_user(reading, user.user_id, since) >= parts.policy.failures_of_user
