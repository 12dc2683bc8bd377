"""Making, testing and releasing a product.

The rule that keeps it honest: what is within specification is released by the named role, what is not only
by a signature that names the deviation; the release and its milestone are one command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from domain.answers.checks import is_before, nearest, not_in_future, spoken_by
from domain.answers.happened import after_end_only_late, can_have_happened
from domain.commands import StatedResult
from domain.commands.product import CompleteManufacture, ReleaseConditionally, ReleaseProduct, TestProduct
from domain.events import MilestoneReached, ProductMade, ProductReleased, ProductTested
from domain.product.asks import current, number_in, stated_in_time, tracked
from domain.product.custody import is_released
from domain.product.holding import Product
from domain.protocol.product import Material, ProductPart, Specification
from domain.refusal import Code, Refused
from domain.signing import sign
from domain.state import Outcome, State
from domain.stated import Stated


def complete_manufacture(state: State, command: CompleteManufacture, at: datetime) -> list[ProductMade]:
    """The product is made, after its cells arrived."""
    part = tracked(state)
    stated_in_time(state, command.happened, at, "manufacture")
    product = current(state, part)
    if product.made is not None:
        on = product.made.happened.isoformat()
        raise Refused(Code.ALREADY_RECORDED, f"{product.code} was made on {on} already")
    legs = [leg for leg in part.route if leg.carries is Material.CELLS]
    if len(product.handed) < len(legs):
        wanted = legs[len(product.handed)]
        raise Refused(
            Code.HAND_OVER_ORDER, f"the cells of {product.code} have not arrived: next is leg {wanted.code}"
        )
    before = product.handed[-1].happened if product.handed else product.bound
    if is_before(state, command.happened, before):
        raise Refused(
            Code.OUT_OF_ORDER,
            f"{command.happened.isoformat()} is before the cells arrived ({before.isoformat()})",
        )
    return [ProductMade(product.code, command.form.value, command.happened)]


def test_product(state: State, command: TestProduct, at: datetime) -> list[ProductTested]:
    """Results of release tests; of each test the newest counts."""
    part = tracked(state)
    product = current(state, part)
    if is_released(state, part, product):
        raise Refused(Code.ALREADY_RELEASED, f"{product.code} is released; its tests are closed")
    today = at.astimezone(state.zone).date()
    return [_tested(state, part, product, each, at, today) for each in command.results]


def release_product(
    state: State, command: ReleaseProduct, at: datetime
) -> list[ProductReleased | MilestoneReached]:
    """A product within specification is released by the role the protocol names."""
    part, product = _releasable(state, command.happened, at)
    spoken_by(command.actor, part.released_by, "releasing a product")
    outside = list(_outside(part, product))
    if outside:
        way = " or release it conditionally" if part.conditional is not None else ""
        raise Refused(
            Code.OUT_OF_SPECIFICATION,
            f"{product.code} is out of specification: {'; '.join(outside)}: fail it{way}",
        )
    by = command.actor
    return _released(state, part, ProductReleased(product.code, by.id, by.role, command.happened))


def release_conditionally(
    state: State, command: ReleaseConditionally, at: datetime
) -> list[ProductReleased | MilestoneReached]:
    """A product out of specification is released by a signature that names the deviation."""
    part, product = _releasable(state, command.happened, at)
    if part.conditional is None:
        raise Refused(
            Code.OUT_OF_SPECIFICATION, "the protocol releases no product that is out of specification"
        )
    if not list(_outside(part, product)):
        raise Refused(
            Code.BAD_VALUE,
            f"{product.code} is within specification: the {part.released_by.value} releases it",
        )
    signed = sign(
        command,
        meaning=part.conditional.meaning,
        what=shown_before_release(state, part, product, command.deviation),
        at=at,
        roles=(part.conditional.by,),
    )
    by = command.actor
    event = ProductReleased(product.code, by.id, by.role, command.happened, command.deviation, signed)
    return _released(state, part, event)


def shown_before_release(
    state: State, part: ProductPart, product: Product, deviation: str
) -> Mapping[str, Any]:
    """What a conditional release is signed over, as JSON values: whose it is, its tests, the deviation."""
    tests = {
        code: {"value": each.value, "within": each.within, "on": each.happened.isoformat()}
        for code, each in product.tests.items()
    }
    return {
        "participant": state.participant,
        "number": state.holding.number,
        "product": product.code,
        "tests": tests,
        "outside": list(_outside(part, product)),
        "deviation": deviation,
    }


def untested(part: ProductPart, product: Product) -> tuple[str, ...]:
    """The release tests without a result."""
    return tuple(each.code for each in part.specification if each.code not in product.tests)


def _releasable(state: State, happened: Stated, at: datetime) -> tuple[ProductPart, Product]:
    part = tracked(state)
    product = current(state, part)
    if is_released(state, part, product):
        on = state.item(part.released_at).happened
        raise Refused(
            Code.ALREADY_RELEASED,
            f"{product.code} is released already" + (f" ({on.isoformat()})" if on is not None else ""),
        )
    item = state.protocol.items[part.released_at]
    can_have_happened(state, item, happened, at)
    after_end_only_late(state, item, happened)
    if product.made is None:
        raise Refused(Code.OUT_OF_ORDER, f"the manufacture of {product.code} is not complete")
    if is_before(state, happened, product.made.happened):
        raise Refused(
            Code.OUT_OF_ORDER,
            f"{happened.isoformat()} is before {product.code} was made ({product.made.happened.isoformat()})",
        )
    missing = untested(part, product)
    if missing:
        raise Refused(Code.OUT_OF_ORDER, f"no result yet of release test {', '.join(missing)}")
    if any(each.product == product.code for each in state.holding.excursions):
        raise Refused(Code.OUT_OF_SPECIFICATION, f"a temperature excursion of {product.code} is not assessed")
    return part, product


def _released(
    state: State, part: ProductPart, released: ProductReleased
) -> list[ProductReleased | MilestoneReached]:
    if state.item(part.released_at).outcome is Outcome.DONE:
        return [released]
    return [released, MilestoneReached(part.released_at, released.happened)]


def _outside(part: ProductPart, product: Product) -> Iterator[str]:
    for each in part.specification:
        tested = product.tests.get(each.code)
        if tested is not None and not tested.within:
            unit = f" {each.unit}" if each.unit else ""
            yield f"{each.code} {tested.value}{unit}, specified {_specified(each)}"


def _specified(specification: Specification) -> str:
    if specification.accepts:
        return " or ".join(specification.accepts)
    low, high = specification.at_least, specification.at_most
    limits = (f"at least {low}" if low is not None else "", f"at most {high}" if high is not None else "")
    return " and ".join(each for each in limits if each)


def _tested(
    state: State, part: ProductPart, product: Product, stated: StatedResult, at: datetime, today: Stated
) -> ProductTested:
    known = {each.code: each for each in part.specification}
    specification = known.get(stated.observation)
    if specification is None:
        hint = nearest(stated.observation, known)
        raise Refused(Code.UNKNOWN_OBSERVATION, f"there is no release test {stated.observation!r}{hint}")
    if stated.unit is not None and stated.unit != specification.unit:
        raise Refused(
            Code.UNKNOWN_UNIT,
            f"{specification.code} is given in {specification.unit or 'no unit'}, not in {stated.unit!r}",
        )
    happened = stated.on if stated.on is not None else today
    not_in_future(state, happened, at)
    value, within = _judged(specification, stated.value)
    return ProductTested(product.code, specification.code, value, within, happened)


def _judged(specification: Specification, value: str) -> tuple[str, bool]:
    if specification.choices:
        if value not in specification.choices:
            raise Refused(
                Code.BAD_VALUE,
                f"{specification.code}: {value!r} is not one of {', '.join(specification.choices)}",
            )
        return value, value in specification.accepts
    number = number_in(value, specification.code)
    low, high = specification.at_least, specification.at_most
    return value, (low is None or number >= low) and (high is None or number <= high)
