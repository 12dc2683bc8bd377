"""The addresses of the forms: one for every command that a person may give.

The rule that keeps it honest: a form that is refused comes back with all that was typed and the reason beside
its field; one that was taken leads to a page read after it was recorded.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.reading import StudyLook
from console.sights import ItemSight
from console.web.asking import Form
from console.web.door_pages import safe_path
from console.web.forms.allowed import roles_for
from console.web.forms.answering import Sent, answered
from console.web.forms.bench import Bench, bench_of
from console.web.forms.fields import command_named, fields_of, is_signed
from console.web.forms.offered import offered
from console.web.forms.sheet import Said, as_planned, sheet_of
from console.web.forms.signing import shown_for
from console.web.forms.typed import Typed, typed_in
from console.web.proving import ASK_PROVIDER, typed_before, way_to_provider
from console.web.visiting import NotAllowed, NotHere, Visiting, Visitor
from domain.permissions import PERMISSIONS
from domain.refusal import Refused

router = APIRouter(default_response_class=HTMLResponse)

OF_STUDY = frozenset(
    {"set_recruitment", "place_hold", "lift_hold", "decide_treatment", "record_meeting", "return_turn"}
)
"""Commands about the study as a whole."""

OF_SOMEBODY_NEW = "register_participant"
OF_EITHER = frozenset({"acknowledge_alert", "snooze_alert"})
"""Commands about a participant, or about the study."""

_DONE = {
    "acknowledge_alert": "acknowledged",
    "snooze_alert": "snoozed",
    "plan_item": "planned",
}
_MOST = 400
"""More fields than any form has."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a form is about: a kind of command, of a participant or of the study."""

    study: str
    participant: str | None
    kind: str

    @property
    def address(self) -> str:
        """Where its form is."""
        return f"{self.subject}/do/{self.kind}"

    @property
    def subject(self) -> str:
        """The page of what it is about."""
        if self.participant is None:
            return f"/study/{self.study}"
        return f"/study/{self.study}/participant/{quote(self.participant, safe='')}"


def is_about(kind: str, participant: str | None) -> bool:
    """Whether a command of this kind can be about a participant; None: about the study, or somebody new."""
    of_study = kind in OF_STUDY or kind == OF_SOMEBODY_NEW
    return kind in OF_EITHER or of_study is (participant is None)


@router.get("/study/{study}/participant/{code}/do")
def actions_of_participant(study: str, code: str, visitor: Visiting) -> Response:
    """Everything that can be done about a participant."""
    return _actions(visitor, study, code)


@router.get("/study/{study}/do")
def actions_of_study(study: str, visitor: Visiting) -> Response:
    """Everything that can be done about the study."""
    return _actions(visitor, study, None)


@router.get("/study/{study}/participant/{code}/do/{kind}")
def form_of_participant(study: str, code: str, kind: str, visitor: Visiting, request: Request) -> Response:
    """The form of a command about a participant, filled in with what the address says."""
    if kind == OF_SOMEBODY_NEW:
        return RedirectResponse(f"/study/{study}/do/{kind}?{urlencode({'participant': code})}", 303)
    return _opened(visitor, _place(study, code, kind), _filled_in(visitor, request, kind))


@router.get("/study/{study}/do/{kind}")
def form_of_study(study: str, kind: str, visitor: Visiting, request: Request) -> Response:
    """The form of a command about the study, filled in with what the address says."""
    return _opened(visitor, _place(study, None, kind), _filled_in(visitor, request, kind))


@router.get("/study/{study}/participant/{code}/record/{item}")
def form_of_record(study: str, code: str, item: str, visitor: Visiting) -> Response:
    """The form in which somebody states when an item happened."""
    return _about_item(visitor, Place(study, code, "record_item"), item)


@router.get("/study/{study}/participant/{code}/plan/{item}")
def form_of_plan(study: str, code: str, item: str, visitor: Visiting) -> Response:
    """The form in which somebody sets or moves an appointment."""
    return _about_item(visitor, Place(study, code, "plan_item"), item)


@router.post("/study/{study}/participant/{code}/do/{kind}")
async def done_about_participant(
    study: str, code: str, kind: str, visitor: Visiting, request: Request
) -> Response:
    """Give a command about a participant."""
    return await _done(visitor, _place(study, code, kind), request)


@router.post("/study/{study}/do/{kind}")
async def done_about_study(study: str, kind: str, visitor: Visiting, request: Request) -> Response:
    """Give a command about the study."""
    return await _done(visitor, _place(study, None, kind), request)


def _place(study: str, participant: str | None, kind: str) -> Place:
    """Raises NotHere: there is no such form of that subject."""
    if command_named(kind) is None:
        raise NotHere(kind)
    if not is_about(kind, participant):
        raise NotHere(kind)
    return Place(study, participant, kind)


def _filled_in(visitor: Visitor, request: Request, kind: str) -> Typed:
    """What waited while its visitor proved who they are, or what the address fills in."""
    kept = request.query_params.get("kept")
    return Typed(typed_before(visitor, kept)) if kept else _of_address(request, kind)


def _of_address(request: Request, kind: str) -> Typed:
    """What the address fills in: a field by its path, or by the last part of it."""
    paths = {each.name: each.path for each in reversed(fields_of(kind))}
    pairs = request.query_params.multi_items()[:_MOST]
    named = [(name if "." in name else paths.get(name, name), value) for name, value in pairs]
    return typed_in([(name, value) for name, value in named if name not in _NEVER_FROM_AN_ADDRESS])


_NEVER_FROM_AN_ADDRESS = frozenset({"password", "content", "csrf", "id", "look"})


