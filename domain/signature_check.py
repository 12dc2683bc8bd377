"""Whether what a signature on the record covers is what the record said at that moment.

The rule that keeps it honest: the content is worked out again from the state before the signature, never
taken from the signature itself; one made before contents were kept proves its words only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from domain.events import (
    ApprovalGranted,
    DeviationConfirmed,
    Event,
    GateSigned,
    HoldLifted,
    ProductReleased,
)
from domain.evolve import ParticipantEvent, evolve
from domain.governance.approvals import approved_content
from domain.governance.confirm import confirmed_content
from domain.product.releasing import shown_before_release
from domain.signatures import shown_at
from domain.signed import Signed, content_of
from domain.state import State
from domain.stated import day_of
from domain.study import Study, evolve_study
from domain.study.holding import what_is_lifted


def mismatches(state: State, events: Iterable[ParticipantEvent]) -> Iterator[tuple[int, str]]:
    """(number, what is wrong) of every signature among `events` that does not cover what was on the record.

    `state` is the one before the first of them.
    """
    for event in events:
        wrong = _wrong(state, event)
        if wrong is not None:
            yield state.version + 1, wrong
        state = evolve(state, event)


def study_mismatches(study: Study, events: Iterable[Event]) -> Iterator[tuple[int, str]]:
    """(number, what is wrong) of every signature on a study's stream, as `mismatches`."""
    for event in events:
        if isinstance(event, HoldLifted):
            hold = next((each for each in study.holds if each.code == event.hold), None)
            what = what_is_lifted(study, hold) if hold is not None else {}
            wrong = _differs(f"the lifting of {event.hold}", event.signed.by, event.signed.content, what)
            if wrong is not None:
                yield study.version + 1, wrong
        study = evolve_study(study, event)


def _wrong(state: State, event: ParticipantEvent) -> str | None:
    match event:
        case GateSigned() if event.content is not None:
            gate = state.protocol.gates.get(event.gate)
            if gate is None:
                return f"{event.by} signed gate {event.gate}, which the protocol in force did not have"
            today = day_of(event.signed_at, state.zone)
            return _differs(f"gate {event.gate}", event.by, event.content, shown_at(state, gate, today))
        case ApprovalGranted():
            asked = state.governance.approvals.get(event.approval)
            what = approved_content(state, asked) if asked is not None else {}
            return _differs(f"approval {event.approval}", event.signed.by, event.signed.content, what)
        case DeviationConfirmed():
            open_ones = {each.deviation: each for each in state.deviations.values()}
            deviation = open_ones.get(event.deviation)
            what = confirmed_content(state, deviation, event.classed) if deviation is not None else {}
            return _differs(f"the class of {event.deviation}", event.signed.by, event.signed.content, what)
        case ProductReleased() if event.signed is not None:
            return _wrong_release(state, event, event.signed)
        case _:
            return None


def _wrong_release(state: State, event: ProductReleased, signed: Signed) -> str | None:
    part = state.protocol.document.product
    product = next((each for each in state.holding.products if each.code == event.product), None)
    what: Mapping[str, Any] = {}
    if part is not None and product is not None:
        what = shown_before_release(state, part, product, event.deviation or "")
    return _differs(f"the release of {event.product}", signed.by, signed.content, what)


def _differs(name: str, by: str, content: str, what: Mapping[str, Any]) -> str | None:
    right = content_of(what)
    if content == right:
        return None
    return (
        f"the signature of {by} under {name} is over another content ({content[:12]}) than the record "
        f"had then ({right[:12]})"
    )
