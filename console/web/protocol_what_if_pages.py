"""The addresses of the protocol what-if: everybody's life once more, under another version or a draft.

The rule that keeps it honest: nothing is saved, neither the draft nor what came of it; what is downloaded is
what the command line writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import UploadFile

from console.exports.lists import LISTS
from console.proposed import NotAProposal
from console.web.asking import Form
from console.web.forms.typed import Typed, typed_in
from console.web.looking_back import InThePast
from console.web.visiting import NotAllowed, Visiting, Visitor
from console.web.what_if.effects import fewer, more
from console.web.what_if.lives import WHOM, Lives, Unasked, lives_in
from console.web.what_if.living import MOST_IN_FULL, SECONDS, lived, lives_page
from console.web.what_if.trying import TooMuch
from console.what_ifs import protocol_page, protocol_shown
from domain.protocol.expanded import Protocol
from protocols.problems import Located
from replay.protocol import WhatIf

router = APIRouter(default_response_class=HTMLResponse)

_MOST_FIELDS = 2000
_PAGE = "/study/{study}/protocol/what-if"
_AS_PRINTED = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE

File = Callable[[WhatIf], bytes]
"""What was found, as the bytes of a file."""

FILES: Mapping[str, tuple[File, str]] = {
    "json": (lambda found: orjson.dumps(protocol_shown(found), option=_AS_PRINTED), "application/json"),
    "html": (lambda found: protocol_page(found).encode(), "text/html; charset=utf-8"),
}


@router.get(_PAGE)
async def asked_by_address(study: str, visitor: Visiting, request: Request) -> Response:
    """What another published version would have meant, for whom the address names."""
    return await _answered(visitor, study, request, _of_address(request), "")


@router.post(_PAGE)
async def asked_by_form(study: str, visitor: Visiting, request: Request) -> Response:
    """What a draft that is handed in would have meant."""
    return await _answered(visitor, study, request, await _of_form(visitor, request), "")


def _taken_by_address(form: str) -> Callable[..., Any]:
    async def take(study: str, visitor: Visiting, request: Request) -> Response:
        """The same as a file, as the command line writes it."""
        return await _answered(visitor, study, request, _of_address(request), form)

    return take


def _taken_by_form(form: str) -> Callable[..., Any]:
    async def take(study: str, visitor: Visiting, request: Request) -> Response:
        """The same as a file, of a draft that is handed in."""
        return await _answered(visitor, study, request, await _of_form(visitor, request), form)

    return take


for _form in FILES:
    router.add_api_route(f"{_PAGE}.{_form}", _taken_by_address(_form), methods=["GET"])
    router.add_api_route(f"{_PAGE}.{_form}", _taken_by_form(_form), methods=["POST"])


def _of_address(request: Request) -> Lives:
    given = typed_in(request.query_params.multi_items()[:_MOST_FIELDS])
    return lives_in(Typed({name: each for name, each in given.given.items() if name != "document"}))


async def _of_form(visitor: Visitor, request: Request) -> Lives:
    posted = await request.form(max_fields=_MOST_FIELDS, max_files=1)
    typed = typed_in(posted.multi_items())
    Form(typed.one("csrf"), typed.one("id")).check(visitor)
    files = [each for _, each in posted.multi_items() if isinstance(each, UploadFile)]
    text = (await files[0].read()).decode("utf-8", errors="replace") if files else ""
    return lives_in(typed, text)


async def _answered(visitor: Visitor, study: str, request: Request, asked: Lives, form: str) -> Response:
    if visitor.named:
        raise InThePast
    if form and visitor.role not in LISTS["events"].roles:
        raise NotAllowed("what would have been is taken away")
    if not asked.asked:
        return await run_in_threadpool(_shown, visitor, study, asked, "")
    async with request.app.state.trying:
        return await run_in_threadpool(_shown, visitor, study, asked, form)


def _shown(visitor: Visitor, study: str, asked: Lives, form: str) -> Response:
    problems: Sequence[Located] = ()
    wrong, found, protocol = "", None, None
    with visitor.looking(study) as look:
        try:
            found, protocol = lived(look, asked) if asked.asked else (None, None)
        except NotAProposal as invalid:
            problems = invalid.problems
        except Unasked as unasked:
            wrong = unasked.what
        except TooMuch:
            wrong = "too much"
        if form and found is not None:
            return _file(found, protocol, form)
        return visitor.console.rendering.page(
            "protocol_what_if.html",
            visitor.framed(look, live=False),
            422 if problems or wrong else 200,
            may=visitor.may,
            asked=asked,
            shown=lives_page(look, found, protocol),
            problems=problems,
            wrong=wrong,
            whom=WHOM,
            seconds=int(SECONDS),
            most=MOST_IN_FULL,
            may_take_files=visitor.role in LISTS["events"].roles,
            more=more,
            fewer=fewer,
        )


def _file(found: WhatIf, protocol: Protocol | None, form: str) -> Response:
    written, media_type = FILES[form]
    version = protocol.version if protocol is not None else ""
    named = "".join(each if each.isalnum() or each in ".-" else "-" for each in f"{found.study}-{version}")
    headers = {"Content-Disposition": f'attachment; filename="{named}-what-if.{form}"'}
    return Response(written(found), media_type=media_type, headers=headers)
