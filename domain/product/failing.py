"""A product that will not be given, and what is open again because of it.

The rule that keeps it honest: a failure takes nothing off the record; the release is to be done again, and a
new collection is a person's decision.
"""

from __future__ import annotations

from datetime import datetime

from domain.commands.product import FailProduct
from domain.events import ItemsReopened, ProductFailed
from domain.product.asks import current, stated_in_time, tracked
from domain.product.collected import part_of
from domain.refusal import Code, Refused
from domain.state import Outcome, State
from domain.stated import Stated


def fail_product(state: State, command: FailProduct, at: datetime) -> list[ProductFailed | ItemsReopened]:
    """The newest product failed."""
    part = tracked(state)
    stated_in_time(state, command.happened, at, "a failure")
    product = current(state, part)
    if state.item(part.given_at).outcome is Outcome.DONE:
        raise Refused(Code.ALREADY_RECORDED, f"{product.code} was given already")
    return failed(state, product.code, command.happened, command.reason, at)


def failed(
    state: State, product: str, happened: Stated, reason: str, at: datetime
) -> list[ProductFailed | ItemsReopened]:
    """The events of a failure."""
    part = part_of(state)
    assert part is not None, "only a tracked product fails"
    reopened = (part.released_at,) if state.item(part.released_at).outcome is Outcome.DONE else ()
    branch = part.collect_again
    used = branch.decision if branch is not None and branch.decision in state.decisions else None
    events: list[ProductFailed | ItemsReopened] = [ProductFailed(product, happened, reason, at)]
    if reopened or used is not None:
        events.append(ItemsReopened(reopened, f"{product} failed: {reason}", used))
    return events
