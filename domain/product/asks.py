"""Questions that several answers about the product ask before they take a command.

The rule that keeps it honest: each passes or raises `Refused` saying what was wrong and what would be right.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

from domain.answers.checks import not_in_future, open_to_late_records
from domain.product.collected import part_of
from domain.product.holding import Product
from domain.protocol.product import ProductPart
from domain.refusal import Code, Refused
from domain.state import State
from domain.stated import Stated


def tracked(state: State) -> ProductPart:
    """What the protocol says of its product."""
    part = part_of(state)
    if part is None:
        raise Refused(
            Code.NO_PRODUCT,
            f"protocol {state.protocol.id} {state.protocol.version} says nothing of a product: "
            "identity and custody are not kept here",
        )
    return part


def current(state: State, part: ProductPart) -> Product:
    """The newest product, which has not failed."""
    product = state.holding.newest
    if product is None:
        raise Refused(
            Code.NO_PRODUCT,
            f"no identity is bound yet: record {part.collected_at}, then bind the number it carries",
        )
    if product.failure is not None:
        on = product.failure.happened.isoformat()
        raise Refused(Code.NO_PRODUCT, f"{product.code} failed on {on}: a new collection is needed")
    return product


def no_mismatch_open(state: State) -> None:
    """Refuse what moves the product while nobody has cleared a wrong identity."""
    if state.holding.mismatches:
        seen = state.holding.mismatches[0]
        raise Refused(
            Code.IDENTITY_MISMATCH,
            f"the wrong identity {seen.mismatch} seen at {seen.leg} is not cleared: nothing moves before",
        )


def stated_in_time(state: State, happened: Stated, at: datetime, what: str) -> None:
    """Refuse a time in the future, or after the end of the participation."""
    not_in_future(state, happened, at)
    open_to_late_records(state, happened, what)


def seen_by(persons: tuple[str, ...], wanted: int, what: str) -> None:
    """Refuse too few persons, or the same one twice."""
    if len(set(persons)) < len(persons):
        raise Refused(
            Code.SAME_SIGNER, f"{what}: the same person is named twice; two signatures are two people"
        )
    if len(persons) < wanted:
        raise Refused(
            Code.PERSONS_NEEDED,
            f"{what} is looked at by {wanted} person{'s' if wanted > 1 else ''}; "
            f"{len(persons)} named: state who read the label",
        )


def number_in(text: str, what: str) -> Decimal:
    """A plain decimal number as typed."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not text.isascii() or "_" in text or abs(number) >= _TOO_LARGE:
        raise Refused(Code.BAD_VALUE, f"{what}: {text!r} is not a number: write it as -150 or 3.5")
    return number


_TOO_LARGE = Decimal(10) ** 12
