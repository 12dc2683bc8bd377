"""The addresses of what can be taken away: each list as CSV, JSON or JSON lines, or with its hashes.

The rule that keeps it honest: a list is made whole before the first byte is sent, at the moment the page was
read as of; who may take it is asked of the list.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

from console.endpoints.report import UnknownEndpoint
from console.exports.listing import Form, Listing
from console.exports.lists import LISTS
from console.exports.taken import Taken, one_file, with_hashes
from console.reading import StudyLook
from console.web.trail_query import Narrowing, Unreadable, narrowed
from console.web.visiting import NotAllowed, NotHere, Visiting
from domain.refusal import Refused
from store import Wanted

router = APIRouter()
_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl", "json": "application/json"}
_ZIP = "application/zip"
_PIECE_BYTES = 64 * 1024
_Made = Callable[[StudyLook, Listing, Wanted], Taken]


def _one(form: Form) -> _Made:
    return lambda look, listing, wanted: one_file(look, listing, wanted, form)


def _taker(make: _Made, media_type: str) -> Callable[..., Any]:
    def take(study: str, name: str, visitor: Visiting, narrowing: Narrowing) -> Response:
        """A list of the study."""
        listing = LISTS.get(name)
        if listing is None:
            raise NotHere(name)
        if visitor.role not in listing.roles:
            raise NotAllowed(f"{name} are taken away")
        with visitor.looking(study) as look:
            try:
                taken = make(look, listing, narrowed(look, narrowing))
            except (UnknownEndpoint, Refused, Unreadable) as nothing:
                raise NotHere(str(nothing)) from nothing
        return handed_over(taken, media_type)

    return take


for _form in Form:
    router.add_api_route(f"/study/{{study}}/export/{{name}}.{_form}", _taker(_one(_form), _TYPES[_form]))
router.add_api_route("/study/{study}/export/{name}.zip", _taker(with_hashes, _ZIP))


def handed_over(taken: Taken, media_type: str) -> Response:
    """What was made, as a download with its hash (RFC 9530)."""
    pieces = iter(lambda: taken.file.read(_PIECE_BYTES), b"")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(taken.name)}",
        "Content-Length": str(taken.size),
        "Repr-Digest": f"sha-256=:{base64.b64encode(taken.digest).decode()}:",
    }
    return StreamingResponse(
        pieces, headers=headers, media_type=media_type, background=BackgroundTask(taken.file.close)
    )
