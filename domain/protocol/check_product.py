"""The product: a route that can be walked, shelf lives that end, bookings and steps that exist.

The rule that keeps it honest: a wrong identity must reach somebody at any hour, and every step that code will
ask for by name is in the document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from domain.protocol.check_codes import doubled
from domain.protocol.check_order import milestone_codes, unknown_code
from domain.protocol.check_windows import is_negative, is_positive
from domain.protocol.document import ProtocolDocument
from domain.protocol.entries import entries
from domain.protocol.problem import Path, Problem
from domain.protocol.product import (
    BranchTaken,
    Form,
    Leg,
    Material,
    PlanBack,
    ProductPart,
    Resource,
    ShelfLife,
    Specification,
)
from domain.span import Span


def product_problems(document: ProtocolDocument) -> Iterator[Problem]:
    """What is wrong with the product, the resources and the planning back; nothing where they are absent."""
    if document.product is not None:
        yield from _product(document, document.product)
    if document.resources is not None:
        yield from _resources(document, document.resources)
    if document.plan_back is not None:
        yield from _plan_back(document, document.plan_back)


def _product(document: ProtocolDocument, part: ProductPart) -> Iterator[Problem]:
    here: Path = ("product",)
    milestones = milestone_codes(document)
    for name in ("collected_at", "released_at", "given_at"):
        yield from unknown_code((*here, name), getattr(part, name), milestones, "milestone")
    yield from _ladders(document, part)
    yield from _route(part, (*here, "route"))
    yield from doubled(((*here, "route", index, "code"), leg.code) for index, leg in enumerate(part.route))
    for index, life in enumerate(part.shelf_lives):
        yield from _shelf_life(life, (*here, "shelf_lives", index))
    yield from doubled(
        ((*here, "shelf_lives", index, "form"), each.form.value)
        for index, each in enumerate(part.shelf_lives)
    )
    for index, each in enumerate(part.specification):
        yield from _specification(each, (*here, "specification", index))
    yield from doubled(
        ((*here, "specification", index, "code"), each.code) for index, each in enumerate(part.specification)
    )
    if part.collect_again is not None:
        yield from _branch(document, part.collect_again, (*here, "collect_again"))


def _ladders(document: ProtocolDocument, part: ProductPart) -> Iterator[Problem]:
    known = {ladder.code: ladder for ladder in document.ladders}
    for name in ("ladder", "notice_ladder"):
        yield from unknown_code(("product", name), getattr(part, name), known, "ladder")
    if part.ladder in known and known[part.ladder].waits:
        text = f"the ladder {part.ladder!r} waits for working hours, and a wrong identity must not"
        yield Problem(("product", "ladder"), text, "name one with waits: false")


def _route(part: ProductPart, path: Path) -> Iterator[Problem]:
    for index, (before, leg) in enumerate(pairwise(part.route), start=1):
        if before.takes != leg.gives:
            text = f"leg {leg.code} begins at {leg.gives}, but {before.code} ends at {before.takes}"
            yield Problem((*path, index, "gives"), text, f"write gives: {before.takes}")
        if (before.carries, leg.carries) == (Material.PRODUCT, Material.CELLS):
            text = f"leg {leg.code} carries cells after a leg that carries the product"
            yield Problem(
                (*path, index, "carries"), text, "cells go to the maker first, the product comes back"
            )
    for index, leg in enumerate(part.route):
        yield from _leg(leg, (*path, index))
    if part.route[-1].carries is Material.CELLS:
        text = "the route ends with the cells; the product never reaches anybody"
        yield Problem((*path, len(part.route) - 1, "carries"), text, "add the legs that carry the product")
    elif not any(leg.after_release for leg in part.route):
        text = "no leg waits for the release"
        yield Problem(path, text, "write after_release: true at the first leg of a released product")


def _leg(leg: Leg, path: Path) -> Iterator[Problem]:
    if leg.lowest is not None and leg.highest is not None and leg.lowest >= leg.highest:
        text = f"no temperature is at least {leg.lowest} and at most {leg.highest}"
        yield Problem((*path, "lowest"), text, "write the lower limit first")
    if leg.after_release and leg.carries is Material.CELLS:
        yield Problem((*path, "after_release"), "cells are never released", "only a product is")


def _shelf_life(life: ShelfLife, path: Path) -> Iterator[Problem]:
    if not is_positive(life.lasts):
        yield Problem((*path, "lasts"), f"{life.lasts} is no time at all", "write a duration such as PT48H")
    elif is_negative(life.warn_before) or life.warn_before.rough_days() >= life.lasts.rough_days():
        text = f"a warning {life.warn_before} before the end of {life.lasts} comes before the beginning"
        yield Problem((*path, "warn_before"), text, "write a shorter one")
    if life.form is Form.CELLS and life.counted_from == "making":
        text = "collected cells are counted from the making, which comes after them"
        yield Problem((*path, "counted_from"), text, "write collection")
    if life.form is Form.FROZEN and life.counted_from == "collection":
        text = "a frozen product is counted from the collection, not from its freezing"
        yield Problem((*path, "counted_from"), text, "write making")


def _specification(each: Specification, path: Path) -> Iterator[Problem]:
    limits = each.at_least is not None or each.at_most is not None
    if limits == bool(each.choices):
        text = (
            f"{each.code} can be neither within nor outside" if not limits else f"{each.code} asks two things"
        )
        yield Problem(path, text, "give at_least or at_most, or choices with accepts")
    if each.at_least is not None and each.at_most is not None and each.at_least > each.at_most:
        text = f"no number is at least {each.at_least} and at most {each.at_most}"
        yield Problem((*path, "at_least"), text, "write the lower limit first")
    for position, accepted in enumerate(each.accepts):
        yield from unknown_code((*path, "accepts", position), accepted, each.choices, "choice")
    if each.choices and not each.accepts:
        yield Problem((*path, "choices"), f"no answer to {each.code} is within specification", "add accepts")


def _branch(document: ProtocolDocument, branch: BranchTaken, path: Path) -> Iterator[Problem]:
    decisions = {each.code: each for each in document.decisions}
    yield from unknown_code((*path, "decision"), branch.decision, decisions, "decision")
    if branch.decision in decisions:
        options = decisions[branch.decision].options
        yield from unknown_code((*path, "option"), branch.option, options, "option")


def _resources(document: ProtocolDocument, resources: tuple[Resource, ...]) -> Iterator[Problem]:
    items = _items(document)
    yield from doubled((("resources", index, "code"), each.code) for index, each in enumerate(resources))
    for index, each in enumerate(resources):
        path: Path = ("resources", index)
        yield from unknown_code((*path, "item"), each.item, items, "item")
        if each.delivers is not None:
            yield from unknown_code((*path, "delivers"), each.delivers, items, "item")
        if is_negative(each.lead_time):
            yield Problem(
                (*path, "lead_time"), f"{each.lead_time} goes back in time", "write it without a sign"
            )
        if not is_positive(each.lasts):
            yield Problem(
                (*path, "lasts"), f"{each.lasts} is no time at all", "write a duration such as P14D"
            )


def _plan_back(document: ProtocolDocument, plan: PlanBack) -> Iterator[Problem]:
    items, here = _items(document), ("plan_back",)
    yield from unknown_code((*here, "from"), plan.from_, items, "item")
    yield from unknown_code(
        (*here, "ladder"), plan.ladder, [each.code for each in document.ladders], "ladder"
    )
    for index, step in enumerate(plan.steps):
        path: Path = (*here, "steps", index)
        yield from unknown_code((*path, "item"), step.item, items, "item")
        yield from _whole_days_before((*path, "before"), step.before)
    yield from doubled(((*here, "steps", index, "item"), each.item) for index, each in enumerate(plan.steps))
    if plan.repeat is not None:
        yield from _branch(document, plan.repeat, (*here, "repeat"))
        for index, code in enumerate(plan.repeat.reopens):
            yield from unknown_code((*here, "repeat", "reopens", index), code, items, "item")
        yield from _has_hard_stop(document, plan)


def _whole_days_before(path: Path, before: Span) -> Iterator[Problem]:
    if before.seconds or not is_positive(before):
        yield Problem(path, f"{before} is no number of days before", "write whole days, such as P5D")


def _has_hard_stop(document: ProtocolDocument, plan: PlanBack) -> Iterator[Problem]:
    for entry in entries(document):
        if entry.code == plan.from_ and (entry.window is None or entry.window.hard_stop is None):
            text = f"{plan.from_} has no hard stop, so the repeat would never be asked for"
            yield Problem(("plan_back", "repeat"), text, "give its window a hard_stop")


def _items(document: ProtocolDocument) -> Collection[str]:
    return [entry.code for entry in entries(document)]
