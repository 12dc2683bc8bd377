"""Letting people sign in to the web console, and no longer."""

from __future__ import annotations

import sys
from dataclasses import replace

import typer
from argon2 import PasswordHasher
from pydantic import TypeAdapter, ValidationError

from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import opened_store, present
from console.cli.printing import print_json, print_line, print_table
from console.cli.shapes import ConsoleUser
from console.web.passwords import Passwords
from domain.roles import ActorId, Role
from settings import read_settings
from store.sign_ins import User, all_users, keep_user, user_named

_USER_ID = TypeAdapter[str](ActorId)


def add_user(local: Local, user_id: str, role: str) -> None:
    """Keep the user with a new password.

    Raises:
        Stopped: an id or a role that cannot be, or a password that is too short.
    """
    user = User(_checked_id(user_id), _checked_role(role), "", demo=False, opened_at=present())
    try:
        kept = replace(user, password_hash=Passwords(PasswordHasher()).hash(_password(user_id)))
    except ValueError as error:
        raise Stopped(Exit.USAGE, str(error)) from None
    with opened_store(read_settings()) as store, store.writing() as tx:
        keep_user(tx, kept)
    _tell(local, kept)


def close_user(local: Local, user_id: str) -> None:
    """Let the user sign in no longer.

    Raises:
        Stopped: there is no such user.
    """
    with opened_store(read_settings()) as store, store.writing() as tx:
        known = user_named(tx, user_id)
        if known is None:
            raise Stopped(Exit.USAGE, f"there is no user {user_id!r}")
        closed = replace(known, closed_at=known.closed_at or present())
        keep_user(tx, closed)
    _tell(local, closed)


def show_users(local: Local) -> None:
    """List everybody who may or might sign in."""
    with opened_store(read_settings()) as store, store.reading() as reading:
        users = [_sight(each) for each in all_users(reading)]
    if local.as_json:
        print_json(users)
    elif users:
        print_table(
            ("user", "role", ""), [(each.user, each.role, "" if each.open else "closed") for each in users]
        )
    else:
        print_line("nobody can sign in yet")


def _checked_id(user_id: str) -> str:
    try:
        return _USER_ID.validate_python(user_id)
    except ValidationError:
        raise Stopped(
            Exit.USAGE,
            f"{user_id!r} is no id: small letters, digits, dot, dash and underscore, such as coordinator-1",
        ) from None


def _checked_role(role: str) -> Role:
    known = [each for each in Role if each is not Role.SYSTEM]
    if role not in known:
        raise Stopped(Exit.USAGE, f"{role!r} is no role; say one of {', '.join(known)}")
    return Role(role)


def _password(user_id: str) -> str:
    if sys.stdin.isatty():
        said: str = typer.prompt(f"Password of {user_id}", hide_input=True, confirmation_prompt=True)
        return said
    return sys.stdin.readline().rstrip("\n")


def _tell(local: Local, user: User) -> None:
    sight = _sight(user)
    if local.as_json:
        print_json(sight)
    else:
        print_line(f"{sight.user}: {sight.role}, {'may sign in' if sight.open else 'may sign in no longer'}")


def _sight(user: User) -> ConsoleUser:
    return ConsoleUser(user.user_id, user.role.value, user.closed_at is None)
