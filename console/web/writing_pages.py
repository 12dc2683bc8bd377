"""The address at which one alert is answered, and what a form carries to any address.

The rule that keeps it honest: an answer leads to a page read after it was recorded; a refusal says why, and
what nobody answered is asked again under the same id.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Form as Posted
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.web.asking import Form, Trouble, ask
from console.web.door_pages import safe_path
from console.web.form_pages import with_done
from console.web.visiting import Visiting, Visitor

router = APIRouter(default_response_class=HTMLResponse)
Text = Annotated[str, Posted(max_length=4000)]


def posted_form(csrf: Text = "", id: Text = "") -> Form:  # noqa: A002 - the field's name
    """The token and the id of a form."""
    return Form(csrf, id)


FormOf = Annotated[Form, Depends(posted_form)]


@router.post("/study/{study}/acknowledge")
async def acknowledge(
    study: str, visitor: Visiting, form: FormOf, alert: Text = "", back: Text = "/"
) -> Response:
    """Answer an alert: its climb stops."""
    form.check(visitor)
    participant = alert.partition("/")[0]
    trouble = await ask(visitor, form, study, participant, "acknowledge_alert", {"alert": alert})
    if trouble is None:
        return RedirectResponse(with_done(safe_path(back), "acknowledged"), 303)
    return await run_in_threadpool(_not_acknowledged, visitor, study, alert, form, trouble)


def _not_acknowledged(visitor: Visitor, study: str, alert: str, form: Form, trouble: Trouble) -> Response:
    with visitor.looking(study) as look:
        frame = visitor.framed(look, live=False)
    return visitor.console.rendering.page(
        "not_done.html", frame, trouble.status, may=visitor.may, trouble=trouble, alert=alert, id=form.id
    )
