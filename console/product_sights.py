"""The product of one participant as it is shown: what `--json` prints, field by field.

The rule that keeps it honest: as in `console.sights`: fields may be added, none is renamed or dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from typing_extensions import Doc

from console.record import ParticipantRecord
from domain.product.collected import part_of
from domain.product.custody import is_released, next_leg
from domain.product.holding import Product
from domain.product.shelf import shelf_of
from domain.product.slipping import Preview, Slip
from domain.protocol.product import ProductPart
from domain.state import State


@dataclass(frozen=True, slots=True)
class HandOverSight:
    """One hand-over that was made."""

    leg: Annotated[str, Doc("leg code")]
    happened: Annotated[str, Doc("when, as stated")]
    persons: Annotated[tuple[str, ...], Doc("who looked at the label")]
    temperature: Annotated[str | None, Doc("in °C, as stated, or null")]


@dataclass(frozen=True, slots=True)
class ReleaseTestSight:
    """The newest result of one release test."""

    test: Annotated[str, Doc("code of the specification")]
    value: Annotated[str, Doc("as stated")]
    within: Annotated[bool, Doc("true: within specification")]
    happened: Annotated[str, Doc("of which day")]


@dataclass(frozen=True, slots=True)
class ProductSight:
    """One collection and what became of it."""

    product: Annotated[str, Doc("product code: P1, P2, ...")]
    bound: Annotated[str, Doc("when the number was bound to it, as stated")]
    form: Annotated[str | None, Doc("`fresh` or `frozen` once it is made, else null")]
    made: Annotated[str | None, Doc("when it was made, as stated, or null")]
    place: Annotated[str, Doc("where it is, as a place of the route")]
    next_leg: Annotated[str | None, Doc("code of the leg that comes next, or null at the end")]
    released: Annotated[bool, Doc("true: released, and the milestone stands")]
    deviation: Annotated[str | None, Doc("of a conditional release: what is out of specification")]
    failed: Annotated[str | None, Doc("when it failed, as stated, or null")]
    tests: Annotated[tuple[ReleaseTestSight, ...], Doc("newest result of each release test")]
    hand_overs: Annotated[tuple[HandOverSight, ...], Doc("the legs it went, in order")]


@dataclass(frozen=True, slots=True)
class CustodySight:
    """Everything of one participant's product."""

    participant: Annotated[str, Doc("participant code")]
    number: Annotated[str | None, Doc("chain-of-identity number, or null before it is bound")]
    products: Annotated[tuple[ProductSight, ...], Doc("every product, oldest first")]
    expires: Annotated[
        datetime | None, Doc("first instant at which the newest may no longer be used, or null")
    ]
    mismatches: Annotated[Mapping[str, str], Doc("wrong identities not cleared: name and where it was seen")]
    excursions: Annotated[Mapping[str, str], Doc("temperature excursions not judged: name and leg")]
    bookings: Annotated[Mapping[str, str], Doc("resource and when it is booked for, as stated")]


@dataclass(frozen=True, slots=True)
class SlipSight:
    """One thing that would move."""

    code: Annotated[str, Doc("code of the item or resource")]
    what: Annotated[str, Doc("`appointment`, `window` or `booking`")]
    was: Annotated[str | None, Doc("as it stands, in site days, or null")]
    becomes: Annotated[str | None, Doc("as it would stand, or null")]


@dataclass(frozen=True, slots=True)
class PreviewSight:
    """What would move, and what would no longer fit; nothing is saved."""

    participant: Annotated[str, Doc("participant code")]
    slips: Annotated[tuple[SlipSight, ...], Doc("everything that would move")]
    clashes: Annotated[tuple[str, ...], Doc("what would not fit, in words")]


def custody_sight(record: ParticipantRecord) -> CustodySight:
    """The product of a record as it stands."""
    state = record.state
    holding, shelf, part = state.holding, shelf_of(state), part_of(state)
    return CustodySight(
        participant=state.participant,
        number=holding.number,
        products=tuple(_product(state, part, each) for each in holding.products) if part is not None else (),
        expires=shelf.ends if shelf is not None else None,
        mismatches={each.mismatch: each.leg for each in holding.mismatches},
        excursions={each.excursion: each.leg for each in holding.excursions},
        bookings={code: each.starts.isoformat() for code, each in holding.bookings.items()},
    )


def preview_sight(participant: str, preview: Preview) -> PreviewSight:
    """A preview as it is shown."""
    return PreviewSight(participant, tuple(map(_slip, preview.slips)), preview.clashes)


def _slip(slip: Slip) -> SlipSight:
    return SlipSight(slip.code, slip.what, slip.was, slip.becomes)


def _product(state: State, part: ProductPart, product: Product) -> ProductSight:
    wanted = next_leg(part, product)
    newest = product is state.holding.newest
    return ProductSight(
        product=product.code,
        bound=product.bound.isoformat(),
        form=product.made.form if product.made is not None else None,
        made=product.made.happened.isoformat() if product.made is not None else None,
        place=wanted.gives if wanted is not None else part.route[-1].takes,
        next_leg=wanted.code if wanted is not None else None,
        released=newest and is_released(state, part, product),
        deviation=product.release.deviation if product.release is not None else None,
        failed=product.failure.happened.isoformat() if product.failure is not None else None,
        tests=tuple(
            ReleaseTestSight(code, each.value, each.within, each.happened.isoformat())
            for code, each in product.tests.items()
        ),
        hand_overs=tuple(
            HandOverSight(each.leg, each.happened.isoformat(), each.persons, each.temperature)
            for each in product.handed
        ),
    )
