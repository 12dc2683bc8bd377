"""The queue of alerts, and the answering of many at once.

The rule that keeps it honest: each alert is answered by a command of its own, whose id follows from the
form's and the alert's; what was refused is told with its reason, and a form sent again answers nothing twice.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.web.asking import Form, Trouble, ask
from console.web.door_pages import safe_path
from console.web.form_pages import with_done
from console.web.forms.typed import typed_in
from console.web.pages.alerts import STATES, Asked, queue
from console.web.visiting import NotHere, Visiting, Visitor

router = APIRouter(default_response_class=HTMLResponse)
MOST = 100
"""More alerts than a page shows are not answered at once."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One alert of many, and what stood in the way of answering it; None: it is answered."""

    alert: str
    trouble: Trouble | None


@router.get("/study/{study}/alerts")
def alerts(
    study: str,
    visitor: Visiting,
    state: str = "open",
    participant: str = "",
    kind: str = "",
    level: str = "",
    page: int = 1,
) -> Response:
    """The queue of alerts as it is asked for."""
    if state not in STATES:
        raise NotHere(state)
    with visitor.looking(study) as look:
        shown = queue(look, Asked(state, participant, kind, level, page))
        frame = visitor.framed(look, live=True)
        return visitor.console.rendering.page(
            "alerts.html", frame, may=visitor.may, shown=shown, states=STATES, id=str(uuid.uuid4())
        )


@router.post("/study/{study}/acknowledge-many")
async def acknowledge_many(study: str, visitor: Visiting, request: Request) -> Response:
    """Answer every alert that was ticked."""
    posted = typed_in((await request.form(max_fields=MOST + 10, max_files=0)).multi_items())
    form, back = Form(posted.one("csrf"), posted.one("id")), safe_path(posted.one("back") or "/")
    form.check(visitor)
    visitor.must("acknowledge_alert")
    chosen = tuple(dict.fromkeys(posted.many("alert")))[:MOST]
    found = [Answered(each, await _answer(visitor, form, study, each)) for each in chosen]
    if found and all(each.trouble is None for each in found):
        return RedirectResponse(with_done(back, "acknowledged"), 303)
    return await run_in_threadpool(_told, visitor, study, form, found, back)


async def _answer(visitor: Visitor, form: Form, study: str, alert: str) -> Trouble | None:
    own = Form(form.csrf, str(uuid.uuid5(uuid.UUID(form.id), alert)))
    return await ask(visitor, own, study, alert.partition("/")[0], "acknowledge_alert", {"alert": alert})


def _told(visitor: Visitor, study: str, form: Form, found: list[Answered], back: str) -> Response:
    with visitor.looking(study) as look:
        frame = visitor.framed(look, live=False)
    again = [each.alert for each in found if each.trouble is not None and each.trouble.again]
    return visitor.console.rendering.page(
        "answered_many.html",
        frame,
        503 if again else 422,
        may=visitor.may,
        found=found,
        answered=sum(each.trouble is None for each in found),
        again=again,
        id=form.id,
        back=back,
    )
