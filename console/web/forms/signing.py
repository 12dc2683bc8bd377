"""What is shown before something is signed: its content in words, the hash of it, and what it means.

The rule that keeps it honest: the hash goes with the signature, so what is signed is what was shown; where
the record has moved on meanwhile it is shown again and nothing is signed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from console.governing import approvals
from console.sights import FindingSight
from console.study_sight import study_sight
from console.web.forms.bench import Bench
from console.web.forms.typed import Typed
from domain.commands import Text
from domain.governance.confirm import confirmed_content, meaning_of
from domain.product.releasing import shown_before_release
from domain.signed import content_of
from domain.state import deviation_named


@dataclass(frozen=True, slots=True)
class Before:
    """A signature that was given earlier under the same thing."""

    by: str
    signed_at: datetime
    same: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody signs. `facts`: name -> as it stands; `role`: who signs it; `content`: SHA-256 in hex.

    `second`: another person signed the same already, or asked for it: nobody signs twice.
    """

    meaning: str
    content: str
    role: str
    facts: tuple[tuple[str, str], ...] = ()
    findings: tuple[FindingSight, ...] = ()
    before: tuple[Before, ...] = ()


def shown_for(bench: Bench, kind: str, typed: Typed) -> Shown | None:
    """What is signed with what was chosen; None: too little is chosen, or there is no such thing."""
    ways: Mapping[str, Callable[[Bench, Typed], Shown | None]] = {
        "sign_gate": _gate,
        "grant_approval": _approval,
        "confirm_deviation": _class,
        "lift_hold": _hold,
        "release_conditionally": _release,
    }
    way = ways.get(kind)
    return way(bench, typed) if way is not None else None


def _gate(bench: Bench, typed: Typed) -> Shown | None:
    record = bench.record
    gate = record.gate(typed.one("gate")) if record is not None else None
    if record is None or gate is None:
        return None
    signed = record.state.signatures.get(gate.gate, ())
    return Shown(
        meaning=gate.meaning,
        content=gate.content,
        role=gate.signed_by,
        facts=(("gate", gate.label), ("before", bench.look.item_label(bench.protocol, gate.before))),
        findings=gate.findings,
        before=tuple(Before(each.by, each.signed_at, each.content == gate.content) for each in signed),
    )


def _approval(bench: Bench, typed: Typed) -> Shown | None:
    asked = {each.approval: each for each in approvals(bench.look, bench.participant)}
    found = asked.get(typed.one("approval"))
    rule = bench.protocol.document.approvals
    if found is None or rule is None:
        return None
    facts = (("item", found.label), ("planned", found.planned), ("reason", found.reason), ("by", found.by))
    return Shown(found.meaning, found.content, rule.by.value, facts)


def _class(bench: Bench, typed: Typed) -> Shown | None:
    classed = typed.one("classed")
    state = bench.state
    if state is None or classed not in ("minor", "important"):
        return None
    try:
        deviation = deviation_named(state, typed.one("deviation"))
    except LookupError:
        return None
    facts = (
        ("item", bench.look.item_label(bench.protocol, deviation.item)),
        ("detail", deviation.detail),
        ("suggested", deviation.suggested or "-"),
        ("classed", classed),
    )
    content = content_of(confirmed_content(state, deviation, classed))
    return Shown(meaning_of(classed), content, "", facts)


def _hold(bench: Bench, typed: Typed) -> Shown | None:
    held = next((each for each in study_sight(bench.look).holds if each.hold == typed.one("hold")), None)
    if held is None or held.lifted_at is not None:
        return None
    facts = (("hold", held.hold), ("reason", held.reason), ("stops", ", ".join(held.stops)), ("by", held.by))
    return Shown(held.meaning, held.content, held.lifted_by, facts)


def _release(bench: Bench, typed: Typed) -> Shown | None:
    state, part = bench.state, bench.protocol.document.product
    product = state.holding.newest if state is not None else None
    named = _as_kept(typed.one("deviation"))
    if state is None or part is None or part.conditional is None or product is None or named is None:
        return None
    what = shown_before_release(state, part, product, named)
    facts = (
        ("product", product.code),
        ("number", str(what["number"])),
        ("outside", "; ".join(what["outside"]) or "-"),
        ("deviation", named),
        ("tests", ", ".join(f"{code} {each.value}" for code, each in product.tests.items())),
    )
    return Shown(part.conditional.meaning, content_of(what), part.conditional.by.value, facts)


def _as_kept(text: str) -> str | None:
    try:
        return str(TypeAdapter(Text).validate_python(text))
    except ValidationError:
        return None
