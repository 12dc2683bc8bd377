"""The addresses of the door: sign in, unlock, sign out, and the choice of language."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.web.demo_users import DEMO_PASSWORD, DEMO_USERS
from console.web.sessions import Opened, SignedIn, Turned, TurnedAway, on_this_machine
from console.web.visiting import (
    LANGUAGE_COOKIE,
    Console,
    FormRefused,
    NotSignedIn,
    address_of,
    bare_frame,
    caller_of,
    console_of,
    framed_for,
)
from console.words import Language
from store.preferences import keep_preferences

router = APIRouter(default_response_class=HTMLResponse)
_YEAR_S = 31_536_000
_STATUS = {Turned.WRONG: 401, Turned.TOO_OFTEN: 429, Turned.AWAY: 503}


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002 - it is in the address
    """The form; in the demo, with the users of the demo."""
    return sign_in_form(request, next)


@router.post("/sign-in")
def sign_in(
    request: Request,
    user: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002
) -> Response:
    """Let somebody in, and lead them where they wanted to go."""
    console = console_of(request)
    try:
        opened = console.door.sign_in(user.strip(), password, caller_of(request))
    except TurnedAway as turned:
        return sign_in_form(request, next, turned.why, user)
    return keeping(console, RedirectResponse(safe_path(next), 303), opened)


@router.get("/unlock")
def unlock_page(request: Request, next: str = "/") -> Response:  # noqa: A002
    """The form of somebody who was away for long."""
    return unlock_form(request, holder(request), next)


@router.post("/unlock")
def unlock(
    request: Request,
    password: Annotated[str, Form(max_length=1000)] = "",
    csrf: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002
) -> Response:
    """Let them go on."""
    signed_in = holder(request)
    if not signed_in.meant(csrf):
        raise FormRefused
    try:
        console_of(request).door.unlock(signed_in, password, address_of(request))
    except TurnedAway as turned:
        return unlock_form(request, signed_in, next, turned.why)
    return RedirectResponse(safe_path(next), 303)


@router.post("/sign-out")
def sign_out(request: Request, csrf: Annotated[str, Form(max_length=200)] = "") -> Response:
    """End the session here and on the server."""
    console, signed_in = console_of(request), holder(request)
    if not signed_in.meant(csrf):
        raise FormRefused
    console.door.sign_out(signed_in)
    response = RedirectResponse("/signed-out" if signed_in.by_provider else "/sign-in", 303)
    response.delete_cookie(console.cookie, httponly=True, secure=console.parts.policy.secure, samesite="lax")
    return response


@router.post("/language")
def language(
    request: Request,
    to: Annotated[Language, Form()],
    back: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Keep the choice of language in the browser, and for whoever is signed in."""
    console = console_of(request)
    token = request.cookies.get(console.cookie)
    signed_in = console.door.who(token, address_of(request), touch=False)
    if signed_in is not None:
        chosen = replace(signed_in.preferences, language=to.value)
        with console.parts.store.writing() as tx:
            keep_preferences(tx, signed_in.user.user_id, chosen)
    return language_chosen(console, to, RedirectResponse(safe_path(back), 303))


def language_chosen(console: Console, language: Language | None, response: Response) -> Response:
    """The answer that keeps a language in the browser too, for pages that are of nobody; None: forgets it."""
    secure = console.parts.policy.secure
    value, seconds = (language.value, _YEAR_S) if language else ("", 0)
    response.set_cookie(LANGUAGE_COOKIE, value, max_age=seconds, httponly=True, secure=secure, samesite="lax")
    return response


def unlock_form(
    request: Request, signed_in: SignedIn, next_: str, why: Turned | None = None, *, posted: bool = False
) -> HTMLResponse:
    """`posted`: a form was on its way when the lock fell; nothing of it was done."""
    frame = framed_for(request, signed_in).but(signed_in=None)
    status = _STATUS[why] if why else (401 if posted else 200)
    shown: dict[str, object] = {
        "signed_in": signed_in,
        "next": safe_path(next_),
        "why": why and why.value,
        "posted": posted,
    }
    return _rendering(request, "unlock.html", frame, status, shown)


def keeping(console: Console, response: Response, opened: Opened) -> Response:
    """The answer that hands a browser its new session, and the token by which it is known again."""
    policy = console.parts.policy
    lasts = int(policy.lasts.total_seconds())
    for name, token, seconds in (
        (console.cookie, opened.token, lasts),
        (console.device_cookie, opened.device, _YEAR_S),
    ):
        response.set_cookie(name, token, max_age=seconds, httponly=True, secure=policy.secure, samesite="lax")
    return response


def safe_path(path: str) -> str:
    """A place of this console, whatever was asked for: never another host."""
    parts = urlsplit(path)
    ours = (
        path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    )
    return path if ours and path.isprintable() and "\\" not in path else "/"


def sign_in_form(request: Request, next_: str, why: Turned | None = None, user: str = "") -> HTMLResponse:
    policy = console_of(request).parts.policy
    demo = DEMO_USERS if policy.demo and on_this_machine(address_of(request)) else ()
    shown: dict[str, object] = {
        "next": safe_path(next_),
        "why": why and why.value,
        "user": user[:64],
        "demo_users": demo,
        "demo_password": DEMO_PASSWORD,
        "provider": console_of(request).parts.provider,
    }
    return _rendering(request, "sign_in.html", bare_frame(request), _STATUS[why] if why else 200, shown)


def _rendering(
    request: Request, template: str, frame: object, status: int, shown: dict[str, object]
) -> HTMLResponse:
    return console_of(request).rendering.page(template, frame, status, **shown)  # type: ignore[arg-type]


def holder(request: Request) -> SignedIn:
    """Who holds this browser's session, locked or not.

    Raises:
        NotSignedIn: nobody.
    """
    console: Console = console_of(request)
    token = request.cookies.get(console.cookie)
    signed_in = console.door.who(token, address_of(request), touch=False)
    if signed_in is None:
        raise NotSignedIn
    return signed_in
