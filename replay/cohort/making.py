"""The product on its way: bound, handed over, made, tested, released; or failed, and collected again.

The rule that keeps it honest: the route, its order and its limits are the protocol's; only how long it takes
and whether it fails comes from the cohort file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from domain.product.collected import awaits_collection, collections, part_of
from domain.product.custody import is_released, next_leg
from domain.product.holding import Product
from domain.protocol.document import End
from domain.protocol.product import Material, ProductPart
from domain.roles import Role
from domain.stated import earliest
from replay.cohort.custody import BOUND, MADE, RELEASED, TESTED, custody_body
from replay.cohort.departures import ended
from replay.cohort.task import (
    A_DAY,
    AFTERNOON,
    AN_HOUR,
    Look,
    Said,
    Task,
    local_day,
    moment,
    next_working_day,
    saying_when,
    stated,
)

_COURIER_AT = time(10)
_BOUND_AFTER = timedelta(minutes=15)
_MADE_BEFORE, _TESTED_BEFORE = 3, 1
"""Working up: days before the release on which the product is made and tested."""
_WITHOUT_WINDOW_DAYS = 21


def product_tasks(look: Look) -> Iterator[Task]:
    """The product's next step; nothing before a collection, and nothing once it is at the bedside."""
    part, state = part_of(look.state), look.state
    if part is None or state.ending is not None or collections(state, part) == 0:
        return
    product = state.holding.newest
    if collections(state, part) > len(state.holding.products):
        collected = state.item(part.collected_at).happened
        assert collected is not None, "a collection was counted"
        yield _step(look, part, BOUND, earliest(collected, look.person.site.zone) + _BOUND_AFTER)
    elif product is not None and awaits_collection(state):
        yield from _after_failure(look, part)
    elif product is not None:
        yield from _onwards(look, part, product)


def _onwards(look: Look, part: ProductPart, product: Product) -> Iterator[Task]:
    state, leg = look.state, next_leg(part, product)
    if leg is not None and leg.carries is Material.CELLS:
        yield _step(look, part, leg.code, _handed(look, part, product), product)
    elif product.made is None:
        yield _step(look, part, MADE, _before_release(look, part, product, _MADE_BEFORE))
    elif _fails(look):
        yield _failure(look, part, product)
    elif any(each.code not in product.tests for each in part.specification):
        yield _step(look, part, TESTED, _before_release(look, part, product, _TESTED_BEFORE))
    elif leg is not None and not leg.after_release and leg is not part.route[-1]:
        yield _step(look, part, leg.code, _handed(look, part, product), product)
    elif not is_released(state, part, product):
        yield _step(look, part, RELEASED, _before_release(look, part, product, 0))
    elif leg is not None and leg is not part.route[-1]:
        yield _step(look, part, leg.code, _handed(look, part, product), product)


def _step(look: Look, part: ProductPart, step: str, at: datetime, product: Product | None = None) -> Task:
    person, label = look.person, product.code if product is not None else None

    def say(at: datetime) -> Iterator[Said]:
        yield Said(*custody_body(step, person.code, part, stated(person.site, at), label))

    number = len(look.state.holding.products)
    return Task(f"product/{number}/{step}", at, say, needed=True)


def _handed(look: Look, part: ProductPart, product: Product) -> datetime:
    """An hour after the collection, then with the courier of the next day."""
    zone, site = look.person.site.zone, look.person.site
    if not product.handed:
        return earliest(product.bound, zone) + AN_HOUR / 2
    before = earliest(product.handed[-1].happened, zone)
    if look.state.item(part.released_at).happened is not None and product.release is not None:
        released = look.state.item(part.released_at).happened
        before = max(before, earliest(released, zone)) if released is not None else before
    return moment(site, local_day(site, before) + A_DAY, _COURIER_AT)


def _before_release(look: Look, part: ProductPart, product: Product, days: int) -> datetime:
    """So many days before the release, after everything that came before."""
    site, zone = look.person.site, look.person.site.zone
    day = _release_day(look, part, product) - timedelta(days=days)
    arrived = earliest(product.handed[-1].happened if product.handed else product.bound, zone)
    made = earliest(product.made.happened, zone) if product.made is not None else arrived
    return max(moment(site, day, AFTERNOON), arrived + AN_HOUR, made + AN_HOUR)


def _release_day(look: Look, part: ProductPart, product: Product) -> date:
    person, site = look.person, look.person.site
    collected = local_day(site, earliest(product.bound, site.zone))
    taken = person.cohort.manufacture.turnaround_days
    window = look.state.item(part.released_at).window
    if taken is not None:
        days = person.draws.number(taken, f"product/{product.code}/turnaround")
        day = collected + timedelta(days=max(0, round(days)))
    elif window is not None:
        day = local_day(site, window.target - timedelta(microseconds=1))
    else:
        day = collected + timedelta(days=_WITHOUT_WINDOW_DAYS)
    return next_working_day(site, day)


def _fails(look: Look) -> bool:
    manufacture, number = look.person.cohort.manufacture, len(look.state.holding.products)
    chance = manufacture.failure if number == 1 else manufacture.second_failure
    return look.person.draws.happens(chance, f"product/{number}/failure")


def _failure(look: Look, part: ProductPart, product: Product) -> Task:
    body = {"kind": "fail_product", "reason": "too few cells grew"}
    at = _before_release(look, part, product, _TESTED_BEFORE)
    say = saying_when(look.person.site, Role.SPONSOR, body)
    return Task(f"product/{product.code}/failure", at, say, needed=True)


def _after_failure(look: Look, part: ProductPart) -> Iterator[Task]:
    """The decision about another collection; once it is taken, the schedule asks for it."""
    person, state, branch = look.person, look.state, part.collect_again
    newest = state.holding.newest
    assert newest is not None and newest.failure is not None, (
        "only a failed product is followed by a decision"
    )
    known = moment(person.site, local_day(person.site, newest.failure.known_at) + A_DAY, _COURIER_AT)
    manufacture, number = person.cohort.manufacture, len(state.holding.products)
    again = number == 1 and person.draws.happens(manufacture.again, "product/again")
    if branch is not None and again:
        if state.decisions.get(branch.decision) == branch.option:
            return
        body = {"kind": "take_decision", "decision": branch.decision, "option": branch.option}
        say = saying_when(person.site, state.protocol.decisions[branch.decision].by, body)
        yield Task(f"product/{number}/again", known, say, needed=True)
        return
    yield Task(f"product/{number}/none", known, lambda at: [_without_product(look, at)], needed=True)


def _without_product(look: Look, at: datetime) -> Said:
    return ended(End.MANUFACTURING_FAILURE, stated(look.person.site, at), "no product could be made")
