"""What would move, shown before anything is moved.

The rule that keeps it honest: played on a copy by the domain's own functions, as the command line's
`--preview`; what the record would say to it is said too, and nothing is saved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from console.governing import amendment_preview
from console.product_sights import PreviewSight, preview_sight
from console.web.forms.bench import Bench
from domain.commands import parse_command
from domain.decide import Subject, decide
from domain.eligibility import Truth, gate_findings
from domain.product.shelf import shelf_of
from domain.product.slipping import slipped, slipped_booking
from domain.refusal import Refused
from domain.state import Outcome, State
from domain.stated import Stated, day_of, parse_stated

MOVES = frozenset({"plan_item", "book_resource", "move_booking", "apply_amendment"})
"""Commands that say beforehand what moves with them."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that would move. `what`: window, appointment or booking; None: there was or would be none."""

    label: str
    what: str
    was: str | None
    becomes: str | None


@dataclass(frozen=True, slots=True)
class Moving:
    """`clashes`: what would no longer fit; `expired`: results and shelf lives that would have run out.

    `refused`: what the record would say; None: it would be taken.
    """

    moves: tuple[Move, ...]
    clashes: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    refused: str | None = None


def moving(bench: Bench, kind: str, body: dict[str, Any]) -> Moving | None:
    """What a command would move; None: nothing is said of it, or too little is stated.

    Raises:
        Refused: there is no such item or resource.
    """
    state = bench.state
    if state is None or kind not in MOVES:
        return None
    if kind == "apply_amendment":
        return _amended(bench, state, body)
    to = body.get("appointment") or body.get("starts")
    if to is None:
        return None
    stated = parse_stated(to)
    if kind == "plan_item":
        item = str(body["item"])
        shown = preview_sight(state.participant, slipped(state, item, stated, bench.look.now))
    else:
        resource = str(body["resource"])
        known = {each.code: each.item for each in bench.protocol.document.resources or ()}
        shown = preview_sight(state.participant, slipped_booking(state, resource, stated, bench.look.now))
        item = known[resource]
    return Moving(
        moves=tuple(_moves(bench, shown)),
        clashes=shown.clashes,
        expired=tuple(_expired(bench, state, item, stated)),
        refused=_refused(bench, state, body),
    )


def _amended(bench: Bench, state: State, body: dict[str, Any]) -> Moving:
    consented = parse_stated(body["consented"]) if body.get("consented") else None
    try:
        shown = amendment_preview(bench.look, state.participant, str(body.get("version", "")), consented)
    except Refused as refused:
        return Moving((), refused=refused.text)
    moves = tuple(
        Move(
            each.label,
            "window",
            _days(each.first_day_before, each.last_day_before),
            _days(each.first_day_after, each.last_day_after),
        )
        for each in shown.moved
    )
    return Moving(moves, raised=shown.raised, resolved=shown.resolved)


def _moves(bench: Bench, shown: PreviewSight) -> Iterator[Move]:
    resources = {each.code: each.labels for each in bench.protocol.document.resources or ()}
    for each in shown.slips:
        booked = resources.get(each.code) if each.what == "booking" else None
        label = bench.label(booked) if booked else bench.look.item_label(bench.protocol, each.code)
        yield Move(label, each.what, each.was, each.becomes)


def _expired(bench: Bench, state: State, item: str, to: Stated) -> Iterator[str]:
    """What a gate before the item rests on, and the product, that would have run out by then."""
    day = day_of(to, state.zone)
    today = bench.today
    for gate in state.protocol.gates.values():
        if gate.before != item or state.item(item).outcome is Outcome.DONE:
            continue
        now = {each.code: each for each in gate_findings(state, gate, today)}
        for then in gate_findings(state, gate, max(day, today)):
            if then.truth is not Truth.MET and now[then.code].truth is Truth.MET:
                yield then.why
    shelf, part = shelf_of(state), state.protocol.document.product
    if shelf is not None and part is not None and part.given_at == item:
        ends = shelf.ends.astimezone(state.zone)
        if day > ends.date():
            yield f"{shelf.product} may be used until {ends:%Y-%m-%d %H:%M}"


def _refused(bench: Bench, state: State, body: dict[str, Any]) -> str | None:
    try:
        decide(state, parse_command(body), bench.look.now, Subject(state.study, state.participant))
    except Refused as refused:
        return refused.text
    return None


def _days(first: date | None, last: date | None) -> str | None:
    if first is None or last is None:
        return None
    return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"
