"""How long what is kept may still be used.

The rule that keeps it honest: a stated day counts from its first instant for hours and ends with its last
day for calendar spans; what was stated vaguely never lasts longer for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.plan import end_after, shifted
from domain.product.collected import part_of
from domain.product.holding import Product
from domain.protocol.product import Form, Material, ProductPart, ShelfLife
from domain.state import Outcome, State
from domain.stated import Stated, earliest


@dataclass(frozen=True, slots=True)
class Shelf:
    """`ends` (UTC) is the first instant at which it may no longer be used; `warn_at` when to say so."""

    product: str
    form: Form
    warn_at: datetime
    ends: datetime


def shelf_of(state: State) -> Shelf | None:
    """The shelf life that runs: of the newest product, or of the cells it is being made of.

    None: nothing is kept (given, failed, not collected), or its form has no limit.
    """
    part, product = part_of(state), state.holding.newest
    if part is None or product is None or product.failure is not None:
        return None
    if state.item(part.given_at).outcome is Outcome.DONE:
        return None
    form = form_of(part, product)
    rule = next((each for each in part.shelf_lives if each.form == form), None)
    start = _start(state, part, product, rule) if rule is not None else None
    if rule is None or start is None:
        return None
    ends = end_after(start, rule.lasts, state.zone)
    return Shelf(product.code, rule.form, shifted(ends, -rule.warn_before, state.zone), ends)


def expired_by(state: State, happened: Stated) -> Shelf | None:
    """The shelf life that had ended when something happened, or None while it lasted."""
    shelf = shelf_of(state)
    return shelf if shelf is not None and earliest(happened, state.zone) >= shelf.ends else None


def form_of(part: ProductPart, product: Product) -> Form | None:
    """In which form it is kept now; None between arrival at the maker and the end of manufacture."""
    if product.made is not None:
        return Form(product.made.form)
    legs = sum(1 for leg in part.route if leg.carries is Material.CELLS)
    return Form.CELLS if len(product.handed) < legs else None


def _start(state: State, part: ProductPart, product: Product, rule: ShelfLife) -> Stated | None:
    if rule.counted_from == "making":
        return product.made.happened if product.made is not None else None
    return state.item(part.collected_at).happened
