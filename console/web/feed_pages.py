"""The addresses of the calendar for other programs: the feed, the file of a month, and who may follow.

The rule that keeps it honest: a feed says nothing of why it has nothing to show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from console.calendar.feed import Memory, told_between
from console.calendar.ics import ics
from console.exports.lists import READERS
from console.web.asking import Form as Sent
from console.web.feeding import end_address, followed, new_address
from console.web.pacing import Pace
from console.web.pages.calendar import Asked, NoSuchDay, wanted_in
from console.web.visiting import NotAllowed, NotHere, Visiting, Visitor, address_of, console_of

router = APIRouter(default_response_class=HTMLResponse)
Text = Annotated[str, Form(max_length=200)]
_CALENDAR = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asking:
    """How often feeds may be asked for, and what was told before."""

    pace: Pace
    memory: Memory = field(default_factory=dict)


def asking_from(now: Callable[[], datetime]) -> Asking:
    """What a console keeps in mind for those who follow calendars."""
    return Asking(Pace(30, timedelta(minutes=1), now))


@router.get("/calendar/{token}.ics")
def feed(token: str, request: Request) -> Response:
    """A user's calendar of a study, for whoever holds its address."""
    console, address = console_of(request), address_of(request)
    asking: Asking = request.app.state.feeds
    if not asking.pace.keeps(address):
        return PlainTextResponse("asked too often", 429, headers={"Retry-After": "60"})
    known = request.headers.get("if-none-match", "")
    found = followed(console.parts, asking.memory, token, address, _base(request), known)
    if found is None:
        return PlainTextResponse("there is no such calendar", 404)
    headers = {"ETag": found.etag}
    if found.body is None:
        return Response(status_code=304, headers=headers)
    return Response(found.body, media_type=_CALENDAR, headers=headers)


@router.get("/study/{study}/calendar.ics")
def month_file(
    study: str, request: Request, visitor: Visiting, month: str = "", site: str = "", participant: str = ""
) -> Response:
    """A month of the calendar as a file, to be taken in once."""
    _may(visitor)
    with visitor.looking(study) as look:
        try:
            asked, wanted = wanted_in(look, Asked("list", month, "", site, participant))
        except NoSuchDay as error:
            raise NotHere(str(error)) from error
        body = ics(study, f"{study} {asked.month}", _base(request), told_between(look, wanted))
    headers = {"Content-Disposition": f'attachment; filename="{study}-{asked.month}.ics"'}
    return Response(body, media_type=_CALENDAR, headers=headers)


@router.post("/study/{study}/calendar/feed")
def make_feed(
    study: str,
    request: Request,
    visitor: Visiting,
    csrf: Text = "",
    id: Text = "",  # noqa: A002
) -> Response:
    """A new address for the visitor's calendar, shown this once."""
    _may(visitor)
    Sent(csrf, id).check(visitor)
    with visitor.looking(study) as look:
        frame, language = visitor.framed(look, live=False), look.language
    token = new_address(visitor.console.parts, visitor.signed_in, study, language)
    made = f"{_base(request)}/calendar/{token}.ics"
    return visitor.console.rendering.page("calendar_feed.html", frame, may=visitor.may, made=made)


@router.post("/study/{study}/calendar/feed/end")
def end(study: str, visitor: Visiting, csrf: Text = "", id: Text = "") -> Response:  # noqa: A002
    """End the visitor's address."""
    Sent(csrf, id).check(visitor)
    end_address(visitor.console.parts, visitor.signed_in, study)
    return RedirectResponse(f"/study/{study}/calendar?done=ended#feed", 303)


def _may(visitor: Visitor) -> None:
    if visitor.role not in READERS:
        raise NotAllowed("calendars are taken away")


def _base(request: Request) -> str:
    secure = console_of(request).parts.policy.secure
    return f"{'https' if secure else request.url.scheme}://{request.url.netloc}"
