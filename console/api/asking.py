"""Who asks the API, and for which study as of when.

The rule that keeps it honest: no address answers without passing here, a session's cookie counts for nothing,
and a client that was given one study learns of no other.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from console.api.problems import NOT_FOUND, Fault, Trouble, faulty
from console.api.tokens import Gate
from console.reading import StudyLook
from console.reading_at import Moments, NoSuchMoment, look_at
from console.web.visiting import Console, address_of, console_of
from console.words import Language
from domain.refusal import Code, Refused
from store import Reading
from store.clients import Client

StudyOf = Annotated[str, Path(max_length=40, description="study code", examples=["STUDY-1"])]
PersonOf = Annotated[str, Path(max_length=32, description="participant code", examples=["P-004"])]

_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A client's token, as `dayzero client add` printed it: `Authorization: Bearer dz_...`.",
)
_NOT_THERE = frozenset({Code.UNKNOWN_PARTICIPANT, Code.UNKNOWN_ALERT, Code.UNKNOWN_ITEM, Code.UNKNOWN_STUDY})


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that asks for something."""

    console: Console
    client: Client

    def may_see(self, study: str) -> bool:
        """Whether the client was given this study."""
        return self.client.study in (None, study)

    @contextmanager
    def looking(self, study: str, when: When) -> Generator[StudyLook]:
        """One look at a study, in one snapshot, at the present moment or at another.

        Raises:
            Trouble: there is no such study, or nothing of it at that moment; nothing of a name in it.
        """
        parts = self.console.parts
        with parts.store.reading() as reading:
            self.must_see(reading, study)
            look = StudyLook(reading, parts.rulebook, study, parts.now(), when.lang)
            try:
                yield look_at(look, when.moments, self.console.hearing) if when.moments else look
            except NoSuchMoment as none:
                raise faulty([Fault(f"query.{none.which}", none.text)]) from none
            except Refused as refused:
                raise Trouble(_code(refused.code), refused.text) from refused

    def must_see(self, reading: Reading, study: str) -> None:
        """Stop where there is no such study, or it is not this client's.

        Raises:
            Trouble: so it is.
        """
        if not self.may_see(study) or study not in reading.studies():
            raise Trouble(NOT_FOUND, f"there is no study {study!r}")


@dataclass(frozen=True, slots=True)
class When:
    """As of when something is asked, and in which language labels and words are wanted."""

    moments: Moments
    lang: Language


def shown_token(
    shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> str | None:
    """The token that a request carries."""
    return shown.credentials if shown is not None else None


ShownToken = Annotated[str | None, Depends(shown_token)]


def caller(request: Request, token: ShownToken) -> Caller:
    """The client that asks.

    Raises:
        Trouble: nobody who may ask anything, or something is asked that the address does not know.
    """
    console = console_of(request)
    known = Caller(console, Gate(console.parts).client(token, address_of(request)))
    _refuse_unknown_query(request)
    return known


def asked_when(
    as_of: Annotated[
        str | None,
        Query(
            max_length=40,
            description="as the record knew it then: a time with its offset, or a site day (its end)",
            examples=["2026-03-01T08:00:00+08:00"],
        ),
    ] = None,
    true_at: Annotated[
        str | None,
        Query(
            max_length=40,
            description="as it was in truth then, by all that is known now, or was known `as_of`",
            examples=["2026-03-01T08:00:00+08:00"],
        ),
    ] = None,
    lang: Annotated[Language, Query(description="language of labels and words")] = Language.EN,
) -> When:
    """As of when, and in which language."""
    return When(Moments(as_of, true_at), lang)


Calling = Annotated[Caller, Depends(caller)]
AsOfWhen = Annotated[When, Depends(asked_when)]


def _refuse_unknown_query(request: Request) -> None:
    # Passed over, a misspelt `as_of` would show the present as if it were the past.
    names = [name for name, _ in request.query_params.multi_items()]
    known = list(_query_names(request.scope["route"].dependant))
    there = f"there is {', '.join(known)}" if known else "there is none"
    faults = [
        Fault(
            f"query.{name[:40]}", "this is said twice" if name in known else f"nothing of this name; {there}"
        )
        for name in dict.fromkeys(names)
        if name not in known or names.count(name) > 1
    ]
    if faults:
        raise faulty(faults)


def _query_names(asked: Dependant) -> Iterator[str]:
    yield from (each.alias for each in asked.query_params)
    for each in asked.dependencies:
        yield from _query_names(each)


def _code(code: Code) -> str:
    return NOT_FOUND if code in _NOT_THERE else code.value
