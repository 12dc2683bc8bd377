"""Deviations that open and close by themselves as the record and the plan change.

The rule that keeps it honest: a deviation is open exactly while the record warrants it; a correction that
removes its ground closes it on the record, and nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

from domain.events import DeviationClosed, DeviationOpened, PlannedWindow
from domain.governance.approved import covering
from domain.governance.suggest import suggestion
from domain.plan import BINDING
from domain.protocol.document import Gate
from domain.protocol.expanded import Item
from domain.signatures import last_day, signature_for, signed_on
from domain.standing import side_of
from domain.state import ItemState, Outcome, State
from domain.stated import day_of, earliest


def changed(state: State, items: Collection[str]) -> Iterator[DeviationOpened | DeviationClosed]:
    """What must be opened and closed so that the deviations of `items` are those the record warrants."""
    wanted = {(each.item, each.kind): each for each in _warranted(state, items)}
    for key, known in state.deviations.items():
        if known.item in items and (key not in wanted or wanted[key].detail != known.detail):
            yield DeviationClosed(known.deviation, "corrected")
    for key, opened in wanted.items():
        if key not in state.deviations or state.deviations[key].detail != opened.detail:
            yield opened


def _warranted(state: State, items: Collection[str]) -> Iterator[DeviationOpened]:
    for code, known in state.items.items():
        if code not in items:
            continue
        if known.outcome is Outcome.MISSED:
            yield _opened(state, code, "missed", known.reason or "")
        elif known.outcome is Outcome.DONE:
            yield from _of_done(state, state.protocol.items[code], known)


def _of_done(state: State, item: Item, known: ItemState) -> Iterator[DeviationOpened]:
    happened, window = known.happened, known.window
    assert happened is not None, "what is done has its time"
    if window is not None and window.basis in BINDING:
        at = earliest(happened, state.zone)
        side = side_of(window.opens, window.closes, at)
        if side is not None:
            yield from _outside(state, item, known, window, "hard_stop" if _stopped(window, at) else side)
    gates = state.protocol.gates_before(item.code)
    if gates:
        day = day_of(happened, state.zone)
        yield from _signed_late(state, item, gates, day)
        yield from _not_signed(state, item, gates, day)


def _stopped(window: PlannedWindow, at: datetime) -> bool:
    return window.hard_stop is not None and at >= window.hard_stop


def _outside(
    state: State, item: Item, known: ItemState, window: PlannedWindow, kind: str
) -> Iterator[DeviationOpened]:
    assert known.happened is not None, "what is done has its time"
    where = f"happened {known.happened.isoformat()}, window {_said(state, item, window)}"
    yield _opened(state, item.code, kind, where)
    if item.prior_approval and known.approved_by is None:
        yield _opened(state, item.code, "no_prior_approval", where)


def _said(state: State, item: Item, window: PlannedWindow) -> str:
    opens, closes = window.opens.astimezone(state.zone), window.closes.astimezone(state.zone)
    if item.window is not None and item.window.whole_days:
        return f"{opens.date()} to {(closes - timedelta(microseconds=1)).date()}"
    return f"{opens.isoformat(timespec='minutes')} until before {closes.isoformat(timespec='minutes')}"


def _signed_late(state: State, item: Item, gates: Iterable[Gate], day: date) -> Iterator[DeviationOpened]:
    late = [
        f"{gate.code} signed {signed_on(state, signature)}, {item.code} on {day}"
        for gate in gates
        if (signature := signature_for(state, gate, day)) is not None and signed_on(state, signature) > day
    ]
    if late:
        yield _opened(state, item.code, "signed_late", "; ".join(late))


def _not_signed(state: State, item: Item, gates: Iterable[Gate], day: date) -> Iterator[DeviationOpened]:
    # Only a correction gets here: a record on such a day is refused, the truth about one that stands is not.
    lapsed = [
        f"{gate.code} signed {signed_on(state, signature)}, held until {last_day(state, gate, signature)}"
        for gate in gates
        if signature_for(state, gate, day) is None
        for signature in state.signatures.get(gate.code, ())[-1:]
    ]
    if lapsed:
        yield _opened(state, item.code, "not_signed", f"{'; '.join(lapsed)}; {item.code} on {day}")


def _opened(state: State, item: str, kind: str, detail: str) -> DeviationOpened:
    everything = (*state.settled_deviations, *state.deviations.values())
    before = sum(1 for each in everything if (each.item, each.kind) == (item, kind))
    name = f"{item}/{kind}" + (f"/{before + 1}" if before else "")
    happened = state.item(item).happened
    approval = covering(state, item, happened) if happened is not None else None
    return DeviationOpened(
        deviation=name,
        item=item,
        kind=kind,
        detail=detail,
        suggested=suggestion(state, item, kind),
        approval=approval.approval if approval is not None else None,
    )
