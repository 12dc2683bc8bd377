"""The addresses of the change what-if: what would it lead to if this were recorded, and recording it so.

The rule that keeps it honest: looking saves nothing; what is recorded is what was looked at, on the record
that was looked at, or nothing.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.reading import StudyLook
from console.web.asking import Form, Trouble
from console.web.form_pages import with_done
from console.web.forms.bench import Bench, bench_of
from console.web.forms.sheet import Said, Sheet, sheet_of
from console.web.forms.typed import Typed, typed_in
from console.web.looking_back import InThePast
from console.web.visiting import FormRefused, NotAllowed, NotHere, Visiting, Visitor
from console.web.what_if.effects import fewer, more
from console.web.what_if.page import AHEAD, GIVERS, WhatIfPage, what_if
from console.web.what_if.recording import Moved, give, moved_since, seen_in
from console.web.what_if.tries import Faulty, Try
from console.web.what_if.turn import (
    ACT,
    REASON,
    REASONS,
    SEEN,
    Turn,
    asked_by_address,
    turn_of,
    with_reason,
)
from domain.recorded import STUDY_SUBJECT
from domain.refusal import Code, Refused

router = APIRouter(default_response_class=HTMLResponse)

RECORD = "record"
AT_ONCE = 2
"""So many are tried at a time: each keeps a processor busy, which the other pages need too."""

_MOST = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Whose what-if it is: a participant's, or the study's."""

    study: str
    participant: str | None

    @property
    def about(self) -> str:
        """Whom commands are about unless something else is said."""
        return self.participant or STUDY_SUBJECT

    @property
    def subject(self) -> str:
        """The page of what it is about."""
        if self.participant is None:
            return f"/study/{self.study}/overview"
        return f"/study/{self.study}/participant/{quote(self.participant, safe='')}"

    @property
    def address(self) -> str:
        """Where its what-if is."""
        return f"/study/{self.study}/what-if" if self.participant is None else f"{self.subject}/what-if"


@dataclass(frozen=True)
class Aftermath:
    """What came of recording it. `id`: of the form that is shown next. `moved`: what was recorded since the
    look; `unstated`: a reason is missing; `seen`, `reasons`, `reason`: as they were sent, to be sent again.
    """

    id: str
    trouble: Trouble | None = None
    moved: tuple[Moved, ...] = ()
    unstated: bool = False
    seen: str = ""
    reasons: str = ""
    reason: str = ""


def turns() -> asyncio.Semaphore:
    """Who may try something at the moment."""
    return asyncio.Semaphore(AT_ONCE)


@router.get("/study/{study}/participant/{code}/what-if")
async def of_participant(study: str, code: str, visitor: Visiting, request: Request) -> Response:
    """What if something of this participant slips, or is recorded: nothing is."""
    return await _looked(visitor, Place(study, code), request)


@router.get("/study/{study}/what-if")
async def of_study(study: str, visitor: Visiting, request: Request) -> Response:
    """What if something of the study is recorded, or of several participants: nothing is."""
    return await _looked(visitor, Place(study, None), request)


@router.post("/study/{study}/participant/{code}/what-if")
async def asked_of_participant(study: str, code: str, visitor: Visiting, request: Request) -> Response:
    """Go on asking about this participant, or record exactly what was looked at."""
    return await _asked(visitor, Place(study, code), request)


@router.post("/study/{study}/what-if")
async def asked_of_study(study: str, visitor: Visiting, request: Request) -> Response:
    """Go on asking about the study, or record exactly what was looked at."""
    return await _asked(visitor, Place(study, None), request)


async def _looked(visitor: Visitor, place: Place, request: Request) -> Response:
    _may_try(visitor)
    asked = dict(request.query_params)
    return await _shown(
        visitor, place, request, lambda bench: asked_by_address(bench, place.about, asked), Aftermath(_new())
    )


async def _asked(visitor: Visitor, place: Place, request: Request) -> Response:
    _may_try(visitor)
    posted = await request.form(max_fields=_MOST, max_files=0)
    typed = typed_in(posted.multi_items())
    form = Form(typed.one("csrf"), typed.one("id"))
    form.check(visitor)
    if typed.one(ACT) == RECORD:
        return await _recorded(visitor, place, request, typed, form)
    return await _shown(visitor, place, request, _turn(place, typed), Aftermath(_new()))


def _may_try(visitor: Visitor) -> None:
    if visitor.named:
        raise InThePast
    if visitor.role not in GIVERS:
        raise NotAllowed("what is tried is tried by whoever may record it")