def _actions(visitor: Visitor, study: str, participant: str | None) -> Response:
    with visitor.looking(study) as look:
        bench = _bench(look, participant)
        frame = visitor.framed(look, live=False)
        groups = offered(bench, visitor.role) if not visitor.named else ()
        return visitor.console.rendering.page(
            "actions.html", frame, may=visitor.may, groups=groups, participant=participant, study=study
        )


def _about_item(visitor: Visitor, place: Place, item: str) -> Response:
    """Raises NotHere: the participant's version has no such item."""
    visitor.must(place.kind)
    with visitor.looking(place.study) as look:
        bench = _bench(look, place.participant)
        known = {each.item for each in look.items(bench.participant or "")}
    if item not in known:
        raise NotHere(item)
    return _opened(visitor, place, Typed({"item": (item,)}))


def _opened(visitor: Visitor, place: Place, typed: Typed) -> Response:
    visitor.must(place.kind)
    with visitor.looking(place.study) as look:
        bench = _allowed(visitor, look, place)
        typed = as_planned(bench, place.kind, typed)
        said = Said(shown=shown_for(bench, place.kind, typed) if is_signed(place.kind) else None)
        return _page(visitor, bench, place, typed, said, str(uuid.uuid4()))


async def _done(visitor: Visitor, place: Place, request: Request) -> Response:
    posted = await request.form(max_fields=_MOST, max_files=0)
    typed = typed_in(posted.multi_items())
    form = Form(typed.one("csrf"), typed.one("id"))
    form.check(visitor)
    visitor.must(place.kind)
    await run_in_threadpool(_check, visitor, place)
    said = await answered(visitor, Sent(place.study, place.participant, place.kind, typed, form))
    if said is None:
        return RedirectResponse(_next(place, typed), 303)
    # A refusal is the answer to its id for ever, so what is typed next needs another.
    sent = said.whole is not None or any(code not in _BEFORE for code, _ in said.faults.values())
    again = said.whole is not None and said.whole.again
    return await run_in_threadpool(
        _again, visitor, place, typed, said, form.id if again or not sent else str(uuid.uuid4())
    )


_BEFORE = frozenset(
    {
        "missing",
        "unreadable",
        "skipped",
        "twice",
        "too long",
        "not so",
        "no number",
        "said",
        "not-proved",
        "tried-too-often",
        ASK_PROVIDER,
    }
)
"""Faults that were told before anything was sent: the form keeps its id."""


def _check(visitor: Visitor, place: Place) -> None:
    with visitor.looking(place.study) as look:
        _allowed(visitor, look, place)


def _again(visitor: Visitor, place: Place, typed: Typed, said: Said, form_id: str) -> Response:
    with visitor.looking(place.study) as look:
        bench = _allowed(visitor, look, place)
        if is_signed(place.kind) and said.shown is None:
            said = Said(said.faults, said.whole, shown_for(bench, place.kind, typed), said.changed)
        return _page(visitor, bench, place, typed, said, form_id)


def _page(
    visitor: Visitor, bench: Bench, place: Place, typed: Typed, said: Said, form_id: str
) -> HTMLResponse:
    status = said.whole.status if said.whole is not None else 422 if said.faults else 200
    return visitor.console.rendering.page(
        "form.html",
        visitor.framed(bench.look, live=False),
        409 if said.changed else status,
        may=visitor.may,
        place=place,
        sheet=sheet_of(bench, place.kind, typed, said.faults),
        said=said,
        id=form_id,
        back=safe_path(typed.one("back") or place.subject),
        zone=bench.zone.key,
        item=_item(bench, typed),
        confirm=_confirm(visitor, place, typed, said),
    )


def _confirm(visitor: Visitor, place: Place, typed: Typed, said: Said) -> str:
    """Where somebody of the identity provider confirms who they are, when this form asks for it."""
    if said.faults.get("password", ("", ""))[0] != ASK_PROVIDER:
        return ""
    return way_to_provider(visitor, place.address, typed.given)


def _item(bench: Bench, typed: Typed) -> ItemSight | None:
    """The item that is spoken of, to show its window."""
    code = typed.one("item")
    if bench.participant is None or not code:
        return None
    return next((each for each in bench.look.items(bench.participant) if each.item == code), None)


def _next(place: Place, typed: Typed) -> str:
    """The page after it was recorded."""
    path = safe_path(typed.one("back") or place.subject)
    if place.kind == OF_SOMEBODY_NEW and not typed.one("back"):
        path = f"/study/{place.study}/participant/{quote(typed.one('participant'), safe='')}"
    return with_done(path, "signed" if is_signed(place.kind) else _DONE.get(place.kind, "recorded"))


def with_done(path: str, done: str) -> str:
    """An address that says what was done; a place within the page is kept."""
    whole, _, within = path.partition("#")
    base, _, query = whole.partition("?")
    kept = [each for each in query.split("&") if each and not each.startswith("done=")]
    return f"{base}?{'&'.join([*kept, f'done={done}'])}" + (f"#{within}" if within else "")


def _allowed(visitor: Visitor, look: StudyLook, place: Place) -> Bench:
    """Raises NotAllowed, NotHere: another role does it, or there is nobody of that code."""
    bench = _bench(look, place.participant)
    if visitor.role not in roles_for(bench, place.kind):
        raise NotAllowed(PERMISSIONS[place.kind].what)
    return bench


def _bench(look: StudyLook, participant: str | None) -> Bench:
    try:
        return bench_of(look, participant)
    except Refused as refused:
        raise NotHere(refused.text) from refused
