"""Problems: how the API says that something was not so (RFC 9457).

The rule that keeps it honest: every answer that is no success has this one shape, with a code that stays and
a sentence that says what was wrong, where, and what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Annotated, Any

import orjson
from starlette.responses import Response
from typing_extensions import Doc

from domain.refusal import MEANINGS, Code

MEDIA_TYPE = "application/problem+json"
WHERE = "/api/v1/problems"
"""Where each code is explained."""

UNREADABLE = "unreadable"
NO_KEY = "no-idempotency-key"
NOT_AUTHORISED = "not-authorised"
NEEDS_A_PERSON = "signature-needs-a-person"
NOT_FOUND = "not-found"
NO_SUCH_METHOD = "method-not-allowed"
NOT_JSON = "not-json"
TOO_OFTEN = "too-many-tries"
FAULT_OF_OURS = "fault-of-ours"
NO_STATISTICS = "no-statistics"
NO_STORE = "no-store"
NO_SERVER = "no-server"
UNKNOWN = "outcome-unknown"
TAKES_TOO_LONG = "takes-too-long"

OWN: Mapping[str, str] = {
    UNREADABLE: "the body is no JSON, or the request could not be read at all",
    NO_KEY: "a command needs the header Idempotency-Key with a UUID of its own",
    NOT_AUTHORISED: "there is no token, or nobody has this one, or its client was closed",
    NEEDS_A_PERSON: "the command is a signature: a person gives it, at the console",
    NOT_FOUND: "there is no such address, or nothing of that name there",
    NO_SUCH_METHOD: "the address does not take this method; `Allow` names those it takes",
    NOT_JSON: "the body must be sent as application/json",
    TOO_OFTEN: "too many wrong tokens came from this address; `Retry-After` says for how long to wait",
    FAULT_OF_OURS: "something failed that should not; the console's log says what",
    NO_STATISTICS: "intervals and curves need SciPy, which is not installed here; ask with counts_only=true",
    NO_STORE: "the store does not answer; ask again",
    NO_SERVER: "the command could not be handed on, so its outcome is unknown; ask again with the same key",
    UNKNOWN: "the command was handed on and not answered; asking again with the same key never doubles it",
    TAKES_TOO_LONG: "the answer would take longer than anybody waits: ask for less",
}
"""What the API's own codes mean; those of refusals are `domain.refusal.MEANINGS`."""

_STATUSES: Mapping[str, int] = {
    UNREADABLE: 400,
    NO_KEY: 400,
    NOT_AUTHORISED: 401,
    NEEDS_A_PERSON: 403,
    Code.WRONG_ROLE: 403,
    NOT_FOUND: 404,
    Code.UNKNOWN_STUDY: 404,
    Code.UNKNOWN_PARTICIPANT: 404,
    NO_SUCH_METHOD: 405,
    Code.TOO_LARGE: 413,
    NOT_JSON: 415,
    TOO_OFTEN: 429,
    FAULT_OF_OURS: 500,
    NO_STATISTICS: 501,
    NO_STORE: 503,
    NO_SERVER: 503,
    UNKNOWN: 503,
}
_REFUSED = 422


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request."""

    field: Annotated[str, Doc("where: `body.happened`, `query.limit`, `header.idempotency-key`")]
    text: Annotated[str, Doc("what is wrong there, and what would be right")]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request was not done (RFC 9457). Members that say nothing are left out."""

    type: Annotated[str, Doc("where the code is explained")]
    title: Annotated[str, Doc("what the code means")]
    status: Annotated[int, Doc("the HTTP status")]
    detail: Annotated[str, Doc("what was wrong this time, for people")]
    code: Annotated[str, Doc("stable code, for programs")]
    text: Annotated[str | None, Doc("of a refusal: `detail`, as `--json` of the command line names it")] = (
        None
    )
    field: Annotated[str | None, Doc("the field it is about, where it is about one")] = None
    faults: Annotated[Sequence[Fault] | None, Doc("everything that is wrong, field by field")] = None
    study: Annotated[str | None, Doc("study code")] = None
    participant: Annotated[str | None, Doc("participant code")] = None
    command_id: Annotated[str | None, Doc("the command's id: the idempotency key")] = None
    outcome: Annotated[str | None, Doc("of a command: `refused`, or `unknown`: ask again with its key")] = (
        None
    )


@dataclass
class Trouble(Exception):
    """A request that ends in a problem. `says`: further members of it; `headers`: of the answer."""

    code: str
    detail: str
    says: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def problem(trouble: Trouble) -> Response:
    """The answer that tells the trouble."""
    status = status_of(trouble.code)
    told = Problem(
        type=f"{WHERE}#{trouble.code}",
        title=meaning_of(trouble.code),
        status=status,
        detail=trouble.detail,
        code=str(trouble.code),
        **trouble.says,
    )
    said = {each.name: value for each in fields(told) if (value := getattr(told, each.name)) is not None}
    return Response(orjson.dumps(said), status, dict(trouble.headers), MEDIA_TYPE)


def faulty(faults: Sequence[Fault]) -> Trouble:
    """The trouble of a request that cannot be read as what it should be."""
    detail = "; ".join(f"{each.field}: {each.text}" for each in faults)
    field_ = faults[0].field if len(faults) == 1 else None
    return Trouble(Code.MALFORMED, detail, {"faults": tuple(faults), "field": field_})


def status_of(code: str) -> int:
    """The HTTP status of a code; whatever the record refuses is 422."""
    return _STATUSES.get(code, _REFUSED)


def meaning_of(code: str) -> str:
    """What a code means."""
    return OWN[code] if code in OWN else MEANINGS[Code(code)]
