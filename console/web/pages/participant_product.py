"""The product of one participant on its way, and what is booked, with the names people give to them.

The rule that keeps it honest: everything is the command line's own sight of custody; only names are added.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.product_sights import CustodySight, HandOverSight, ProductSight, custody_sight
from console.record import ParticipantRecord
from console.web.pages.participant_gates import Lasting, lasting
from domain.state import Outcome


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of the route: its name, and the hand-over along it, once it was made."""

    code: str
    label: str
    made: HandOverSight | None


@dataclass(frozen=True, slots=True)
class ProductCard:
    """One product with its whole route. `tests`: name of a release test by its code."""

    sight: ProductSight
    legs: tuple[Leg, ...]
    next_label: str | None


@dataclass(frozen=True, slots=True)
class Booked:
    """Something that is booked, or could be. `item`: the code of what it is for; `wanted`: it is to come."""

    code: str
    label: str
    item: str
    item_label: str
    starts: str | None
    wanted: bool


@dataclass(frozen=True, slots=True)
class Custody:
    """Everything of the product. `names`: of legs and release tests, by code; `lasts`: its shelf life."""

    sight: CustodySight
    products: tuple[ProductCard, ...]
    bookings: tuple[Booked, ...]
    names: dict[str, str]
    lasts: Lasting | None


def custody(record: ParticipantRecord) -> Custody | None:
    """The product of a record; None where the protocol keeps no custody."""
    part = record.state.protocol.document.product
    if part is None:
        return None
    sight, language = custody_sight(record), record.look.language
    names = {each.code: each.labels.in_language(language) for each in (*part.route, *part.specification)}
    return Custody(
        sight=sight,
        products=tuple(_card(each, [leg.code for leg in part.route], names) for each in sight.products),
        bookings=tuple(_bookings(record, sight)),
        names=names,
        lasts=_shelf(record, sight),
    )


def _card(product: ProductSight, route: list[str], names: dict[str, str]) -> ProductCard:
    made = {each.leg: each for each in product.hand_overs}
    legs = tuple(Leg(code, names[code], made.get(code)) for code in route)
    return ProductCard(product, legs, names.get(product.next_leg) if product.next_leg else None)


def _bookings(record: ParticipantRecord, sight: CustodySight) -> list[Booked]:
    language, protocol = record.look.language, record.state.protocol
    return [
        Booked(
            each.code,
            each.labels.in_language(language),
            each.item,
            record.look.item_label(protocol, each.item),
            sight.bookings.get(each.code),
            record.state.ending is None and record.state.item(each.item).outcome is Outcome.PENDING,
        )
        for each in protocol.document.resources or ()
    ]


def _shelf(record: ParticipantRecord, sight: CustodySight) -> Lasting | None:
    if sight.expires is None:
        return None
    last = sight.expires.astimezone(record.state.zone).date()
    return lasting(record.look.now, sight.expires, last, None)
