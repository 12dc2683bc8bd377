"""What can be read of a study as a whole.

The rule that keeps it honest: each address answers in the shape that the verb of the command line prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response
from typing_extensions import Doc

from console.api.answers import answer, troubles
from console.api.asking import AsOfWhen, Calling, StudyOf
from console.api.paging import Page, Sliced
from console.api.problems import NO_STATISTICS, NOT_FOUND, Trouble
from console.endpoints.report import UnknownEndpoint, counted, report
from console.endpoints.sights import EndpointReport
from console.endpoints.statistics import StatisticsMissing
from console.reading import StudyLook
from console.study_sight import StudySight, study_sight
from console.worklist import Worklist, worklist
from domain.permissions import PERMISSIONS
from domain.views import StudyRow
from protocols.reading import protocol_body

router = APIRouter(tags=["study"])


@dataclass(frozen=True, slots=True)
class ClientSight:
    """Who asks, as a client."""

    client: Annotated[str, Doc("its id, as it goes on the record")]
    role: Annotated[str, Doc("role in which it speaks")]
    study: Annotated[str | None, Doc("the one study it was given, or null: every study")]
    may: Annotated[tuple[str, ...], Doc("kinds of commands that are let through to the rules")]


@dataclass(frozen=True, slots=True)
class StudyListed:
    """One study of the list."""

    study: Annotated[str, Doc("study code")]
    protocol_version: Annotated[str, Doc("newest published version")]
    recruitment: Annotated[str, Doc("`open`, `paused` or `closed`")]
    slots: Annotated[int, Doc("how many participants hold a place")]
    cap: Annotated[int | None, Doc("how many places there are, or null")]
    on_hold: Annotated[bool, Doc("true: a hold is in force")]
    version: Annotated[int, Doc("how many events the study's own stream holds")]
    next_due: Annotated[datetime | None, Doc("when something happens by itself next, or null")]
    next_due_what: Annotated[str | None, Doc("what that is, in words")]
    open_alerts: Annotated[int, Doc("alerts of the study itself that are not resolved")]


@dataclass(frozen=True, slots=True)
class ProtocolVersion:
    """One published version of a study's protocol."""

    version: Annotated[str, Doc("its version")]
    hash: Annotated[str, Doc("its content hash (SHA-256)")]
    published_at: Annotated[datetime, Doc("when it was published")]
    in_force: Annotated[bool, Doc("true: the newest, by which the study is conducted")]


@dataclass(frozen=True, slots=True)
class ProtocolInFull:
    """A protocol document: what `protocol show --json` prints."""

    hash: Annotated[str, Doc("its content hash (SHA-256)")]
    document: Annotated[dict[str, Any], Doc("its canonical body, as the JSON Schema of protocols has it")]


@router.get("/client", response_model=ClientSight, responses=troubles())
def who_asks(caller: Calling) -> Response:
    """Who the token speaks for, and what its role may ask."""
    from console.api.bodies import KINDS  # noqa: PLC0415

    client = caller.client
    may = tuple(kind for kind in KINDS if PERMISSIONS[kind].allows(client.role))
    return answer(ClientSight(client.client_id, client.role.value, client.study, may))


@router.get("/studies", response_model=Page[StudyListed], responses=troubles())
def studies(caller: Calling, part: Sliced) -> Response:
    """The studies that the client was given, by code."""
    with caller.console.parts.store.reading() as reading:
        rows = [_listed(each) for each in reading.study_rows() if caller.may_see(each.study)]
        return answer(part.of(rows, lambda each: (each.study,)))


@router.get("/studies/{study}", response_model=StudySight, responses=troubles())
def study(study: StudyOf, caller: Calling, when: AsOfWhen) -> Response:
    """The study as a whole: places, holds, turns, reviews (`study show`)."""
    with caller.looking(study, when) as look:
        return answer(study_sight(look))


@router.get("/studies/{study}/today", response_model=Worklist, responses=troubles())
def today(
    study: StudyOf,
    caller: Calling,
    when: AsOfWhen,
    days: Annotated[int, Query(ge=0, le=366, description="windows that open within so many days")] = 14,
) -> Response:
    """What waits for people, most urgent first (`today`)."""
    with caller.looking(study, when) as look:
        return answer(worklist(look, days))


@router.get("/studies/{study}/endpoints", response_model=EndpointReport, responses=troubles(501))
def endpoints(
    study: StudyOf,
    caller: Calling,
    when: AsOfWhen,
    counts_only: Annotated[bool, Query(description="leave out intervals and curves")] = False,
) -> Response:
    """Every endpoint with everybody behind it (`endpoints`)."""
    with caller.looking(study, when) as look:
        return answer(_report(look, (), counts_only=counts_only))


@router.get("/studies/{study}/endpoints/{endpoint}", response_model=EndpointReport, responses=troubles(501))
def endpoint(
    study: StudyOf,
    endpoint: Annotated[str, Path(max_length=40, description="endpoint code", examples=["ORR"])],
    caller: Calling,
    when: AsOfWhen,
    counts_only: Annotated[bool, Query(description="leave out intervals and curves")] = False,
) -> Response:
    """One endpoint with everybody behind it (`endpoints --why`)."""
    with caller.looking(study, when) as look:
        return answer(_report(look, (endpoint,), counts_only=counts_only))


@router.get("/studies/{study}/protocols", response_model=Page[ProtocolVersion], responses=troubles())
def protocols(study: StudyOf, caller: Calling, when: AsOfWhen, part: Sliced) -> Response:
    """The published versions of the protocol, oldest first."""
    with caller.looking(study, when) as look:
        versions = list(enumerate(_versions(look)))
        return answer(part.of(versions, lambda each: (each[0],)).mapped(lambda each: each[1]))


@router.get("/studies/{study}/protocols/{version}", response_model=ProtocolInFull, responses=troubles())
def protocol(
    study: StudyOf,
    version: Annotated[str, Path(max_length=40, description="protocol version", examples=["1.0"])],
    caller: Calling,
    when: AsOfWhen,
) -> Response:
    """One published version of the protocol, with everything in it."""
    with caller.looking(study, when) as look:
        known = look.rulebook.versions(look.reading, study)
        found = next((each for each in known if each.version == version), None)
        if found is None:
            there = ", ".join(each.version for each in known)
            raise Trouble(NOT_FOUND, f"{study} has no protocol version {version!r}; there is {there}")
        return answer(ProtocolInFull(found.hash, protocol_body(found)))


def _report(look: StudyLook, only: tuple[str, ...], *, counts_only: bool) -> EndpointReport:
    try:
        return report(counted(look), look.language, only, counts_only=counts_only)
    except UnknownEndpoint as unknown:
        raise Trouble(NOT_FOUND, str(unknown)) from unknown
    except StatisticsMissing as missing:
        raise Trouble(NO_STATISTICS, str(missing)) from missing


def _versions(look: StudyLook) -> list[ProtocolVersion]:
    published = {each.hash: each.published_at for each in look.reading.documents("protocol")}
    known = look.rulebook.versions(look.reading, look.study)
    newest = look.study_rules().protocol.hash
    return [
        ProtocolVersion(each.version, each.hash, published[each.hash], each.hash == newest) for each in known
    ]


def _listed(row: StudyRow) -> StudyListed:
    return StudyListed(
        study=row.study,
        protocol_version=row.protocol_version,
        recruitment=row.recruitment,
        slots=row.slots,
        cap=row.cap,
        on_hold=row.on_hold,
        version=row.version,
        next_due=row.next_due,
        next_due_what=row.next_due_what,
        open_alerts=row.open_alerts,
    )
