"""The console put together: pages, forms, pushes, files, and what is said when something is not so.

The rule that keeps it honest: everything it needs is passed in; a request that no page of ours can have made
ends before any page is asked.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from activities.hearing import Hearing, Provenance
from console.api.app import api_mount
from console.reading_at import NoSuchMoment
from console.web import (
    alert_pages,
    calendar_pages,
    conduct_pages,
    door_pages,
    export_pages,
    feed_pages,
    form_pages,
    oidc_pages,
    protocol_what_if_pages,
    reading_pages,
    review_pages,
    settings_pages,
    study_pages,
    system_pages,
    users_pages,
    what_if_pages,
    writing_pages,
)
from console.web.guarding import OurForms, SmallBodies
from console.web.headers import Headers
from console.web.looking_back import InThePast, at_present, kept
from console.web.parts import Parts
from console.web.push import Pulse
from console.web.rendering import Rendering
from console.web.sessions import Door
from console.web.verifying import Verifying
from console.web.visiting import (
    LIVE,
    Console,
    FormRefused,
    Locked,
    MustChoose,
    NotAllowed,
    NotHere,
    NotSignedIn,
    bare_frame,
    console_of,
)
from replay.paper import NotOnPaper
from store import StoreError

STATIC = Path(__file__).with_name("static")


def make_app(parts: Parts, rendering: Rendering) -> FastAPI:
    """A console of these parts, ready to be served. `rendering` keeps its templates compiled."""
    pulse = Pulse(parts.store)
    parts = replace(parts, send=pulse.telling(parts.send))
    console = Console(
        parts=parts,
        door=Door(parts),
        rendering=rendering,
        pulse=pulse,
        # It only looks: nothing is ever stamped by it.
        hearing=Hearing(parts.rulebook, Provenance(software="", zone_table="")),
        verifying=Verifying(parts.now),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with console.pulse.following():
            yield

    app = FastAPI(
        title="Day Zero",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[
            Middleware(Headers, secure=parts.policy.secure),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(parts.policy.hosts)),
            Middleware(SmallBodies),
            Middleware(OurForms, secure=parts.policy.secure),
        ],
    )
    app.state.console = console
    app.state.feeds = feed_pages.asking_from(parts.now)
    app.state.ways = oidc_pages.pace_from(parts.now)
    app.state.trying = what_if_pages.turns()
    for pages in (
        alert_pages,
        calendar_pages,
        conduct_pages,
        door_pages,
        export_pages,
        feed_pages,
        form_pages,
        protocol_what_if_pages,
        reading_pages,
        review_pages,
        study_pages,
        what_if_pages,
        writing_pages,
    ):
        app.include_router(pages.router)
    for pages in (oidc_pages, settings_pages, system_pages, users_pages):
        app.include_router(pages.router)
    app.add_api_route("/health", _health, include_in_schema=False)
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC)))
    app.routes.append(api_mount(console))
    _tell_troubles(app)
    return app


def _health(request: Request) -> Response:
    """Whether pages can be read: for whoever watches the process."""
    with console_of(request).parts.store.reading() as reading:
        reading.position()
    return PlainTextResponse("ok")


_TOLD: Mapping[type[Exception], tuple[int, str]] = {
    NotAllowed: (403, "not allowed"),
    FormRefused: (403, "form refused"),
    NotHere: (404, "not here"),
    InThePast: (409, "in the past"),
    NotOnPaper: (409, "no past"),
    RequestValidationError: (422, "not so"),
    StoreError: (503, "no store"),
}


def _tell_troubles(app: FastAPI) -> None:
    """Each trouble has its page, in the browser's language, and its status."""

    @app.exception_handler(NotSignedIn)
    async def _(request: Request, _error: NotSignedIn) -> Response:
        if _by_itself(request):
            return PlainTextResponse("signed out", 401)
        if request.method != "GET":
            return _trouble(request, 401, "signed out")
        return RedirectResponse(f"/sign-in?next={_here(request)}", 303)

    @app.exception_handler(Locked)
    async def _(request: Request, error: Locked) -> Response:
        if _by_itself(request):
            return PlainTextResponse("locked", 401)
        if request.method != "GET":
            return door_pages.unlock_form(request, error.signed_in, "/", posted=True)
        return RedirectResponse(f"/unlock?next={_here(request)}", 303)

    @app.exception_handler(HTTPException)
    async def _(request: Request, error: HTTPException) -> Response:
        return _trouble(request, error.status_code, "not here" if error.status_code == 404 else "not so")

    @app.exception_handler(NoSuchMoment)
    async def _(request: Request, error: NoSuchMoment) -> Response:
        frame = bare_frame(request)
        frame = frame.but(kept=tuple(kept(frame.path)), at_present=at_present(frame.path))
        return console_of(request).rendering.page(
            "moment.html", frame, 422, why=error.why.value, named=error.which.value
        )

    app.add_exception_handler(MustChoose, _choose)
    for kind, (status, what) in _TOLD.items():
        app.add_exception_handler(kind, _teller(status, what))


async def _choose(request: Request, _error: Exception) -> Response:
    return PlainTextResponse("locked", 401) if _by_itself(request) else RedirectResponse("/password", 303)


def _teller(status: int, what: str) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def tell(request: Request, _error: Exception) -> Response:
        return _trouble(request, status, what)

    return tell


def _trouble(request: Request, status: int, what: str) -> HTMLResponse:
    frame = bare_frame(request)
    frame = frame.but(at_present=at_present(frame.path))
    return console_of(request).rendering.page("trouble.html", frame, status, what=what)


def _by_itself(request: Request) -> bool:
    return LIVE in request.headers or request.url.path == "/events"


def _here(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path + query, safe="/")
