"""Collections and the products made of them: how many there were, and whether another one is needed.

The rule that keeps it honest: a failed product takes the steps behind its release away until a new
collection is on the record; nothing is assumed to come.
"""

from __future__ import annotations

from domain.protocol.expanded import Protocol
from domain.protocol.product import ProductPart
from domain.state import Outcome, State


def part_of(state: State) -> ProductPart | None:
    """What the participant's protocol says of its product."""
    return state.protocol.document.product


def collections(state: State, part: ProductPart) -> int:
    """How often cells were collected."""
    known = state.item(part.collected_at)
    return len(known.earlier) + (known.outcome is Outcome.DONE)


def awaits_collection(state: State) -> bool:
    """Whether the newest product failed and nothing was collected since."""
    part, newest = part_of(state), state.holding.newest
    if part is None or newest is None or newest.failure is None:
        return False
    return collections(state, part) <= len(state.holding.products)


def may_collect_again(state: State, code: str) -> bool:
    """Whether a milestone that is done may be recorded once more, because a person decided so."""
    part = part_of(state)
    if part is None or part.collect_again is None or code != part.collected_at:
        return False
    branch = part.collect_again
    return awaits_collection(state) and state.decisions.get(branch.decision) == branch.option


def is_bound(state: State, code: str) -> bool:
    """Whether the milestone is the collection that the newest product was bound to."""
    part = part_of(state)
    if part is None or code != part.collected_at or not state.holding.products:
        return False
    return collections(state, part) <= len(state.holding.products)


def takes_away(state: State, code: str) -> bool:
    """Whether an item is out of reach for want of a product: the release, and what requires it."""
    # Asked for every item of every plan: what is nearly always false comes first.
    if not awaits_collection(state):
        return False
    part = part_of(state)
    return part is not None and code in _behind(state.protocol, part)


def _behind(protocol: Protocol, part: ProductPart) -> frozenset[str]:
    # In the document's order what requires comes after what is required, save for what windows anchor.
    found = {part.released_at}
    for item in protocol.items.values():
        if found.intersection(item.requires):
            found.add(item.code)
    return frozenset(found)
