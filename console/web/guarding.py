"""Turning requests away before any page is asked: posts from elsewhere, and bodies no form of ours has.

The rule that keeps it honest: what a browser says of where a request comes from is believed only against it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.api.problems import Trouble, problem
from domain.refusal import Code

MOST_BYTES = 64 * 1024
MOST_OF_A_DOCUMENT = 1_200_000
"""More than any protocol document may have: it is sent as it is written."""

_DOCUMENTS = re.compile(r"/study/[^/]+/(?:conduct/proposal|protocol/what-if(?:\.(?:json|html))?)")
_READING = frozenset({"GET", "HEAD"})


class OurForms:
    """Lets a request that changes something in only from our own pages.

    Every form carries its session's token too; this one guards the sign-in, which has no session yet.
    `secure`: our pages are served over TLS, so that one without it is none of ours.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._schemes = ("https",) if secure else ("http", "https")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _of_api(scope) and _writes(scope) and not _ours(Headers(scope=scope), self._schemes):
            await PlainTextResponse("this form is of another site", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class SmallBodies:
    """Reads no more of a body than any form needs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _writes(scope):
            await self._app(scope, receive, send)
            return
        most = MOST_OF_A_DOCUMENT if _DOCUMENTS.fullmatch(str(scope["path"])) else MOST_BYTES
        body = await _read(receive, most)
        if body is None:
            await _too_large(scope, most)(scope, receive, send)
            return
        told = False

        async def again() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, again, send)


def _writes(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] not in _READING


def _of_api(scope: Scope) -> bool:
    # The API looks at tokens alone, which no page elsewhere can send.
    return scope["type"] == "http" and str(scope["path"]).startswith("/api/")


def _too_large(scope: Scope, most: int) -> Response:
    told = f"more was sent than the {most} bytes that anything here needs"
    return problem(Trouble(Code.TOO_LARGE, told)) if _of_api(scope) else PlainTextResponse(told, 413)


async def _read(receive: Receive, most: int) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _ours(headers: Headers, schemes: tuple[str, ...]) -> bool:
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    # Some browsers say `null` when they will not tell; then the other header has spoken.
    if origin is None or (origin == "null" and "sec-fetch-site" in headers):
        return True
    said = urlsplit(origin)
    return said.scheme in schemes and said.netloc == headers.get("host")
