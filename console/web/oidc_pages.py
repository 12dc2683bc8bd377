"""The addresses by which people come in through the identity provider, and prove anew who they are.

The rule that keeps it honest: whoever comes back does so once, in the browser that went, soon, and as
somebody whom an administrator opened; a proof counts only if the provider really asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.identities import by_address
from console.web.checking import Turned, TurnedAway
from console.web.digests import hashed, new_token
from console.web.door_pages import holder, keeping, safe_path, sign_in_form
from console.web.oidc import Leaving, NotBelieved, Provider, ProviderAway, Vouched
from console.web.pacing import Pace
from console.web.proving import leaving_of, with_kept
from console.web.visiting import Console, NotHere, address_of, bare_frame, caller_of, console_of
from store.administration import Act, By, administer
from store.round_trips import Purpose, RoundTrip, begin, finish
from store.sign_ins import User, note_proof, user_of_identity

router = APIRouter(default_response_class=HTMLResponse)
_log = logging.getLogger(__name__)
_LONGEST = timedelta(minutes=10)
Given = Annotated[str, Query(max_length=4000)]


def pace_from(now: Callable[[], datetime]) -> Pace:
    """How often somebody may be sent to the provider: each way is kept until it is too late."""
    return Pace(30, timedelta(minutes=1), now)


@router.get("/sign-in/provider")
def go(request: Request, next: str = "/") -> Response:  # noqa: A002 - it is in the address
    """Lead somebody to the identity provider, to sign in."""
    return _sent(request, Purpose.SIGN_IN, safe_path(next))


@router.get("/unlock/provider")
def go_to_unlock(request: Request, next: str = "/") -> Response:  # noqa: A002
    """Lead somebody who was away for long to the identity provider."""
    return _sent(request, Purpose.UNLOCK, safe_path(next))


@router.get("/sign/provider")
def go_to_prove(request: Request, kept: Given = "") -> Response:
    """Lead somebody who signs to the identity provider; their form waits under `kept`."""
    console, signed_in = console_of(request), holder(request)
    waiting = leaving_of(console, signed_in, kept)
    if waiting is None:
        raise NotHere("no form waits for this proof")
    return _sent(request, Purpose.PROVE, waiting.back, waiting.typed)


@router.get("/sign-in/back")
def back(
    request: Request, state: Given = "", code: Given = "", error: Given = "", iss: Given = ""
) -> Response:
    """Take in somebody who comes back."""
    console, provider = console_of(request), _provider(request)
    trip = _finished(request, state)
    if trip is None or error or not code or iss not in ("", provider.issuer):
        return _turned(request, trip, Turned.NOT_SO)
    leaving = Leaving(state, trip.nonce, trip.verifier, trip.purpose is not Purpose.SIGN_IN)
    try:
        vouched = provider.vouched(code, leaving, console.parts.now())
        if trip.purpose is Purpose.SIGN_IN:
            return _signed_in(request, trip, vouched)
        return _proved(request, trip, state, vouched)
    except TurnedAway as turned:
        return _turned(request, trip, turned.why)
    except ProviderAway as away:
        _log.warning("the identity provider cannot be asked: %s", away)
        return _turned(request, trip, Turned.AWAY)
    except NotBelieved as doubt:
        _log.warning("what came back from the identity provider is not believed: %s", doubt)
        return _turned(request, trip, Turned.NOT_SO)


@router.get("/signed-out")
def signed_out(request: Request) -> Response:
    """Say that they are signed out here, and where they sign out of the provider too."""
    provider = _provider(request)
    return console_of(request).rendering.page(
        "signed_out.html", bare_frame(request), way_out=provider.way_out(), name=provider.name
    )


def _sent(request: Request, purpose: Purpose, to: str, typed: str = "{}") -> Response:
    console, provider = console_of(request), _provider(request)
    asking: Pace = request.app.state.ways
    if not asking.keeps(address_of(request)):
        return sign_in_form(request, to, Turned.TOO_OFTEN)
    anew = purpose is not Purpose.SIGN_IN
    session = holder(request).session.token_hash if anew else None
    leaving, browser = Leaving(new_token(), new_token(), new_token(), anew), new_token()
    try:
        way = provider.way(leaving)
    except ProviderAway as away:
        _log.warning("the identity provider cannot be asked: %s", away)
        return sign_in_form(request, to, Turned.AWAY)
    now = console.parts.now()
    trip = RoundTrip(
        hashed(leaving.state), purpose, hashed(browser), session, leaving.nonce, leaving.verifier, to, typed,
        now, now + _LONGEST,
    )  # fmt: skip
    with console.parts.store.writing() as tx:
        begin(tx, trip)
    response = RedirectResponse(way, 303)
    response.set_cookie(
        _cookie(console), browser, max_age=int(_LONGEST.total_seconds()), httponly=True,
        secure=console.parts.policy.secure, samesite="lax",
    )  # fmt: skip
    return response


def _finished(request: Request, state: str) -> RoundTrip | None:
    console = console_of(request)
    browser = request.cookies.get(_cookie(console), "")
    with console.parts.store.writing() as tx:
        trip = finish(tx, hashed(state), console.parts.now())
    return trip if trip is not None and trip.browser == hashed(browser) else None


def _signed_in(request: Request, trip: RoundTrip, vouched: Vouched) -> Response:
    console = console_of(request)
    user = _known(console, vouched)
    if user is None:
        raise TurnedAway(Turned.NOBODY)
    opened = console.door.let_in(user, caller_of(request))
    return _ended(console, keeping(console, RedirectResponse(trip.back, 303), opened))


def _proved(request: Request, trip: RoundTrip, state: str, vouched: Vouched) -> Response:
    console, provider, signed_in = console_of(request), _provider(request), holder(request)
    asked = vouched.asked_at
    if signed_in.session.token_hash != trip.session or signed_in.user.identity != vouched.identity:
        raise TurnedAway(Turned.NOT_SO)
    if asked is None or asked < trip.opened_at - provider.skew:
        raise NotBelieved(f"who they are was last asked at {asked}, and not for this")
    if trip.purpose is Purpose.UNLOCK:
        console.door.go_on(signed_in)
        return _ended(console, RedirectResponse(trip.back, 303))
    with console.parts.store.writing() as tx:
        note_proof(tx, signed_in.session.token_hash, console.parts.now(), None)
    return _ended(console, RedirectResponse(with_kept(trip.back, state), 303))


def _known(console: Console, vouched: Vouched) -> User | None:
    parts = console.parts
    with parts.store.writing() as tx:
        user = user_of_identity(tx, vouched.identity)
        if user is None and vouched.address is not None:
            user = user_of_identity(tx, vouched.address)
        if user is None or user.closed_at is not None:
            return None
        if user.identity is not None and by_address(user.identity):
            # An address may be given to somebody else one day; the provider's own name for them never is.
            user = replace(user, identity=vouched.identity)
            by = By(user.user_id, "oidc")
            administer(tx, Act.IDENTITY_BOUND, user, by, "first sign-in with the provider", parts.now())
    return user


def _turned(request: Request, trip: RoundTrip | None, why: Turned) -> Response:
    console = console_of(request)
    status = 503 if why is Turned.AWAY else 403
    shown = {
        "why": why.value,
        "name": _provider(request).name,
        "back": trip.back if trip is not None else "/",
        "purpose": trip.purpose.value if trip is not None else Purpose.SIGN_IN.value,
    }
    return _ended(
        console, console.rendering.page("provider_trouble.html", bare_frame(request), status, **shown)
    )


def _ended(console: Console, response: Response) -> Response:
    secure = console.parts.policy.secure
    response.delete_cookie(_cookie(console), httponly=True, secure=secure, samesite="lax")
    return response


def _provider(request: Request) -> Provider:
    provider = console_of(request).parts.provider
    if provider is None:
        raise NotHere("no identity provider is set")
    return provider


def _cookie(console: Console) -> str:
    return console.named_cookie("dayzero-way")
