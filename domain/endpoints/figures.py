"""Every endpoint of a protocol over everybody.

The rule that keeps it honest: one judgement per participant and endpoint, and every kind of endpoint has its
own; a new kind does not pass the type checkers until it is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from domain.endpoints import adverse_events, response, shift, survival, toxicity
from domain.endpoints.figure import Figure, Judged, groups
from domain.endpoints.known import Known
from domain.protocol.endpoints import (
    AdverseEventEndpoint,
    Endpoint,
    ResponseEndpoint,
    ShiftEndpoint,
    SurvivalEndpoint,
    ToxicityEndpoint,
)


def figures(endpoints: Iterable[Endpoint], people: Sequence[Known]) -> tuple[Figure, ...]:
    """The figures of the endpoints, in their order; everybody stands in each, in the order given."""
    return tuple(_figure(endpoint, people) for endpoint in endpoints)


def _figure(endpoint: Endpoint, people: Sequence[Known]) -> Figure:
    match endpoint:
        case AdverseEventEndpoint():
            judged = tuple(adverse_events.judge(each, endpoint) for each in people)
            return Figure(endpoint, judged, groups("any", judged, adverse_events.marks(people)))
        case ToxicityEndpoint():
            judged = tuple(toxicity.judge(each, endpoint) for each in people)
            return Figure(endpoint, judged, groups("any grade", judged))
        case ResponseEndpoint():
            judged = tuple(response.judge(each, endpoint) for each in people)
            categories = tuple(each.value for each in endpoint.categories)
            return Figure(endpoint, judged, groups(" + ".join(categories), judged, categories))
        case ShiftEndpoint():
            judged = tuple(shift.judge(each, endpoint) for each in people)
            return Figure(endpoint, judged, groups("both values known", judged, _shift_rows(judged)))
        case SurvivalEndpoint():
            return Figure(endpoint, tuple(survival.judge(each, endpoint) for each in people))
        case _:
            assert_never(endpoint)


def _shift_rows(judged: Sequence[Judged]) -> tuple[str, ...]:
    return (*shift.DIRECTIONS, *shift.shifts(judged))