def _turn(place: Place, typed: Typed) -> Callable[[Bench], Turn]:
    return lambda bench: turn_of(bench, place.about, typed)


async def _recorded(visitor: Visitor, place: Place, request: Request, typed: Typed, form: Form) -> Response:
    reason, reasons, carried = typed.one(REASON), typed.one(REASONS), typed.one(SEEN)
    if reasons and not reason:
        aftermath = Aftermath(_new(), unstated=True)
        return await _shown(visitor, place, request, _turn(place, typed), aftermath)
    tries, seen = await run_in_threadpool(_read, visitor, place, typed)
    trouble = await give(visitor, form, place.study, with_reason(tries, reasons, reason), seen)
    if trouble is None:
        return RedirectResponse(with_done(place.subject, "recorded"), 303)
    if trouble.again:
        aftermath = Aftermath(form.id, trouble, seen=carried, reasons=reasons, reason=reason)
        return await run_in_threadpool(_unknown, visitor, place, tries, aftermath)
    moved: tuple[Moved, ...] = ()
    if trouble.code == Code.RECORD_MOVED:
        moved = await run_in_threadpool(_moved, visitor, place, seen)
    aftermath = Aftermath(_new(), trouble, moved, reason=reason)
    return await _shown(visitor, place, request, _turn(place, typed), aftermath)


def _read(visitor: Visitor, place: Place, typed: Typed) -> tuple[tuple[Try, ...], dict[str, int]]:
    """What is to be recorded, and what it was looked at on."""
    with visitor.looking(place.study) as look:
        try:
            tries = turn_of(_bench(look, place), place.about, typed).tries
            seen = seen_in(typed.one(SEEN))
        except (Faulty, Refused) as error:
            raise FormRefused from error
    if not tries:
        raise FormRefused
    return tries, seen


def _moved(visitor: Visitor, place: Place, seen: dict[str, int]) -> tuple[Moved, ...]:
    with visitor.looking(place.study) as look:
        return tuple(moved_since(look, seen))


async def _shown(
    visitor: Visitor, place: Place, request: Request, turn: Callable[[Bench], Turn], aftermath: Aftermath
) -> Response:
    async with request.app.state.trying:
        return await run_in_threadpool(_tried, visitor, place, turn, aftermath)


def _tried(visitor: Visitor, place: Place, turn: Callable[[Bench], Turn], aftermath: Aftermath) -> Response:
    with visitor.looking(place.study) as look:
        bench = _bench(look, place)
        try:
            asked = turn(bench)
            page = what_if(
                look,
                place.about,
                asked.tries,
                asked.weeks,
                visitor.signed_in.actor,
                answered=asked.adding is None,
            )
        except (Faulty, Refused) as error:
            raise FormRefused from error
        return _page(visitor, look, place, asked, page, aftermath, _sheet(look, asked))


def _unknown(visitor: Visitor, place: Place, tries: Sequence[Try], aftermath: Aftermath) -> Response:
    """What was sent and not answered is not tried again: it may stand on the record already."""
    with visitor.looking(place.study) as look:
        page = what_if(look, place.about, tries, 0, visitor.signed_in.actor, answered=False)
        return _page(visitor, look, place, Turn(tuple(tries)), page, aftermath, None)


def _page(
    visitor: Visitor,
    look: StudyLook,
    place: Place,
    asked: Turn,
    page: WhatIfPage,
    aftermath: Aftermath,
    sheet: Sheet | None,
) -> Response:
    wrong = asked.fault or (asked.adding is not None and asked.adding.faults) or aftermath.unstated
    status = aftermath.trouble.status if aftermath.trouble is not None else 422 if wrong else 200
    return visitor.console.rendering.page(
        "what_if.html",
        visitor.framed(look, live=False),
        status,
        may=visitor.may,
        place=place,
        asked=asked,
        shown=page,
        after=aftermath,
        sheet=sheet,
        said=Said(faults=asked.adding.faults if asked.adding is not None else {}),
        ahead=AHEAD,
        more=more,
        fewer=fewer,
    )


def _sheet(look: StudyLook, asked: Turn) -> Sheet | None:
    """The form of the command that is being filled in."""
    if asked.adding is None:
        return None
    bench = bench_of(look, None if asked.adding.who == STUDY_SUBJECT else asked.adding.who)
    return sheet_of(bench, asked.adding.kind, asked.adding.typed, asked.adding.faults)


def _bench(look: StudyLook, place: Place) -> Bench:
    try:
        return bench_of(look, place.participant)
    except Refused as refused:
        raise NotHere(refused.text) from refused


def _new() -> str:
    return str(uuid.uuid4())
