"""Questions that several answers ask before they take a command.

The rule that keeps it honest: each check either passes or raises `Refused` saying what was wrong, where, and
what would be right; none of them changes anything.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date, datetime

from domain.eligibility import Truth, gate_findings, unmet
from domain.protocol.document import Gate
from domain.protocol.expanded import Item
from domain.refusal import Code, Refused
from domain.roles import Actor, Role
from domain.signatures import signature_for, signed_on
from domain.state import Outcome, State
from domain.stated import Stated, day_of, earliest, is_day


def known_item(state: State, code: str) -> Item:
    """The schedule's item of that code, in the participant's own protocol version."""
    item = state.protocol.items.get(code)
    if item is None:
        protocol = f"{state.protocol.id} {state.protocol.version}"
        raise Refused(
            Code.UNKNOWN_ITEM, f"{code!r} is not in protocol {protocol}{nearest(code, state.protocol.items)}"
        )
    return item


def nearest(wrong: str, known: Iterable[str]) -> str:
    """A hint naming the codes that look like the wrong one."""
    close = difflib.get_close_matches(wrong, list(known), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def not_in_future(state: State, happened: Stated, at: datetime) -> None:
    """Refuse a stated time later than now; a day may be today's site day."""
    today = at.astimezone(state.zone).date()
    future = day_of(happened, state.zone) > today if is_day(happened) else earliest(happened, state.zone) > at
    if future:
        now = at.astimezone(state.zone).isoformat(timespec="minutes")
        raise Refused(
            Code.FUTURE_TIME,
            f"{happened.isoformat()} is in the future: it is {now} in {state.rules.site.zone_name}",
        )


def not_before(state: State, happened: Stated, earlier: Stated, name: str, code: Code) -> None:
    """Refuse what happened before something it must follow."""
    if is_before(state, happened, earlier):
        raise Refused(code, f"{happened.isoformat()} is before {name} ({earlier.isoformat()})")


def is_before(state: State, one: Stated, other: Stated) -> bool:
    """Whether one stated time is surely before the other; a bare day is compared by days."""
    if is_day(one) or is_day(other):
        return day_of(one, state.zone) < day_of(other, state.zone)
    return earliest(one, state.zone) < earliest(other, state.zone)


def after_registration(state: State, happened: Stated) -> None:
    """Refuse what happened before the timeline opened."""
    code = state.protocol.document.registration.milestone
    first = state.item(code).happened
    if first is not None:
        not_before(state, happened, first, code, Code.BEFORE_ANCHOR)


def open_to_late_records(state: State, happened: Stated, what: str) -> None:
    """After the end only what happened up to the end is still taken."""
    ending = state.ending
    if ending is not None and day_of(happened, state.zone) > day_of(ending.happened, state.zone):
        raise Refused(
            Code.ENDED,
            f"participation ended ({ending.end.value}) on {ending.happened.isoformat()}; "
            f"{what} on {happened.isoformat()} would be after it, and only late records are taken",
        )


def open_to_follow_up(state: State, happened: Stated, what: str) -> None:
    """As `open_to_late_records`, but an end that leaves visits running leaves what is learnt at them too."""
    if not follow_up_goes_on(state):
        open_to_late_records(state, happened, what)


def follow_up_goes_on(state: State) -> bool:
    """Whether the participation ended in a way after which the protocol still expects visits."""
    if state.ending is None:
        return False
    return any(state.ending.end in item.after_end for item in state.protocol.items.values())


def still_running(state: State, what: str) -> None:
    """Refuse what makes sense only before the participation ends."""
    if state.ending is not None:
        raise Refused(
            Code.ENDED,
            f"participation ended ({state.ending.end.value}) on {state.ending.happened.isoformat()}; "
            f"{what} is no longer possible, late records and corrections are",
        )


def gate_open(state: State, gate: Gate, day: date) -> None:
    """Refuse while the gate is unsigned, signed too long ago, or lacks something it asks for."""
    signatures = state.signatures.get(gate.code)
    if not signatures:
        raise Refused(
            Code.GATE_CLOSED,
            f"gate {gate.code} before {gate.before} is not signed: the {gate.signed_by.value} signs it first",
        )
    if signature_for(state, gate, day) is None:
        signed = signed_on(state, signatures[-1])
        raise Refused(
            Code.GATE_CLOSED,
            f"gate {gate.code} was signed on {signed}, {(day - signed).days} days before {day}: it holds for "
            f"{gate.signature_within}; sign it again",
        )
    conditions_met(state, gate, day)


def conditions_met(state: State, gate: Gate, day: date) -> None:
    """Refuse, naming every condition of the gate that fails or is unknown on `day`."""
    lacking = unmet(gate_findings(state, gate, day))
    if lacking:
        failed = [f"{each.code} fails: {each.why}" for each in lacking if each.truth is Truth.FAILED]
        unknown = [f"{each.code} unknown: {each.why}" for each in lacking if each.truth is Truth.UNKNOWN]
        raise Refused(
            Code.GATE_CLOSED, f"gate {gate.code} is closed on {day}: " + " | ".join([*failed, *unknown])
        )


def spoken_by(actor: Actor, role: Role, what: str) -> None:
    if actor.role is not role:
        raise Refused(
            Code.WRONG_ROLE, f"{what} is for the {role.value}; {actor.id} speaks as {actor.role.value}"
        )


def pending(state: State, code: str) -> None:
    known = state.item(code)
    if known.outcome is not Outcome.PENDING:
        when = f" ({known.happened.isoformat()})" if known.happened is not None else ""
        raise Refused(
            Code.ALREADY_RECORDED,
            f"{code} is already {known.outcome.value}{when}; if that is wrong, correct it with a reason",
        )
