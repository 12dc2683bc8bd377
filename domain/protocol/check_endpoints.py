"""Endpoints: each counts among people who can be found, within a time that is one.

The rule that keeps it honest: a figure that nobody could compute is a fault of the document, told before the
first participant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import assert_never

from domain.protocol.check_order import milestone_codes, unknown_code
from domain.protocol.check_windows import is_positive
from domain.protocol.document import ProtocolDocument
from domain.protocol.endpoints import (
    AdverseEventEndpoint,
    Endpoint,
    ResponseEndpoint,
    ShiftEndpoint,
    SurvivalEndpoint,
    ToxicityEndpoint,
)
from domain.protocol.entries import entries
from domain.protocol.problem import Path, Problem
from domain.span import Span


def endpoint_problems(document: ProtocolDocument) -> Iterator[Problem]:
    """Endpoints that name what is not there or measure no time, and visits for unknown endpoints."""
    if document.endpoints is None:
        return
    milestones = milestone_codes(document)
    for index, endpoint in enumerate(document.endpoints):
        path: Path = ("endpoints", index)
        yield from unknown_code((*path, "among"), endpoint.among, milestones, "milestone")
        yield from _of_its_kind(document, endpoint, path)
    yield from _doubled(document.endpoints)
    yield from _used_by_visits(document, document.endpoints)


def _of_its_kind(document: ProtocolDocument, endpoint: Endpoint, path: Path) -> Iterator[Problem]:
    match endpoint:
        case AdverseEventEndpoint():
            yield from _rule_of_emergence(document, path)
        case ToxicityEndpoint():
            yield from _graded_somewhere(document, endpoint, path)
        case ResponseEndpoint():
            yield from _some_time((*path, "until"), endpoint.until)
            yield from _once((*path, "categories"), endpoint.categories)
        case ShiftEndpoint():
            yield from _shift(document, endpoint, path)
        case SurvivalEndpoint():
            yield from _survival(document, endpoint, path)
        case _:
            assert_never(endpoint)


def _rule_of_emergence(document: ProtocolDocument, path: Path) -> Iterator[Problem]:
    if document.adverse_events is None:
        text = "nothing says when an adverse event is treatment-emergent"
        yield Problem((*path, "counts"), text, "add the part adverse_events with its rule teae")


def _graded_somewhere(
    document: ProtocolDocument, endpoint: ToxicityEndpoint, path: Path
) -> Iterator[Problem]:
    scales = document.adverse_events.scales if document.adverse_events is not None else ()
    if all(scale.toxicity is not endpoint.toxicity for scale in scales):
        text = f"no scale of the document grades {endpoint.toxicity.value}"
        yield Problem((*path, "toxicity"), text, "add one to adverse_events.scales, or drop the endpoint")


def _shift(document: ProtocolDocument, endpoint: ShiftEndpoint, path: Path) -> Iterator[Problem]:
    observations = {each.code: each for each in document.observations}
    yield from unknown_code((*path, "observation"), endpoint.observation, observations, "observation")
    observation = observations.get(endpoint.observation)
    if observation is not None and observation.kind != "number":
        text = f"{endpoint.observation!r} is answered with {observation.kind}, which has no shift"
        yield Problem((*path, "observation"), text, "name an observation of kind number")
    visits = dict.fromkeys(entry.code for entry in entries(document) if entry.path[0] == "visits")
    yield from unknown_code((*path, "at"), endpoint.at, visits, "visit")


def _survival(document: ProtocolDocument, endpoint: SurvivalEndpoint, path: Path) -> Iterator[Problem]:
    yield from _some_time((*path, "until"), endpoint.until)
    yield from _once((*path, "ends"), endpoint.ends)
    known = [each.code for each in document.assessments]
    for position, code in enumerate(endpoint.last_known.at if endpoint.last_known else ()):
        yield from unknown_code((*path, "last_known", "at", position), code, known, "assessment")
    for position, mark in enumerate(endpoint.marks.at if endpoint.marks else ()):
        yield from _mark(endpoint, mark, (*path, "marks", "at", position))


def _mark(endpoint: SurvivalEndpoint, mark: Span, path: Path) -> Iterator[Problem]:
    yield from _some_time(path, mark)
    if mark.rough_days() > endpoint.until.rough_days():
        text = f"{mark} lies after {endpoint.until}, when nobody is watched any more"
        yield Problem(path, text, f"write a time up to {endpoint.until}")


def _some_time(path: Path, span: Span) -> Iterator[Problem]:
    if not span.whole_days:
        yield Problem(path, f"{span} counts hours; endpoints are counted in days", "write P60D or P12M")
    elif not is_positive(span):
        yield Problem(path, f"{span} is no time at all", "write a duration such as P60D or P12M")


def _once(path: Path, values: tuple[str, ...]) -> Iterator[Problem]:
    for value, times in Counter(values).items():
        if times > 1:
            yield Problem(path, f"{str(value)!r} stands {times} times", "name each once")


def _doubled(endpoints: tuple[Endpoint, ...]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, endpoint in enumerate(endpoints):
        before = first.setdefault(endpoint.code, index)
        if before != index:
            text = f"the code {endpoint.code!r} is also the code of endpoints[{before}]"
            yield Problem(("endpoints", index, "code"), text, "give each its own code")


def _used_by_visits(document: ProtocolDocument, endpoints: tuple[Endpoint, ...]) -> Iterator[Problem]:
    known = [each.code for each in endpoints]
    for index, visit in enumerate(document.visits):
        for position, code in enumerate(visit.endpoints):
            yield from unknown_code(("visits", index, "endpoints", position), code, known, "endpoint")
