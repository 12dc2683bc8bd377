"""The API put together: its addresses, its description, and how each trouble is told.

The rule that keeps it honest: an address that is not there, a method it does not take and a fault of ours are
problems like any other.
"""

from __future__ import annotations

import re

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from console.api.answers import answer
from console.api.asking import ShownToken
from console.api.describing import ROUTERS, described
from console.api.problems import (
    FAULT_OF_OURS,
    NO_KEY,
    NO_STORE,
    NO_SUCH_METHOD,
    NOT_FOUND,
    OWN,
    UNREADABLE,
    WHERE,
    Fault,
    Trouble,
    faulty,
    problem,
    status_of,
)
from console.api.tokens import Gate
from console.api.trying import turns
from console.web.visiting import Console, address_of, console_of
from domain.refusal import MEANINGS
from store import StoreError

PREFIX = "/api/v1"
_TOLD = {404: NOT_FOUND, 405: NO_SUCH_METHOD}


def api_mount(console: Console) -> Mount:
    """The API of a console at its place; whatever stands in the path below it is the API's to answer."""
    mount = Mount(PREFIX, make_api(console), name="api")
    # As it comes, a path that holds a line feed is nobody's.
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


def make_api(console: Console) -> FastAPI:
    """The API of a console."""
    app = FastAPI(title="Day Zero", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.console = console
    app.state.trying = turns()
    for router in ROUTERS:
        app.include_router(router)
    app.add_api_route("/openapi.json", _description, include_in_schema=False)
    app.add_api_route(WHERE.removeprefix(PREFIX), _codes, include_in_schema=False)
    _tell_troubles(app)
    return app


def _description(request: Request, token: ShownToken) -> Response:
    """The description, for a client with a token and for somebody signed in at the console."""
    console = console_of(request)
    signed_in = console.door.who(request.cookies.get(console.cookie), address_of(request), touch=False)
    if signed_in is None or signed_in.locked:
        Gate(console.parts).client(token, address_of(request))
    return answer(described(request.app))


def _codes(_: Request) -> Response:
    """What each code of a problem means, and its status."""
    known = {**{code.value: says for code, says in MEANINGS.items()}, **OWN}
    return answer({code: {"status": status_of(code), "title": says} for code, says in sorted(known.items())})


def _tell_troubles(app: FastAPI) -> None:
    @app.exception_handler(Trouble)
    async def _(_request: Request, trouble: Trouble) -> Response:
        return problem(trouble)

    @app.exception_handler(RequestValidationError)
    async def _(_request: Request, error: RequestValidationError) -> Response:
        return problem(_of_request(error))

    @app.exception_handler(HTTPException)
    async def _(request: Request, error: HTTPException) -> Response:
        code = _TOLD.get(error.status_code, UNREADABLE)
        detail = f"{request.method} {request.url.path}: {error.detail}"
        return problem(Trouble(code, detail, headers=error.headers or {}))

    @app.exception_handler(StoreError)
    async def _(_request: Request, _error: StoreError) -> Response:
        return problem(Trouble(NO_STORE, "the store does not answer", headers={"Retry-After": "5"}))

    @app.exception_handler(Exception)
    async def _(_request: Request, _error: Exception) -> Response:
        # Told and then raised on, so that the server's log has it whole.
        return problem(Trouble(FAULT_OF_OURS, "this is a fault of ours; the console's log says what"))


def _of_request(error: RequestValidationError) -> Trouble:
    faults = [Fault(".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()]
    if any(each["type"] == "missing" and each["loc"][0] == "header" for each in error.errors()):
        return Trouble(NO_KEY, "send a UUID of this command's own in the header Idempotency-Key")
    return faulty(faults)
