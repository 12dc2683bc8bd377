"""Binding the chain-of-identity number, and looking into a wrong one.

The rule that keeps it honest: a participant has one number for all collections; another one read anywhere is
seen, kept and told, and nothing moves until a person has cleared it.
"""

from __future__ import annotations

from datetime import datetime

from domain.answers.checks import is_before
from domain.commands.product import BindIdentity, ClearMismatch, CorrectIdentity
from domain.events import IdentityBound, IdentityCorrected, IdentityMismatchCleared, IdentityMismatchSeen
from domain.product.asks import no_mismatch_open, seen_by, stated_in_time, tracked
from domain.product.collected import collections
from domain.protocol.product import ProductPart
from domain.refusal import Code, Refused
from domain.roles import Role
from domain.state import State
from domain.stated import Stated

AT_BINDING = "binding"
TWO = 2


def bind_identity(state: State, command: BindIdentity, at: datetime) -> list[IdentityBound]:
    """The number is bound to the newest collection, which gets a product number of its own."""
    part = tracked(state)
    stated_in_time(state, command.happened, at, "binding an identity")
    _collected(state, part, command.happened)
    no_mismatch_open(state)
    holding = state.holding
    if holding.number is not None and command.number != holding.number:
        seen = IdentityMismatchSeen(
            mismatch=next_mismatch(state),
            leg=AT_BINDING,
            number=command.number,
            participant=state.participant,
            persons=command.persons,
            happened=command.happened,
            seen_at=at,
        )
        raise Refused(
            Code.IDENTITY_MISMATCH,
            f"{state.participant} carries {holding.number} for every collection; {command.number} was read",
            recorded=[seen],
        )
    seen_by(command.persons, part.binding_persons, "binding an identity")
    product = f"P{len(holding.products) + 1}"
    return [IdentityBound(product, command.number, command.persons, command.happened)]


def correct_identity(state: State, command: CorrectIdentity) -> list[IdentityCorrected]:
    """Two persons state that the number was written down wrongly when it was bound."""
    tracked(state)
    known = state.holding.number
    if known is None:
        raise Refused(Code.NOTHING_TO_CORRECT, "no identity is bound, so there is nothing to correct")
    if known == command.number:
        raise Refused(Code.SAME_FACT, f"{state.participant} carries {known} already")
    seen_by(command.persons, TWO, "correcting an identity")
    return [IdentityCorrected(known, command.number, command.persons, command.reason)]


def clear_mismatch(state: State, command: ClearMismatch) -> list[IdentityMismatchCleared]:
    """The investigator, or two persons, say with a reason that the wrong identity was looked into."""
    tracked(state)
    known = [each.mismatch for each in state.holding.mismatches]
    if command.mismatch not in known:
        listed = ", ".join(known) or "none"
        raise Refused(Code.UNKNOWN_ALERT, f"no wrong identity {command.mismatch!r} is open; open: {listed}")
    wanted = 0 if command.actor.role is Role.INVESTIGATOR else TWO
    seen_by(command.persons, wanted, "clearing a wrong identity by others than the investigator")
    by = command.actor
    return [IdentityMismatchCleared(command.mismatch, by.id, by.role, command.persons, command.reason)]


def next_mismatch(state: State) -> str:
    """The name of the next wrong identity seen."""
    return f"M{state.holding.mismatches_seen + 1}"


def _collected(state: State, part: ProductPart, happened: Stated) -> None:
    number, bound = collections(state, part), len(state.holding.products)
    collected = state.item(part.collected_at).happened
    if collected is None or number == 0:
        raise Refused(
            Code.OUT_OF_ORDER, f"an identity is bound to a collection: record {part.collected_at} first"
        )
    if number <= bound:
        raise Refused(
            Code.ALREADY_RECORDED,
            f"{state.holding.number} is bound to the collection of {collected.isoformat()} already",
        )
    if is_before(state, happened, collected):
        raise Refused(
            Code.OUT_OF_ORDER,
            f"{happened.isoformat()} is before the collection on {collected.isoformat()} it is bound to",
        )
