"""Hand-overs along the route: who gives what to whom, under which identity, how warm.

The rule that keeps it honest: the identity is compared before anything else; a wrong one is kept on the
record though the hand-over is refused, and a wrong temperature is taken because it happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from domain.answers.checks import is_before, nearest, not_in_future, open_to_late_records
from domain.commands.product import AssessExcursion, HandOver
from domain.events import (
    ExcursionAssessed,
    IdentityMismatchSeen,
    ItemsReopened,
    ProductFailed,
    ProductHandedOver,
    TemperatureExcursionSeen,
)
from domain.product.asks import current, no_mismatch_open, number_in, seen_by, tracked
from domain.product.failing import failed
from domain.product.holding import Product
from domain.product.identity import next_mismatch
from domain.protocol.product import Leg, Material, ProductPart
from domain.refusal import Code, Refused
from domain.state import Outcome, State
from domain.stated import Stated


def hand_over(
    state: State, command: HandOver, at: datetime
) -> list[ProductHandedOver | TemperatureExcursionSeen]:
    """The product went along the next leg of its route."""
    part = tracked(state)
    not_in_future(state, command.happened, at)
    leg = _leg(part, command.leg)
    product = current(state, part)
    _same_identity(state, command, product, at)
    open_to_late_records(state, command.happened, "a hand-over")
    no_mismatch_open(state)
    _which_product(state, command, product)
    _next_leg(part, product, leg)
    _ready(state, part, product, leg)
    _after_the_one_before(state, part, product, command.happened)
    seen_by(command.persons, leg.persons, f"leg {leg.code}")
    warmth = _temperature(leg, command.temperature)
    handed = ProductHandedOver(product.code, leg.code, command.persons, command.happened, command.temperature)
    return [handed, *_excursions(state, product, leg, warmth, at)]


def assess_excursion(
    state: State, command: AssessExcursion, at: datetime
) -> list[ExcursionAssessed | ProductFailed | ItemsReopened]:
    """A person says whether the product may still be used; one that may not has failed."""
    tracked(state)
    found = next((each for each in state.holding.excursions if each.excursion == command.excursion), None)
    if found is None:
        listed = ", ".join(each.excursion for each in state.holding.excursions) or "none"
        raise Refused(Code.UNKNOWN_ALERT, f"no excursion {command.excursion!r} is open; open: {listed}")
    by = command.actor
    assessed = ExcursionAssessed(command.excursion, command.usable, by.id, by.role, command.reason)
    if command.usable:
        return [assessed]
    day = at.astimezone(state.zone).date()
    return [assessed, *failed(state, found.product, day, command.reason, at)]


def next_leg(part: ProductPart, product: Product) -> Leg | None:
    """The leg that comes next, or None at the end of the route."""
    return part.route[len(product.handed)] if len(product.handed) < len(part.route) else None


def _leg(part: ProductPart, code: str) -> Leg:
    for leg in part.route:
        if leg.code == code:
            return leg
    hint = nearest(code, (leg.code for leg in part.route))
    raise Refused(Code.HAND_OVER_ORDER, f"the route of the product has no leg {code!r}{hint}")


def _same_identity(state: State, command: HandOver, product: Product, at: datetime) -> None:
    wrong = tuple(_differences(state, command, product))
    if not wrong:
        return
    seen = IdentityMismatchSeen(
        mismatch=next_mismatch(state),
        leg=command.leg,
        number=command.number,
        participant=command.seen_participant,
        product=command.seen_product,
        persons=command.persons,
        happened=command.happened,
        seen_at=at,
    )
    other = command.seen_participant != state.participant
    code = Code.OTHER_PARTICIPANTS_PRODUCT if other else Code.IDENTITY_MISMATCH
    raise Refused(code, f"leg {command.leg}: {'; '.join(wrong)}: nothing moves", recorded=[seen])


def _differences(state: State, command: HandOver, product: Product) -> Iterator[str]:
    if command.seen_participant != state.participant:
        yield f"the label names {command.seen_participant}, this is {state.participant}"
    if command.number != state.holding.number:
        yield f"the label carries {command.number}, bound is {state.holding.number}"
    if command.seen_product is not None and command.seen_product != product.code:
        yield f"the label says {command.seen_product}, to be used is {product.code}"


def _which_product(state: State, command: HandOver, product: Product) -> None:
    # Every collection carries the same number: after a second one, it alone cannot tell the bags apart.
    if command.seen_product is None and len(state.holding.products) > 1:
        known = ", ".join(each.code for each in state.holding.products)
        raise Refused(
            Code.BAD_VALUE,
            f"{state.holding.number} is on the labels of {known}: state which product the label at leg "
            f"{command.leg} says; to be used is {product.code}",
        )


def _next_leg(part: ProductPart, product: Product, leg: Leg) -> None:
    wanted = next_leg(part, product)
    if wanted is None:
        raise Refused(
            Code.HAND_OVER_ORDER, f"{product.code} is at {part.route[-1].takes}, the end of its route"
        )
    if leg.code != wanted.code:
        raise Refused(
            Code.HAND_OVER_ORDER,
            f"{product.code} is at {wanted.gives}: next is {wanted.code} ({wanted.gives} to {wanted.takes}), "
            f"not {leg.code}",
        )


def _ready(state: State, part: ProductPart, product: Product, leg: Leg) -> None:
    if leg.carries is Material.PRODUCT and product.made is None:
        raise Refused(
            Code.HAND_OVER_ORDER, f"leg {leg.code} carries the product, and its manufacture is not complete"
        )
    if leg.after_release and not is_released(state, part, product):
        raise Refused(
            Code.NOT_RELEASED, f"leg {leg.code} is for a released product; release {product.code} first"
        )


def is_released(state: State, part: ProductPart, product: Product) -> bool:
    """Whether the product was released, and the milestone that says so stands."""
    return product.release is not None and state.item(part.released_at).outcome is Outcome.DONE


def _after_the_one_before(state: State, part: ProductPart, product: Product, happened: Stated) -> None:
    collected = state.item(part.collected_at).happened
    before = product.handed[-1].happened if product.handed else collected
    name = f"leg {product.handed[-1].leg}" if product.handed else part.collected_at
    if before is not None and is_before(state, happened, before):
        raise Refused(Code.HAND_OVER_ORDER, f"{happened.isoformat()} is before {name} ({before.isoformat()})")


def _temperature(leg: Leg, stated: str | None) -> Decimal | None:
    if stated is None:
        if leg.lowest is None and leg.highest is None:
            return None
        raise Refused(Code.BAD_VALUE, f"leg {leg.code} has temperature limits: state the temperature in °C")
    return number_in(stated, f"temperature at leg {leg.code}")


def _excursions(
    state: State, product: Product, leg: Leg, warmth: Decimal | None, at: datetime
) -> Iterator[TemperatureExcursionSeen]:
    if warmth is None:
        return
    cold = leg.lowest is not None and warmth < leg.lowest
    warm = leg.highest is not None and warmth > leg.highest
    if cold or warm:
        yield TemperatureExcursionSeen(
            excursion=f"X{state.holding.excursions_seen + 1}",
            product=product.code,
            leg=leg.code,
            temperature=str(warmth),
            lowest=str(leg.lowest) if leg.lowest is not None else None,
            highest=str(leg.highest) if leg.highest is not None else None,
            seen_at=at,
        )
