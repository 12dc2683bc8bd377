"""What must be true of the product before it is given, and how its release gets on the record.

The rule that keeps it honest: what is given is the bound, released product at the end of its route, not
expired and with no wrong identity open; everything else is refused and named.
"""

from __future__ import annotations

from domain.answers.checks import is_before
from domain.product.asks import current, no_mismatch_open
from domain.product.collected import part_of
from domain.product.custody import is_released, next_leg
from domain.product.holding import Product
from domain.product.shelf import expired_by
from domain.protocol.product import ProductPart
from domain.refusal import Code, Refused
from domain.state import State
from domain.stated import Stated


def product_allows(state: State, code: str, happened: Stated) -> None:
    """Refuse an item that the product does not allow: it is not released so, or may not be given."""
    part = part_of(state)
    if part is None:
        return
    if code == part.released_at:
        raise Refused(
            Code.NOT_RELEASED,
            f"{code} is recorded by releasing the product (release_product), which says whose it is",
        )
    if code == part.given_at:
        _may_be_given(state, part, happened)


def _may_be_given(state: State, part: ProductPart, happened: Stated) -> None:
    product = current(state, part)
    no_mismatch_open(state)
    if not is_released(state, part, product):
        raise Refused(Code.NOT_RELEASED, f"{product.code} is not released")
    _at_the_bedside(state, part, product, happened)
    if any(each.product == product.code for each in state.holding.excursions):
        raise Refused(Code.OUT_OF_SPECIFICATION, f"a temperature excursion of {product.code} is not assessed")
    shelf = expired_by(state, happened)
    if shelf is not None:
        ended = shelf.ends.astimezone(state.zone).isoformat(timespec="minutes")
        raise Refused(Code.PRODUCT_EXPIRED, f"{product.code} ({shelf.form.value}) expired at {ended}")


def _at_the_bedside(state: State, part: ProductPart, product: Product, happened: Stated) -> None:
    wanted = next_leg(part, product)
    if wanted is not None:
        raise Refused(
            Code.HAND_OVER_ORDER,
            f"{product.code} is at {wanted.gives}, not at {part.route[-1].takes}: "
            f"next is leg {wanted.code}, with the identity read there",
        )
    last = product.handed[-1]
    if is_before(state, happened, last.happened):
        raise Refused(
            Code.HAND_OVER_ORDER,
            f"{happened.isoformat()} is before leg {last.leg} ({last.happened.isoformat()})",
        )
