"""Alerts on the product: a wrong identity, a wrong temperature, a shelf life that ends, a decision to take.

The rule that keeps it honest: all of them stand on the milestone at which the product is given (or collected
again), because that is what they put at risk; after the end of the participation none is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.plan import BINDING, applicable
from domain.product.collected import awaits_collection, part_of
from domain.product.reopening import repeat_awaited
from domain.product.shelf import shelf_of
from domain.protocol.product import PlanBack, ProductPart
from domain.state import Alert, AlertKind, Outcome, State
from domain.warrant import Deadline, Warrant


def warrants(state: State, at: datetime) -> Iterator[Warrant]:
    """What the product warrants at `at`."""
    part = part_of(state)
    if part is not None:
        # Whose cells they were is asked after any end: the other participant may be alive and waiting.
        yield from _of_identity(state, part)
    if state.ending is not None:
        return
    if part is not None:
        yield from _of_excursion(state, part)
        yield from _of_shelf(state, part, at)
        yield from _of_failure(state, part)
    late = _late(state)
    if late is not None and late[1] <= at:
        plan, due = late
        yield Warrant(AlertKind.REPEAT_DECISION, plan.from_, due, plan.ladder, None)


def why_over(state: State, alert: Alert) -> str:
    """Why an alert on the product is over."""
    if alert.kind is AlertKind.IDENTITY_MISMATCH:
        return "cleared"
    if state.ending is not None:
        return "ended"
    match alert.kind:
        case AlertKind.EXCURSION:
            return "assessed"
        case AlertKind.PRODUCT_EXPIRING | AlertKind.PRODUCT_EXPIRED:
            return _shelf_over(state, alert)
        case _:
            return "recorded" if state.item(alert.item).outcome is Outcome.DONE else "decided"


def waits(state: State) -> Iterator[Deadline]:
    """The moments at which the product asks for something by itself."""
    if state.ending is not None:
        return
    part, shelf = part_of(state), shelf_of(state)
    if (
        part is not None
        and shelf is not None
        and (part.given_at, AlertKind.PRODUCT_EXPIRED) not in state.alerts
    ):
        expiring = (part.given_at, AlertKind.PRODUCT_EXPIRING) in state.alerts
        yield Deadline(
            shelf.ends if expiring else shelf.warn_at,
            f"{shelf.product} {'expired' if expiring else 'expires soon'}",
        )
    late = _late(state)
    if late is not None and (late[0].from_, AlertKind.REPEAT_DECISION) not in state.alerts:
        yield Deadline(late[1], f"{late[0].from_} past its hard stop: decision due")


def _of_identity(state: State, part: ProductPart) -> Iterator[Warrant]:
    holding = state.holding
    if holding.mismatches:
        due = holding.mismatches[0].seen_at
        yield Warrant(AlertKind.IDENTITY_MISMATCH, part.given_at, due, part.ladder, None, lasting=True)


def _of_excursion(state: State, part: ProductPart) -> Iterator[Warrant]:
    holding = state.holding
    if holding.excursions:
        due = holding.excursions[0].seen_at
        yield Warrant(AlertKind.EXCURSION, part.given_at, due, part.ladder, None, lasting=True)


def _of_shelf(state: State, part: ProductPart, at: datetime) -> Iterator[Warrant]:
    shelf = shelf_of(state)
    if shelf is None:
        return
    if at >= shelf.ends:
        yield Warrant(AlertKind.PRODUCT_EXPIRED, part.given_at, shelf.ends, part.notice_ladder, None)
    elif at >= shelf.warn_at:
        yield Warrant(
            AlertKind.PRODUCT_EXPIRING, part.given_at, shelf.warn_at, part.notice_ladder, shelf.ends
        )


def _of_failure(state: State, part: ProductPart) -> Iterator[Warrant]:
    newest = state.holding.newest
    if newest is None or newest.failure is None or part.collect_again is None:
        return
    if awaits_collection(state) and part.collect_again.decision not in state.decisions:
        due = newest.failure.known_at
        # Who has had chemotherapy for cells that are gone cannot wait for the morning.
        ladder = part.ladder if _conditioned(state) else part.notice_ladder
        yield Warrant(AlertKind.REPEAT_DECISION, part.collected_at, due, ladder, None)


def _conditioned(state: State) -> bool:
    plan = state.protocol.document.plan_back
    return plan is not None and any(state.item(each.item).outcome is Outcome.DONE for each in plan.steps)


def _late(state: State) -> tuple[PlanBack, datetime] | None:
    """The item planned back from, and its hard stop, where a decision is due once that has passed."""
    plan = state.protocol.document.plan_back
    if plan is None or not repeat_awaited(state):
        return None
    window = state.item(plan.from_).window
    if window is None or window.hard_stop is None or window.basis not in BINDING:
        return None
    return (plan, window.hard_stop) if applicable(state, state.protocol.items[plan.from_]) else None


def _shelf_over(state: State, alert: Alert) -> str:
    part, newest, shelf = part_of(state), state.holding.newest, shelf_of(state)
    if part is not None and state.item(part.given_at).outcome is Outcome.DONE:
        return "recorded"
    if newest is None or newest.failure is not None:
        return "failed"
    # A warning whose shelf life stands as it was is over for one reason only: the product has expired.
    return "expired" if shelf is not None and shelf.ends == alert.latest_snooze else "moved_on"
