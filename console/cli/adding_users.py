"""Letting somebody sign in to the web console, or anew with another password, role or identity."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import typer
from argon2 import PasswordHasher

from console.administering import ROLES, Administrator, NotDone
from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import opened_store
from console.cli.show_users import administrator, tell_user
from console.identities import NotAnIdentity, identity_from
from console.web.passwords import Passwords
from domain.roles import Role
from settings import Settings, read_settings
from store import Writing
from store.sign_ins import User, user_named


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was said of a user. `administers` None: as it was."""

    user_id: str
    role: str
    administers: bool | None
    email: str | None
    subject: str | None
    reason: str


def add_user(local: Local, wanted: Wanted) -> None:
    """Keep the user with a new password, or with the identity that was said.

    Raises:
        Stopped: an id, role or identity that cannot be, or a password that is too short.
    """
    settings = read_settings()
    role, identity = _checked_role(wanted.role), _identity(settings, wanted)
    by = administrator(settings, wanted.reason)
    new = User(wanted.user_id, role, "", demo=False, opened_at=by.at, identity=identity)
    try:
        with opened_store(settings) as store:
            with store.reading() as reading:
                known = user_named(reading, wanted.user_id)
            if known is None:
                by.check(new)
            hashed = "" if identity else _hashed(wanted.user_id)
            with store.writing() as tx:
                kept = _change(tx, by, wanted, new, hashed) if known else _open(tx, by, wanted, new, hashed)
    except NotDone as error:
        raise Stopped(Exit.USAGE, str(error)) from None
    tell_user(local, kept)


def _open(tx: Writing, by: Administrator, wanted: Wanted, new: User, hashed: str) -> User:
    by.open(
        tx,
        User(
            new.user_id, new.role, hashed, demo=False, opened_at=by.at,
            administers=bool(wanted.administers), identity=new.identity,
        ),
    )  # fmt: skip
    return _kept(tx, new.user_id)


def _change(tx: Writing, by: Administrator, wanted: Wanted, new: User, hashed: str) -> User:
    known = _kept(tx, new.user_id)
    if known.closed_at is not None:
        by.reopen(tx, known.user_id)
    if known.role is not new.role:
        by.change_role(tx, known.user_id, new.role)
    if wanted.administers is not None and wanted.administers is not known.administers:
        (by.give_administration if wanted.administers else by.take_administration)(tx, known.user_id)
    if new.identity is None:
        by.reset_password(tx, known.user_id, hashed, one_time=False)
    elif new.identity != known.identity:
        by.set_identity(tx, known.user_id, new.identity)
    return _kept(tx, known.user_id)


def _kept(tx: Writing, user_id: str) -> User:
    known = user_named(tx, user_id)
    assert known is not None
    return known


def _checked_role(role: str) -> Role:
    if role not in ROLES:
        raise Stopped(Exit.USAGE, f"{role!r} is no role; say one of {', '.join(ROLES)}")
    return Role(role)


def _identity(settings: Settings, wanted: Wanted) -> str | None:
    if wanted.email and wanted.subject:
        raise Stopped(Exit.USAGE, "say --email or --subject, not both")
    said = wanted.email or wanted.subject
    if said is None:
        return None
    if (wanted.email is not None) is not ("@" in said):
        raise Stopped(Exit.USAGE, f"{said!r} is no {'e-mail address' if wanted.email else 'subject'}")
    try:
        return identity_from(said, settings.oidc_issuer)
    except NotAnIdentity as error:
        raise Stopped(Exit.USAGE, str(error)) from None


def _hashed(user_id: str) -> str:
    try:
        return Passwords(PasswordHasher()).hash(_password(user_id))
    except ValueError as error:
        raise Stopped(Exit.USAGE, str(error)) from None


def _password(user_id: str) -> str:
    if sys.stdin.isatty():
        said: str = typer.prompt(f"Password of {user_id}", hide_input=True, confirmation_prompt=True)
        return said
    return sys.stdin.readline().rstrip("\n")
