"""One turn of a what-if: what was asked before, and what its page asks to be done about it now.

The rule that keeps it honest: whatever cannot be read comes back with its reason beside the field, and what
was asked before is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from console.web.asking import Form
from console.web.form_pages import is_about
from console.web.forms.answering import Sent, stated_in
from console.web.forms.bench import Bench, bench_of
from console.web.forms.fields import command_named, is_signed
from console.web.forms.sheet import Fault
from console.web.forms.signing import shown_for
from console.web.forms.typed import Typed
from console.web.stating import Unstated, stated_from
from console.web.what_if.page import AHEAD
from console.web.what_if.shifting import in_days, shifted
from console.web.what_if.tries import MOST_TRIED, Faulty, Try, tries_in
from domain.recorded import STUDY_SUBJECT
from domain.stated import parse_instant

DO, ACT, WHO, KIND, AT, WEEKS = "w.do", "w.act", "w.who", "w.kind", "w.at", "w.weeks"
ITEM, DAYS, REASON, REASONS, SEEN = "w.item", "w.days", "w.reason", "w.reasons", "w.seen"

_LOOKED_AHEAD = 4


@dataclass(frozen=True)
class Adding:
    """A command that is being filled in: whom it is about, and what is wrong with it so far."""

    who: str
    kind: str
    typed: Typed
    faults: Mapping[str, Fault] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """`tries`: what is asked so far; `adding`: a form that is open; `ready`: item and days of the ready one.

    `fault`: what is wrong with the ready question, or the choice: a code for the page's own words.
    """

    tries: tuple[Try, ...]
    weeks: int = _LOOKED_AHEAD
    adding: Adding | None = None
    ready: tuple[str, str] = ("", "5")
    fault: str = ""


def turn_of(bench: Bench, about: str, typed: Typed) -> Turn:
    """What the fields of a page ask for.

    Raises:
        Faulty: no page of ours sent them.
        Refused: they name somebody who is not on the record.
    """
    turn = Turn(tries_in(typed.many(DO)), _weeks(typed.one(WEEKS)))
    match typed.one(ACT):
        case "choose":
            return _chosen(turn, about, typed)
        case "add":
            return _added(bench, turn, about, typed)
        case "ready":
            return _ready(bench, turn, about, typed)
        case act if act.startswith("drop-"):
            kept = [each for number, each in enumerate(turn.tries) if act != f"drop-{number}"]
            return replace(turn, tries=tuple(kept))
        case _:
            return turn


def asked_by_address(bench: Bench, about: str, asked: Mapping[str, str]) -> Turn:
    """What an address asks: an item by so many days or to a day, or a booking to a day."""
    turn = Turn((), _weeks(asked.get("weeks", "")))
    item, to, resource = asked.get("item", ""), asked.get("to", ""), asked.get("resource", "")
    moved = {"kind": "move_booking", "resource": resource, "starts": to} if resource else {}
    planned = {"kind": "plan_item", "item": item, "appointment": to} if item else {}
    if to and (moved or planned):
        return replace(turn, tries=(Try(about, moved or planned),))
    if item and asked.get("days"):
        return _ready(bench, turn, about, Typed({ITEM: (item,), DAYS: (asked["days"],)}))
    return replace(turn, ready=(item, turn.ready[1]))


def with_reason(tries: tuple[Try, ...], numbers: str, reason: str) -> tuple[Try, ...]:
    """The commands with a reason for those whose numbers say that they lack one."""
    lacking = set(numbers.split(","))
    return tuple(
        replace(each, body={**each.body, "reason": reason}) if str(number) in lacking else each
        for number, each in enumerate(tries)
    )


def _weeks(text: str) -> int:
    weeks = int(text) if text.isdecimal() and len(text) < 3 else _LOOKED_AHEAD
    return weeks if weeks in AHEAD else _LOOKED_AHEAD


def _chosen(turn: Turn, about: str, typed: Typed) -> Turn:
    who, kind = typed.one(WHO) or about, typed.one(KIND)
    if not kind:
        return replace(turn, fault="no command")
    _known(kind)
    if len(turn.tries) >= MOST_TRIED:
        return replace(turn, fault="too many")
    if not is_about(kind, None if who == STUDY_SUBJECT else who):
        return replace(turn, fault="another subject")
    return replace(turn, adding=Adding(who, kind, typed))


def _added(bench: Bench, turn: Turn, about: str, typed: Typed) -> Turn:
    turn = _chosen(turn, about, typed)
    adding = turn.adding
    if adding is None:
        return turn
    participant = None if adding.who == STUDY_SUBJECT else adding.who
    own = bench if participant == bench.participant else bench_of(bench.look, participant)
    sent = Sent(bench.look.study, participant, adding.kind, typed, Form("", ""))
    body, faults = stated_in(own, sent)
    at, wrong = _moment(own, typed)
    if faults or wrong:
        return replace(turn, adding=replace(adding, faults={**faults, **wrong}))
    if is_signed(adding.kind):
        shown = shown_for(own, adding.kind, typed)
        body["meaning"] = shown.meaning if shown is not None else "-"
    tried = Try(sent.subject, {"kind": adding.kind, **body}, at)
    return replace(turn, tries=(*turn.tries, tried), adding=None)


def _ready(bench: Bench, turn: Turn, about: str, typed: Typed) -> Turn:
    item, days = typed.one(ITEM), in_days(typed.one(DAYS))
    turn = replace(turn, ready=(item, typed.one(DAYS)))
    if days is None:
        return replace(turn, fault="no days")
    body = shifted(bench, item, days)
    if body is None:
        return replace(turn, fault="no item")
    # Asked again with another number of days, it takes the place of what was asked.
    same = (about, "plan_item", item)
    kept = [each for each in turn.tries if (each.who, each.kind, each.body.get("item")) != same]
    if len(kept) >= MOST_TRIED:
        return replace(turn, fault="too many")
    reason = typed.one(REASON)
    return replace(turn, tries=(*kept, Try(about, body | ({"reason": reason} if reason else {}))))


def _moment(bench: Bench, typed: Typed) -> tuple[datetime | None, dict[str, Fault]]:
    """The moment at which it is as if the command were given; none: now."""
    day, clock = typed.one(AT), typed.one(f"{AT}.clock")
    if not day and not clock:
        return None, {}
    try:
        if day and not clock:
            raise Unstated("clock", "missing")
        stated = stated_from(day, clock, bench.zone)
    except Unstated as unstated:
        return None, {f"{AT}.clock" if unstated.field == "clock" else AT: (unstated.why, "")}
    try:
        at = parse_instant(stated)
    except ValueError:
        return None, {AT: ("unreadable", "")}
    return (at, {}) if at > bench.look.now else (None, {AT: ("over", "")})


def _known(kind: str) -> None:
    if command_named(kind) is None:
        raise Faulty(f"{kind!r} is no command that a person gives here")
