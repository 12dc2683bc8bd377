"""How a participant's holding changes when something has happened to the product or a booking.

The rule that keeps it honest: decides nothing, refuses nothing and reads no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, assert_never

from domain.events import product as ev
from domain.product.holding import (
    Booking,
    Excursion,
    Failure,
    HandedOver,
    Holding,
    Made,
    Mismatch,
    Product,
    Release,
    Tested,
)

IdentityEvent = ev.IdentityBound | ev.IdentityCorrected | ev.IdentityMismatchSeen | ev.IdentityMismatchCleared
CustodyEvent = (
    ev.ProductHandedOver
    | ev.TemperatureExcursionSeen
    | ev.ExcursionAssessed
    | ev.ProductMade
    | ev.ProductTested
    | ev.ProductReleased
    | ev.ProductFailed
)
BookingEvent = ev.ResourceBooked | ev.BookingMoved | ev.BookingCancelled
HoldingEvent = IdentityEvent | CustodyEvent | BookingEvent
"""The events that change a holding; `ItemsReopened` changes items instead."""


def evolve_holding(holding: Holding, event: HoldingEvent) -> Holding:
    """The holding after `event`.

    Raises:
        LookupError: the stream contradicts itself, as only a damaged one does.
    """
    match event:
        case (
            ev.IdentityBound()
            | ev.IdentityCorrected()
            | ev.IdentityMismatchSeen()
            | ev.IdentityMismatchCleared()
        ):
            return _identified(holding, event)
        case ev.ResourceBooked() | ev.BookingMoved() | ev.BookingCancelled():
            return replace(holding, bookings=_booked(holding.bookings, event))
        case ev.TemperatureExcursionSeen():
            seen = Excursion(event.excursion, event.product, event.leg, event.seen_at)
            return replace(
                holding,
                excursions=(*holding.excursions, seen),
                excursions_seen=holding.excursions_seen + 1,
            )
        case ev.ExcursionAssessed():
            left = tuple(each for each in holding.excursions if each.excursion != event.excursion)
            return replace(holding, excursions=left)
        case _:
            return _moved_on(holding, event)


def _identified(holding: Holding, event: IdentityEvent) -> Holding:
    match event:
        case ev.IdentityBound():
            bound = Product(event.product, event.happened)
            return replace(holding, number=event.number, products=(*holding.products, bound))
        case ev.IdentityCorrected():
            return replace(holding, number=event.number)
        case ev.IdentityMismatchSeen():
            seen = Mismatch(event.mismatch, event.leg, event.seen_at)
            return replace(
                holding,
                mismatches=(*holding.mismatches, seen),
                mismatches_seen=holding.mismatches_seen + 1,
            )
        case ev.IdentityMismatchCleared():
            left = tuple(each for each in holding.mismatches if each.mismatch != event.mismatch)
            return replace(holding, mismatches=left)
        case _:
            assert_never(event)


ProductEvent = (
    ev.ProductHandedOver | ev.ProductMade | ev.ProductTested | ev.ProductReleased | ev.ProductFailed
)


def _moved_on(holding: Holding, event: ProductEvent) -> Holding:
    product = _named(holding, event.product)
    match event:
        case ev.ProductHandedOver():
            handed = HandedOver(event.leg, event.happened, event.persons, event.temperature)
            return _with(holding, product, handed=(*product.handed, handed))
        case ev.ProductMade():
            return _with(holding, product, made=Made(event.form, event.happened))
        case ev.ProductTested():
            tested = Tested(event.value, event.within, event.happened)
            return _with(holding, product, tests={**product.tests, event.specification: tested})
        case ev.ProductReleased():
            return _with(holding, product, release=Release(event.by, event.deviation))
        case ev.ProductFailed():
            failure = Failure(event.happened, event.reason, event.known_at)
            left = tuple(each for each in holding.excursions if each.product != product.code)
            return replace(_with(holding, product, failure=failure), excursions=left)
        case _:
            assert_never(event)


def _named(holding: Holding, code: str) -> Product:
    for product in holding.products:
        if product.code == code:
            return product
    raise LookupError(f"product {code!r} is spoken of but was never bound: the record is damaged")


def _with(holding: Holding, product: Product, **changes: Any) -> Holding:
    changed = replace(product, **changes)
    products = tuple(changed if each is product else each for each in holding.products)
    return replace(holding, products=products)


def _booked(bookings: Mapping[str, Booking], event: BookingEvent) -> dict[str, Booking]:
    match event:
        case ev.ResourceBooked():
            booked = Booking(event.resource, event.item, event.starts, event.ends)
            return {**bookings, event.resource: booked}
        case ev.BookingMoved():
            moved = replace(bookings[event.resource], starts=event.starts, ends=event.ends)
            return {**bookings, event.resource: moved}
        case ev.BookingCancelled():
            return {code: each for code, each in bookings.items() if code != event.resource}
        case _:
            assert_never(event)
