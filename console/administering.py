"""What can be done about users, and what cannot: the same rules for the web page and the command line.

The rule that keeps it honest: everything done here leaves an entry with a reason, and there is always
somebody left who administers once there was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from domain.roles import ActorId, Role
from store import Writing
from store.administration import Act, By, administer
from store.sign_ins import User, all_users, user_named, user_of_identity

ROLES = tuple(each for each in Role if each is not Role.SYSTEM)
"""The roles a person can have."""

LONGEST_REASON = 500
_USER_ID = TypeAdapter[str](ActorId)


class Why(StrEnum):
    """Why something was not done."""

    NO_ID = "no-id"
    NO_USER = "no-user"
    TAKEN = "taken"
    NO_REASON = "no-reason"
    LONG_REASON = "long-reason"
    LAST = "last-administrator"
    OWN_ROLE = "own-role"
    CLOSED = "closed"
    SAME = "same"
    NO_ROLE = "no-role"
    NO_IDENTITY = "no-identity"
    NO_WAY_IN = "no-way-in"
    IDENTITY_TAKEN = "identity-taken"


class NotDone(Exception):
    """Nothing was changed. `why` is for a page's own words; the text is a sentence."""

    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.why = why


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who administers, why, and when (UTC)."""

    by: By
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise NotDone(Why.NO_REASON, "say why: it is kept with what is done")
        if len(self.reason) > LONGEST_REASON:
            raise NotDone(Why.LONG_REASON, f"a reason has {LONGEST_REASON} characters at most")

    def check(self, user: User) -> None:
        """Stop what cannot be a user, before anything is asked about them."""
        _check_id(user.user_id)

    def open(self, tx: Writing, user: User) -> User:
        """Let somebody sign in who is not known yet; the id goes on the record."""
        self.check(user)
        if user_named(tx, user.user_id) is not None:
            raise NotDone(Why.TAKEN, f"there is a user {user.user_id!r} already; ids are never used again")
        _check_identity(tx, user)
        return self._keep(tx, Act.OPENED, user)

    def change_role(self, tx: Writing, user_id: str, role: Role) -> User:
        """Give another role."""
        known = _open_one(tx, user_id)
        if known.user_id == self.by.id:
            raise NotDone(Why.OWN_ROLE, "nobody gives themselves a role: somebody else who administers does")
        if known.role is role:
            raise NotDone(Why.SAME, f"{user_id} has the role {role.value} already")
        return self._keep(tx, Act.ROLE_CHANGED, replace(known, role=role))

    def give_administration(self, tx: Writing, user_id: str) -> User:
        """Let somebody administer."""
        known = _open_one(tx, user_id)
        if known.administers:
            raise NotDone(Why.SAME, f"{user_id} administers already")
        return self._keep(tx, Act.ADMINISTRATION_GIVEN, replace(known, administers=True))

    def take_administration(self, tx: Writing, user_id: str) -> User:
        """Let somebody administer no longer."""
        known = _open_one(tx, user_id)
        if not known.administers:
            raise NotDone(Why.SAME, f"{user_id} does not administer")
        _leave_one(tx, known)
        return self._keep(tx, Act.ADMINISTRATION_TAKEN, replace(known, administers=False))

    def reset_password(self, tx: Writing, user_id: str, password_hash: str, *, one_time: bool = True) -> User:
        """Give another password, with which they choose their own at the next sign-in (`one_time`)."""
        known = _open_one(tx, user_id)
        changed = replace(known, password_hash=password_hash, one_time=one_time, password_at=self.at)
        return self._keep(tx, Act.PASSWORD_RESET, changed)

    def set_identity(self, tx: Writing, user_id: str, identity: str | None) -> User:
        """Say of whom the identity provider speaks."""
        known = _open_one(tx, user_id)
        if known.identity == identity:
            raise NotDone(Why.SAME, f"{user_id} has this identity already")
        changed = replace(known, identity=identity)
        _check_identity(tx, changed)
        return self._keep(tx, Act.IDENTITY_SET, changed)

    def end_sessions(self, tx: Writing, user_id: str) -> User:
        """Sign somebody out everywhere."""
        return self._keep(tx, Act.SESSIONS_ENDED, _known(tx, user_id))

    def unlock(self, tx: Writing, user_id: str) -> User:
        """Forgive failed tries, so that they can sign in at once."""
        return self._keep(tx, Act.UNLOCKED, _open_one(tx, user_id))

    def close(self, tx: Writing, user_id: str) -> User:
        """Let somebody sign in no longer; what they did stays as it is."""
        known = _open_one(tx, user_id)
        _leave_one(tx, known)
        return self._keep(tx, Act.CLOSED, replace(known, closed_at=self.at))

    def reopen(self, tx: Writing, user_id: str) -> User:
        """Let somebody sign in again."""
        known = _known(tx, user_id)
        if known.closed_at is None:
            raise NotDone(Why.SAME, f"{user_id} may sign in already")
        return self._keep(tx, Act.REOPENED, replace(known, closed_at=None))

    def _keep(self, tx: Writing, act: Act, user: User) -> User:
        administer(tx, act, user, self.by, self.reason.strip(), self.at)
        return user


def change_own_password(
    tx: Writing, user: User, password_hash: str, by: By, at: datetime, spare: str
) -> None:
    """Keep the password somebody chose; their other sessions end. `spare`: token hash of this one."""
    changed = replace(user, password_hash=password_hash, one_time=False, password_at=at)
    administer(tx, Act.PASSWORD_CHANGED, changed, by, "their own", at, spare)


def _known(tx: Writing, user_id: str) -> User:
    known = user_named(tx, user_id)
    if known is None:
        raise NotDone(Why.NO_USER, f"there is no user {user_id!r}")
    return known


def _open_one(tx: Writing, user_id: str) -> User:
    known = _known(tx, user_id)
    if known.closed_at is not None:
        raise NotDone(Why.CLOSED, f"{user_id} is closed; reopen them first")
    return known


def _check_id(user_id: str) -> None:
    try:
        _USER_ID.validate_python(user_id)
    except ValidationError:
        raise NotDone(
            Why.NO_ID,
            f"{user_id!r} is no id: small letters, digits, dot, dash and underscore, such as coordinator-1",
        ) from None


def _check_identity(tx: Writing, user: User) -> None:
    other = user_of_identity(tx, user.identity) if user.identity else None
    if other is not None and other.user_id != user.user_id:
        raise NotDone(Why.IDENTITY_TAKEN, f"this identity is of {other.user_id}")


def _leave_one(tx: Writing, known: User) -> None:
    if not known.administers:
        return
    others = (each for each in all_users(tx) if each.user_id != known.user_id)
    if not any(each.administers and each.closed_at is None for each in others):
        raise NotDone(Why.LAST, f"{known.user_id} is the last who administers: let somebody else do so first")
