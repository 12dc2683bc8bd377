"""The addresses of a person's own settings: how they like the console, their password, their sessions.

The rule that keeps it honest: everybody changes their own and nobody else's; another password needs the old
one, counts towards the lock-out, and signs out every other browser.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.administering import change_own_password
from console.web.door_pages import holder, language_chosen
from console.web.pages.settings import settings_page
from console.web.passwords import LONGEST, SHORTEST
from console.web.sessions import SignedIn, TurnedAway
from console.web.top_frame import topped
from console.web.visiting import (
    Console,
    FormRefused,
    Locked,
    NotHere,
    Visiting,
    Visitor,
    address_of,
    console_of,
    framed_for,
)
from console.words import Language
from store.administration import By
from store.preferences import Preferences, Theme, keep_preferences
from store.sign_ins import close_session, sessions_of

router = APIRouter(default_response_class=HTMLResponse)
Text = Annotated[str, Form(max_length=2000)]


@router.get("/settings")
def settings(visitor: Visiting) -> Response:
    """A person's own settings."""
    return _settings(visitor)


@router.post("/settings/liking")
def keep_liking(
    visitor: Visiting, theme: Annotated[Theme, Form()], csrf: Text = "", language: Text = "", keys: Text = ""
) -> Response:
    """Keep how somebody likes the console."""
    _meant(visitor, csrf)
    chosen = {each.value: each for each in Language}.get(language)
    liked = Preferences(chosen.value if chosen else None, theme, bool(keys))
    with visitor.console.parts.store.writing() as tx:
        keep_preferences(tx, visitor.signed_in.user.user_id, liked)
    return language_chosen(visitor.console, chosen, RedirectResponse("/settings?done=kept", 303))


@router.post("/settings/sessions/end")
def end_sessions(visitor: Visiting, csrf: Text = "", session: Text = "") -> Response:
    """End one of one's own sessions, or all others (`session` empty)."""
    _meant(visitor, csrf)
    own = visitor.signed_in.session
    with visitor.console.parts.store.writing() as tx:
        others = [
            each
            for each in sessions_of(tx, own.user_id, visitor.console.parts.now())
            if each.token_hash != own.token_hash and session in ("", each.name)
        ]
        if session and not others:
            raise NotHere(session)
        for each in others:
            close_session(tx, each.token_hash)
    return RedirectResponse("/settings?done=kept#sessions", 303)


@router.get("/password")
def password_page(request: Request) -> Response:
    """The form of somebody who has to choose a password, or wants to."""
    return _password_form(request, _chooser(request))


@router.post("/password")
def change_password(
    request: Request, csrf: Text = "", old: Text = "", new: Text = "", again: Text = ""
) -> Response:
    """Keep the password somebody chose."""
    signed_in, console = _chooser(request), console_of(request)
    if not signed_in.meant(csrf):
        raise FormRefused
    if trouble := _wrong(old, new, again):
        return _password_form(request, signed_in, trouble)
    try:
        console.door.prove(signed_in, old, address_of(request))
    except TurnedAway as turned:
        return _password_form(request, signed_in, turned.why.value)
    _keep(console, signed_in, new)
    return RedirectResponse("/settings?done=kept", 303)


def _wrong(old: str, new: str, again: str) -> str:
    if not SHORTEST <= len(new) <= LONGEST:
        return "length"
    if new != again:
        return "again"
    return "same" if new == old else ""


def _keep(console: Console, signed_in: SignedIn, new: str) -> None:
    parts, session = console.parts, signed_in.session
    by = By(session.user_id, session.method)
    hashed = parts.passwords.hash(new)
    with parts.store.writing() as tx:
        change_own_password(tx, signed_in.user, hashed, by, parts.now(), spare=session.token_hash)


def _chooser(request: Request) -> SignedIn:
    signed_in = holder(request)
    if signed_in.locked:
        raise Locked(signed_in)
    if not signed_in.user.password_hash:
        raise NotHere("signs in with the identity provider alone")
    return signed_in


def _password_form(request: Request, signed_in: SignedIn, trouble: str = "") -> Response:
    frame = framed_for(request, signed_in)
    status = 429 if trouble == "too often" else 422 if trouble else 200
    return console_of(request).rendering.page(
        "password.html", frame, status, trouble=trouble, shortest=SHORTEST, one_time=signed_in.user.one_time
    )


def _settings(visitor: Visitor) -> Response:
    shown = settings_page(visitor)
    return visitor.console.rendering.page("settings.html", topped(visitor), shown=shown, themes=tuple(Theme))


def _meant(visitor: Visitor, csrf: str) -> None:
    if not visitor.signed_in.meant(csrf):
        raise FormRefused
