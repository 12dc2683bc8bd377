"""The address of the page about the deployment itself.

The rule that keeps it honest: whatever does not answer in time is said not to; the page comes all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from console.health import Finding
from console.system import system_of, worst
from console.web.top_frame import topped
from console.web.visiting import Visiting, Visitor

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/system")
async def system(visitor: Visiting) -> Response:
    """What the deployment stands on, and what it is behind with."""
    around = visitor.console.parts.around
    found = await around.ask() if around is not None else ()
    return await run_in_threadpool(_shown, visitor, tuple(found))


def _shown(visitor: Visitor, around: Sequence[Finding]) -> Response:
    parts = visitor.console.parts
    channels = parts.around.channels if parts.around is not None else ()
    shown = system_of(parts.store, parts.rulebook, parts.now(), channels)
    frame = topped(visitor)
    server = tuple(each for each in around if each.part == "Temporal")
    workers = tuple(each for each in around if each.part.startswith("worker"))
    return visitor.console.rendering.page(
        "system.html",
        frame,
        may=visitor.may,
        shown=shown,
        around=around,
        server=server,
        workers=workers,
        worst=worst,
    )
