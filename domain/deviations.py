"""Deviations that open and close by themselves as the record and the plan change.

The rule that keeps it honest: a deviation is open exactly while the record warrants it; a correction that
removes its ground closes it on the record, and nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.events import DeviationClosed, DeviationOpened, PlannedWindow
from domain.protocol.expanded import Item
from domain.signatures import signature_for, signed_on
from domain.standing import outside, sight_of
from domain.state import ItemState, Outcome, State
from domain.stated import day_of, earliest


def changed(state: State) -> Iterator[DeviationOpened | DeviationClosed]:
    """What must be opened and closed so that the deviations are those the record warrants."""
    wanted = {(each.item, each.kind): each for each in _warranted(state)}
    for key, known in state.deviations.items():
        if key not in wanted or wanted[key].detail != known.detail:
            yield DeviationClosed(known.deviation, "corrected")
    for key, opened in wanted.items():
        if key not in state.deviations or state.deviations[key].detail != opened.detail:
            yield opened


def _warranted(state: State) -> Iterator[DeviationOpened]:
    for code, known in state.items.items():
        if known.outcome is Outcome.MISSED:
            yield _opened(state, code, "missed", known.reason or "")
        elif known.outcome is Outcome.DONE:
            yield from _of_done(state, state.protocol.items[code], known)


def _of_done(state: State, item: Item, known: ItemState) -> Iterator[DeviationOpened]:
    window = known.window
    side = outside(sight_of(state, item, window))
    if side is not None and window is not None:
        kind = "hard_stop" if _beyond_hard_stop(state, known, window) else side
        yield _opened(state, item.code, kind, _where(state, known, window))
        if item.prior_approval and known.approved_by is None:
            yield _opened(state, item.code, "no_prior_approval", _where(state, known, window))
    yield from _signed_late(state, item, known)


def _signed_late(state: State, item: Item, known: ItemState) -> Iterator[DeviationOpened]:
    assert known.happened is not None, "only what happened is compared"
    day = day_of(known.happened, state.zone)
    late = [
        f"{gate.code} signed {signed_on(state, signature)}, {item.code} on {day}"
        for gate in state.protocol.gates_before(item.code)
        if (signature := signature_for(state, gate, day)) is not None and signed_on(state, signature) > day
    ]
    if late:
        yield _opened(state, item.code, "signed_late", "; ".join(late))


def _beyond_hard_stop(state: State, known: ItemState, window: PlannedWindow) -> bool:
    assert known.happened is not None, "only what happened is compared"
    return window.hard_stop is not None and earliest(known.happened, state.zone) >= window.hard_stop


def _where(state: State, known: ItemState, window: PlannedWindow) -> str:
    assert known.happened is not None, "only what happened is compared"
    opens, closes = (each.astimezone(state.zone).isoformat() for each in (window.opens, window.closes))
    return f"happened {known.happened.isoformat()}, window {opens} to {closes} (exclusive)"


def _opened(state: State, item: str, kind: str, detail: str) -> DeviationOpened:
    everything = (*state.settled_deviations, *state.deviations.values())
    before = sum(1 for each in everything if (each.item, each.kind) == (item, kind))
    name = f"{item}/{kind}" + (f"/{before + 1}" if before else "")
    return DeviationOpened(deviation=name, item=item, kind=kind, detail=detail)
