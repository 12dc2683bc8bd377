"""The addresses of what is reviewed: safety, outcomes, deviations, and the audit trail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Form as Posted
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from console.endpoints.report import UnknownEndpoint
from console.exports.taken import stem, whole_record
from console.web.export_pages import handed_over
from console.web.pages.adverse_event import adverse_event_page
from console.web.pages.audit import audit_page, one_event
from console.web.pages.deviations import STATES, Narrowed, deviations_page
from console.web.pages.outcomes import one_figure, outcomes_page
from console.web.pages.safety import SHOWN, safety_page
from console.web.pages.safety import Narrowed as OfSafety
from console.web.trail_query import Narrowing
from console.web.visiting import NotAllowed, NotHere, Visiting, Visitor
from console.web.writing_pages import FormOf
from domain.refusal import Refused
from domain.roles import Role
from store.checkpoint import Checkpoint, parse_checkpoint

router = APIRouter(default_response_class=HTMLResponse)
Text = Annotated[str, Query(max_length=200)]
Place = Annotated[int | None, Query(ge=1, le=2**53)]
AUDITORS = frozenset(Role) - {Role.SYSTEM, Role.ENGINEER}
"""Who takes the whole record away."""


@router.get("/study/{study}/safety")
def safety(study: str, visitor: Visiting, show: Text = "open", participant: Text = "") -> Response:
    """Reports owed, adverse events, assessments."""
    if show not in SHOWN:
        raise NotHere(show)
    with visitor.looking(study) as look:
        shown = safety_page(look, OfSafety(show, participant.strip()))
        return _page(visitor, "safety.html", visitor.framed(look, live=True), shown=shown, states=SHOWN)


@router.get("/study/{study}/participant/{code}/event/{ae}")
def adverse_event(study: str, code: str, ae: str, visitor: Visiting) -> Response:
    """One adverse event with its whole course."""
    with visitor.looking(study) as look:
        try:
            shown = adverse_event_page(look, code, ae)
        except Refused as refused:
            raise NotHere(refused.text) from refused
        return _page(visitor, "adverse_event.html", visitor.framed(look, live=True), shown=shown)


@router.get("/study/{study}/outcomes")
def outcomes(study: str, visitor: Visiting, of: Text = "", row: Text = "") -> Response:
    """Every endpoint, and everybody behind a number."""
    with visitor.looking(study) as look:
        try:
            shown = outcomes_page(look, of.strip(), row.strip())
        except UnknownEndpoint as unknown:
            raise NotHere(str(unknown)) from unknown
        return _page(visitor, "outcomes.html", visitor.framed(look, live=True), shown=shown)


@router.get("/study/{study}/outcomes/{endpoint}.svg")
def survival_picture(study: str, endpoint: str, visitor: Visiting) -> Response:
    """The picture of a survival curve by itself."""
    with visitor.looking(study) as look:
        try:
            figure = one_figure(look, endpoint)
        except (UnknownEndpoint, Refused) as unknown:
            raise NotHere(str(unknown)) from unknown
        if figure.drawing is None:
            raise NotHere(endpoint)
        frame, name = visitor.framed(look, live=False), f"{stem(look)}-{figure.sight.code}.svg"
    page = visitor.console.rendering.page("survival.svg", frame, figure=figure)
    page.headers["content-type"] = "image/svg+xml; charset=utf-8"
    page.headers["content-disposition"] = f'attachment; filename="{name}"'
    return page


@router.get("/study/{study}/deviations")
def deviations(
    study: str,
    visitor: Visiting,
    state: Text = "open",
    classed: Text = "",
    participant: Text = "",
    item: Text = "",
    kind: Text = "",
) -> Response:
    """Deviations and prior approvals."""
    if state not in STATES:
        raise NotHere(state)
    asked = Narrowed(state, classed.strip(), participant.strip(), item.strip(), kind.strip())
    with visitor.looking(study) as look:
        try:
            shown = deviations_page(look, asked)
        except Refused as refused:
            raise NotHere(refused.text) from refused
        return _page(visitor, "deviations.html", visitor.framed(look, live=True), shown=shown, states=STATES)


@router.get("/study/{study}/audit")
def audit(
    study: str, visitor: Visiting, narrowing: Narrowing, show: Text = "recorded", below: Place = None
) -> Response:
    """The trail: what was recorded, or what was refused."""
    if show not in ("recorded", "refused"):
        raise NotHere(show)
    with visitor.looking(study) as look:
        shown = audit_page(look, narrowing, commands=show == "refused", below=below)
        # A page further back stays as it is; the newest one follows the record.
        frame = visitor.framed(look, live=below is None)
        return _page(
            visitor, "audit.html", frame, shown=shown, show=show, stage=visitor.console.verifying.stage
        )


@router.post("/study/{study}/audit/verify")
def verify(
    study: str, visitor: Visiting, form: FormOf, checkpoint: Annotated[str, Posted(max_length=200)] = ""
) -> Response:
    """Verify the record; the page does not wait for it."""
    form.check(visitor)
    try:
        kept = _checkpoint(checkpoint)
    except ValueError:
        return RedirectResponse(f"/study/{study}/audit?done=no+checkpoint#verified", 303)
    verifying, store = visitor.console.verifying, visitor.console.parts.store
    run = BackgroundTask(verifying.run, store, kept) if verifying.begin() else None
    return RedirectResponse(f"/study/{study}/audit#verified", 303, background=run)


@router.get("/study/{study}/audit/{subject}/{seq}")
def recorded_event(study: str, subject: str, seq: int, visitor: Visiting) -> Response:
    """One event with what was recorded, and the link it is held by."""
    with visitor.looking(study) as look:
        try:
            entry, followed = one_event(look, subject, seq)
        except Refused as refused:
            raise NotHere(refused.text) from refused
        frame = visitor.framed(look, live=False)
        return _page(visitor, "recorded_event.html", frame, entry=entry, followed=followed)


@router.get("/study/{study}/record.zip")
def record(study: str, visitor: Visiting) -> Response:
    """The whole record with the script that verifies it."""
    if visitor.role not in AUDITORS:
        raise NotAllowed("the record is taken away")
    with visitor.looking(study) as look:
        return handed_over(whole_record(look), "application/zip")


def _checkpoint(text: str) -> Checkpoint | None:
    return parse_checkpoint(text) if text.strip() else None


def _page(visitor: Visitor, template: str, frame: object, **shown: object) -> HTMLResponse:
    return visitor.console.rendering.page(template, frame, may=visitor.may, **shown)  # type: ignore[arg-type]
