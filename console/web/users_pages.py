"""The addresses of user administration: who may sign in, one user, and what is done about them.

The rule that keeps it honest: whoever administers says why each time, and only they; an auditor reads it all.
A password that is made here is shown once and only lets its user choose another.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Form as Posted
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.administering import ROLES, Administrator, NotDone, Why
from console.identities import NotAnIdentity, identity_from
from console.web.pages.users import user_page, users_page
from console.web.top_frame import topped
from console.web.visiting import FormRefused, NotAllowed, NotHere, Visiting, Visitor
from domain.roles import Role
from store import Writing
from store.administration import By
from store.sign_ins import User, user_named

router = APIRouter(default_response_class=HTMLResponse)
Text = Annotated[str, Posted(max_length=2000)]
# No letter or digit that could be taken for another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in a form about a user."""

    user: str = ""
    role: str = Role.COORDINATOR.value
    identity: str = ""
    administers: bool = False
    reason: str = ""


def typed_in(
    user: Text = "", role: Text = "", identity: Text = "", administers: Text = "", reason: Text = ""
) -> Typed:
    """What was typed."""
    return Typed(user.strip(), role, identity.strip(), bool(administers), reason.strip())


TypedIn = Annotated[Typed, Depends(typed_in)]


@router.get("/users")
def users(visitor: Visiting) -> Response:
    """Everybody who may sign in, or might, and what was done about them."""
    _must_see(visitor)
    return _page(visitor, "users.html", shown=users_page(visitor.console.parts))


@router.get("/users/open")
def open_form(visitor: Visiting) -> Response:
    """The form by which somebody is let in."""
    _must_administer(visitor)
    return _open_form(visitor, Typed(), None)


@router.post("/users/open")
def open_user(visitor: Visiting, typed: TypedIn, csrf: Text = "") -> Response:
    """Let somebody sign in: with a password they will change, or as the identity provider knows them."""
    _must_administer(visitor, csrf)
    secret = "" if typed.identity else one_time_password()
    try:
        by = _administrator(visitor, typed.reason)
        user = User(
            typed.user,
            _role(typed.role),
            visitor.console.parts.passwords.hash(secret) if secret else "",
            demo=False,
            opened_at=by.at,
            administers=typed.administers,
            one_time=bool(secret),
            identity=_identity(visitor, typed.identity) if typed.identity else None,
        )
        with visitor.console.parts.store.writing() as tx:
            by.open(tx, user)
    except NotDone as error:
        return _open_form(visitor, typed, error.why)
    return _user(visitor, typed.user, secret=secret)


@router.get("/users/{user_id}")
def one_user(user_id: str, visitor: Visiting) -> Response:
    """One user, and what can be done about them."""
    _must_see(visitor)
    return _user(visitor, user_id)


@router.post("/users/{user_id}/{act}")
def change_user(user_id: str, act: str, visitor: Visiting, typed: TypedIn, csrf: Text = "") -> Response:
    """Do something about a user."""
    _must_administer(visitor, csrf)
    change = _CHANGES.get(act)
    if change is None:
        raise NotHere(act)
    secret = one_time_password() if act == "reset" else ""
    try:
        with visitor.console.parts.store.writing() as tx:
            change(tx, visitor, _administrator(visitor, typed.reason), replace(typed, user=user_id), secret)
    except NotDone as error:
        if error.why is Why.NO_USER:
            raise NotHere(user_id) from error
        return _user(visitor, user_id, trouble=error.why, act=act, typed=typed)
    if secret:
        return _user(visitor, user_id, secret=secret)
    return RedirectResponse(f"/users/{user_id}?done=kept", 303)


def one_time_password() -> str:
    """Twenty random letters and digits (99 bits) in groups that can be read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


Change = Callable[[Writing, Visitor, Administrator, Typed, str], object]


def _reset(tx: Writing, visitor: Visitor, by: Administrator, typed: Typed, secret: str) -> None:
    hashed = visitor.console.parts.passwords.hash(secret)
    by.reset_password(tx, typed.user, hashed)


def _set_identity(tx: Writing, visitor: Visitor, by: Administrator, typed: Typed, _: str) -> None:
    known = user_named(tx, typed.user)
    if not typed.identity and known is not None and not known.password_hash:
        raise NotDone(Why.NO_WAY_IN, f"{typed.user} has no password: nothing would be left to sign in with")
    by.set_identity(tx, typed.user, _identity(visitor, typed.identity) if typed.identity else None)


_CHANGES: Mapping[str, Change] = {
    "role": lambda tx, _v, by, typed, _s: by.change_role(tx, typed.user, _role(typed.role)),
    "give-administration": lambda tx, _v, by, typed, _s: by.give_administration(tx, typed.user),
    "take-administration": lambda tx, _v, by, typed, _s: by.take_administration(tx, typed.user),
    "reset": _reset,
    "identity": _set_identity,
    "unlock": lambda tx, _v, by, typed, _s: by.unlock(tx, typed.user),
    "end-sessions": lambda tx, _v, by, typed, _s: by.end_sessions(tx, typed.user),
    "close": lambda tx, _v, by, typed, _s: by.close(tx, typed.user),
    "reopen": lambda tx, _v, by, typed, _s: by.reopen(tx, typed.user),
}


def _must_see(visitor: Visitor) -> None:
    if not (visitor.administers or visitor.role is Role.AUDITOR):
        raise NotAllowed("users are looked at by whoever administers, and by auditors")


def _must_administer(visitor: Visitor, csrf: str | None = None) -> None:
    if not visitor.administers:
        raise NotAllowed("users are opened and closed by whoever administers")
    if csrf is not None and not visitor.signed_in.meant(csrf):
        raise FormRefused


def _administrator(visitor: Visitor, reason: str) -> Administrator:
    actor = visitor.signed_in.actor
    return Administrator(By(actor.id, actor.method), reason, visitor.console.parts.now())


def _role(name: str) -> Role:
    if name not in ROLES:
        raise NotDone(Why.NO_ROLE, f"{name!r} is no role of a person")
    return Role(name)


def _identity(visitor: Visitor, said: str) -> str:
    provider = visitor.console.parts.provider
    try:
        return identity_from(said, provider.issuer if provider else None)
    except NotAnIdentity as error:
        raise NotDone(Why.NO_IDENTITY, str(error)) from error


def _open_form(visitor: Visitor, typed: Typed, trouble: Why | None) -> Response:
    return _page(
        visitor, "user_open.html", 422 if trouble else 200, typed=typed, trouble=trouble, roles=ROLES,
        provider=visitor.console.parts.provider,
    )  # fmt: skip


def _user(
    visitor: Visitor,
    user_id: str,
    *,
    secret: str = "",
    trouble: Why | None = None,
    act: str = "",
    typed: Typed | None = None,
) -> Response:
    shown = user_page(visitor.console.parts, user_id)
    if shown is None:
        raise NotHere(user_id)
    return _page(
        visitor, "user.html", 422 if trouble else 200, shown=shown, secret=secret, trouble=trouble, act=act,
        typed=typed or Typed(role=shown.sight.user.role.value), roles=ROLES,
        provider=visitor.console.parts.provider,
    )  # fmt: skip


def _page(visitor: Visitor, template: str, status: int = 200, **shown: object) -> Response:
    rendering = visitor.console.rendering
    return rendering.page(template, topped(visitor), status, administers=visitor.administers, **shown)
