"""The address of the calendar."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from console.exports.lists import READERS
from console.web.feeding import own_feed
from console.web.pages.calendar import Asked, NoSuchDay, calendar_page
from console.web.visiting import NotHere, Visiting

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/study/{study}/calendar")
def calendar(
    study: str,
    visitor: Visiting,
    view: str = "month",
    month: str = "",
    day: str = "",
    site: str = "",
    participant: str = "",
) -> Response:
    """A month, a week or a list of days."""
    with visitor.looking(study) as look:
        try:
            shown = calendar_page(look, Asked(view, month, day, site, participant))
        except NoSuchDay as error:
            raise NotHere(str(error)) from error
        frame = visitor.framed(look, live=True)
        feed = own_feed(look.reading, visitor.signed_in, study) if not frame.past else None
        return visitor.console.rendering.page(
            "calendar.html", frame, may=visitor.may, shown=shown, feed=feed, takes=visitor.role in READERS
        )
