"""The addresses of the forms: acknowledge an alert, record an item, plan an item.

The rule that keeps it honest: a form that is refused comes back with all that was typed and the reason beside
its field; one that was taken leads to a page read after it was recorded.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from fastapi import Form as Posted
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.reading import StudyLook
from console.sights import ItemSight, ParticipantSight
from console.web.asking import Form, Trouble, ask
from console.web.door_pages import safe_path
from console.web.stating import Unstated, stated_from
from console.web.visiting import NotHere, Visiting, Visitor
from domain.refusal import Refused
from domain.views import ParticipantRow

router = APIRouter(default_response_class=HTMLResponse)
_DONE = {"record": "recorded", "plan": "planned"}
Text = Annotated[str, Posted(max_length=4000)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of a form about an item."""

    day: str = ""
    clock: str = ""
    reason: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form about one item of one participant. `verb`: `record` or `plan`."""

    verb: str
    study: str
    participant: str
    item: str
    typed: Typed = field(default_factory=Typed)
    id: str = ""
    trouble: Trouble | None = None

    @property
    def kind(self) -> str:
        """The command it sends."""
        return f"{self.verb}_item"


def posted_form(csrf: Text = "", id: Text = "") -> Form:  # noqa: A002 - the field's name
    """The token and the id of a form."""
    return Form(csrf, id)


def posted_typing(day: Text = "", clock: Text = "", reason: Text = "", approved_by: Text = "") -> Typed:
    """What was typed."""
    return Typed(day, clock, reason.strip(), approved_by.strip())


FormOf = Annotated[Form, Depends(posted_form)]
TypedIn = Annotated[Typed, Depends(posted_typing)]


@router.post("/study/{study}/acknowledge")
async def acknowledge(
    study: str, visitor: Visiting, form: FormOf, alert: Text = "", back: Text = "/"
) -> Response:
    """Answer an alert: its climb stops."""
    form.check(visitor)
    participant = alert.partition("/")[0]
    trouble = await ask(visitor, form, study, participant, "acknowledge_alert", {"alert": alert})
    if trouble is None:
        return _recorded(safe_path(back), "acknowledged")
    return await run_in_threadpool(_not_acknowledged, visitor, study, alert, form, trouble)


@router.get("/study/{study}/participant/{code}/record/{item}")
def record_form(study: str, code: str, item: str, visitor: Visiting) -> Response:
    """The form in which somebody states when an item happened."""
    return _shown(visitor, Sheet("record", study, code, item))


@router.get("/study/{study}/participant/{code}/plan/{item}")
def plan_form(study: str, code: str, item: str, visitor: Visiting) -> Response:
    """The form in which somebody sets or moves an appointment."""
    return _shown(visitor, Sheet("plan", study, code, item))


@router.post("/study/{study}/participant/{code}/{verb}/{item}")
async def written(
    study: str, code: str, verb: str, item: str, visitor: Visiting, form: FormOf, typed: TypedIn
) -> Response:
    """Record or plan an item."""
    if verb not in _DONE:
        raise NotHere(verb)
    form.check(visitor)
    sheet = Sheet(verb, study, code, item, typed, form.id)
    visitor.must(sheet.kind)
    zone = await run_in_threadpool(_zone, visitor, study, code)
    try:
        when = stated_from(typed.day, typed.clock, zone)
    except Unstated as unstated:
        trouble: Trouble | None = Trouble(unstated.why, "", unstated.field)
    else:
        trouble = await ask(visitor, form, study, code, sheet.kind, _fields(sheet, when))
    if trouble is None:
        return _recorded(f"/study/{study}/participant/{code}", _DONE[verb])
    # A refusal is the answer to its id for ever, so what is typed next needs another.
    again = form.id if trouble.again else str(uuid.uuid4())
    sheet = Sheet(verb, study, code, item, typed, again, trouble)
    return await run_in_threadpool(_shown, visitor, sheet)


def _fields(sheet: Sheet, when: str) -> dict[str, str]:
    typed = sheet.typed
    if sheet.verb == "plan":
        return {"item": sheet.item, "appointment": when, "reason": typed.reason}
    return {
        "item": sheet.item,
        "happened": when,
        "reason": typed.reason,
        "approved_by": typed.approved_by,
    }


def _recorded(path: str, done: str) -> Response:
    base = path.partition("?")[0]
    kept = [each for each in path.partition("?")[2].split("&") if each and not each.startswith("done=")]
    return RedirectResponse(f"{base}?{'&'.join([*kept, f'done={done}'])}", 303)


def _zone(visitor: Visitor, study: str, code: str) -> ZoneInfo:
    with visitor.looking(study) as look:
        return look.site(_row(look, code).site).zone


def _shown(visitor: Visitor, sheet: Sheet) -> Response:
    visitor.must(sheet.kind)
    with visitor.looking(sheet.study) as look:
        person, item = _item(look, sheet.participant, sheet.item)
        frame = visitor.framed(look, live=False)
    return visitor.console.rendering.page(
        "item_form.html",
        frame,
        sheet.trouble.status if sheet.trouble else 200,
        may=visitor.may,
        sheet=sheet,
        id=sheet.id or str(uuid.uuid4()),
        person=person,
        item=item,
        typed=sheet.typed if sheet.trouble or sheet.typed.day else _as_planned(sheet, item),
    )


def _not_acknowledged(visitor: Visitor, study: str, alert: str, form: Form, trouble: Trouble) -> Response:
    with visitor.looking(study) as look:
        frame = visitor.framed(look, live=False)
    return visitor.console.rendering.page(
        "not_done.html", frame, trouble.status, may=visitor.may, trouble=trouble, alert=alert, id=form.id
    )


def _as_planned(sheet: Sheet, item: ItemSight) -> Typed:
    """The day of the appointment, as it mostly is; a time is never presumed."""
    known = item.appointment if sheet.verb == "plan" else None
    return Typed(day=known[:10]) if known else Typed()


def _item(look: StudyLook, code: str, item: str) -> tuple[ParticipantSight, ItemSight]:
    _row(look, code)
    found = next((each for each in look.items(code) if each.item == item), None)
    if found is None:
        raise NotHere(item)
    return look.participant(code), found


def _row(look: StudyLook, code: str) -> ParticipantRow:
    try:
        return look.row(code)
    except Refused as refused:
        raise NotHere(refused.text) from refused
