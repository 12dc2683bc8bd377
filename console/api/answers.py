"""How the API answers, and how that is documented.

The rule that keeps it honest: the bytes are those that `--json` prints (instants in UTC with `Z`), and every
status that can come is in the description.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from console.api.problems import MEDIA_TYPE, OWN, meaning_of, status_of
from domain.refusal import Code

_ALWAYS = (401, 404, 422, 429, 500, 503)
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def answer(value: object) -> Response:
    """A success, in the shape that is promised."""
    return Response(orjson.dumps(value, option=orjson.OPT_UTC_Z), media_type="application/json")


def troubles(*more: int) -> dict[int | str, dict[str, Any]]:
    """What may be answered instead, for the description; `more`: statuses beside those of every address."""
    return {status: _described(status) for status in sorted({*_ALWAYS, *more})}


def _described(status: int) -> dict[str, Any]:
    codes = _BY_STATUS.get(status, ())
    listed = "; ".join(f"`{each}`: {meaning_of(each)}" for each in codes)
    told: dict[str, Any] = {"description": listed or "refused", "content": _PROBLEM}
    if status in _HEADERS:
        named, says = _HEADERS[status]
        told["headers"] = {named: {"description": says, "schema": {"type": "string"}}}
    return told


_HEADERS: Mapping[int, tuple[str, str]] = {
    401: ("WWW-Authenticate", "how to show who asks"),
    429: ("Retry-After", "seconds to wait"),
    503: ("Retry-After", "seconds after which to ask again, with the same Idempotency-Key"),
}


def _by_status() -> Mapping[int, tuple[str, ...]]:
    codes = [*OWN, *(code.value for code in (Code.MALFORMED, Code.WRONG_ROLE, Code.TOO_LARGE))]
    return {
        status: tuple(each for each in codes if status_of(each) == status)
        for status in {status_of(each) for each in codes}
    }


_BY_STATUS = _by_status()
