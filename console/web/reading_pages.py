"""The addresses of the pages that show something."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sse_starlette import EventSourceResponse

from console.record import record_of
from console.web.pages.alerts import one_alert
from console.web.pages.participant import participant_page
from console.web.pages.today import today
from console.web.visiting import NotHere, Visiting, Visitor, address_of, console_of
from console.web.visiting import visitor as somebody
from console.worklist import Part
from domain.refusal import Code, Refused

router = APIRouter(default_response_class=HTMLResponse)
_NOT_THERE = (Code.UNKNOWN_PARTICIPANT, Code.UNKNOWN_ALERT, Code.UNKNOWN_ITEM)


@router.get("/")
def home(visitor: Visiting) -> Response:
    """Today, if there is one study; else the choice."""
    with visitor.console.parts.store.reading() as reading:
        studies = tuple(reading.studies())
    if len(studies) == 1:
        return RedirectResponse(f"/study/{studies[0]}", 303)
    return visitor.console.rendering.page("studies.html", visitor.frame.but(studies=studies))


@router.get("/study/{study}")
def today_page(
    study: str, visitor: Visiting, only: Annotated[Part | None, Query(alias="list")] = None, page: int = 1
) -> Response:
    """What needs doing now; or one of its lists, page by page."""
    with visitor.looking(study) as look:
        shown = today(look, only, page)
        return _page(visitor, "today.html", visitor.framed(look, live=True), work=shown)


@router.get("/study/{study}/alert/{alert:path}")
def alert(study: str, alert: str, visitor: Visiting) -> Response:
    """One alert in full."""
    with visitor.looking(study) as look:
        try:
            found = one_alert(look, visitor.console.hearing, alert)
        except Refused as refused:
            raise _not_here(refused) from refused
        return _page(visitor, "alert.html", visitor.framed(look, live=True), shown=found)


@router.get("/study/{study}/participant/{code}")
def participant(study: str, code: str, visitor: Visiting, everything: bool = False) -> Response:
    """One participant."""
    with visitor.looking(study) as look:
        try:
            found = participant_page(look, code, everything=everything)
        except Refused as refused:
            raise _not_here(refused) from refused
        frame = visitor.framed(look, live=True)
        return _page(visitor, "participant.html", frame, shown=found, everything=everything)


@router.get("/study/{study}/participant/{code}/why/{item}")
def why(study: str, code: str, item: str, visitor: Visiting) -> Response:
    """Why a date is what it is."""
    with visitor.looking(study) as look:
        try:
            found = record_of(look, code).explained(item)
        except Refused as refused:
            raise _not_here(refused) from refused
        return _page(visitor, "why.html", visitor.framed(look, live=True), why=found)


@router.get("/alerts/{alert:path}")
def from_a_notice(alert: str, visitor: Visiting) -> Response:
    """Where the link of a notice leads: the alert, in the study that has it."""
    with visitor.console.parts.store.reading() as reading:
        for study in reading.studies():
            if reading.alert(study, alert) is not None:
                return RedirectResponse(f"/study/{study}/alert/{alert}", 303)
    raise NotHere(alert)


@router.get("/events", dependencies=[Depends(somebody)])
async def events(request: Request, after: int | None = None) -> Response:
    """The stream of pushes. A browser that comes back names the last one it saw."""
    console, address = console_of(request), address_of(request)
    token = request.cookies.get(console.cookie)

    def welcome() -> bool:
        signed_in = console.door.who(token, address, touch=False)
        return signed_in is not None and not signed_in.locked

    last = request.headers.get("last-event-id", "")
    seen = int(last) if last.isdecimal() and len(last) < 19 else after
    return EventSourceResponse(console.pulse.events(seen, welcome), ping=15)


def _page(visitor: Visitor, template: str, frame: object, **shown: object) -> HTMLResponse:
    return visitor.console.rendering.page(template, frame, may=visitor.may, **shown)  # type: ignore[arg-type]


def _not_here(refused: Refused) -> Exception:
    return NotHere(refused.text) if refused.code in _NOT_THERE else refused
