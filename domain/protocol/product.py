"""The parts of a protocol about its product: custody, shelf life, release, resources, and planning back.

The rule that keeps it honest: who hands what to whom, how many persons look at it, how cold it stays and how
long it lasts are data with a source; code knows the questions and no answer.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field

from domain.protocol.sources import CodeName, Labelled, Sentence, Sourced
from domain.roles import Role
from domain.span import SpanField


class Material(StrEnum):
    """What a leg of the route carries: the collected cells, or the product made of them."""

    CELLS = "cells"
    PRODUCT = "product"


class Form(StrEnum):
    """In which form something is kept, and so how long it lasts."""

    CELLS = "cells"
    FRESH = "fresh"
    FROZEN = "frozen"


class Leg(Labelled):
    """One hand-over on the route: `gives` and `takes` are places, `persons` how many must read the identity.

    `lowest` and `highest` are the limits of the temperature stated at the hand-over, in °C. `after_release`:
    only a released product moves on here.
    """

    gives: CodeName
    takes: CodeName
    carries: Material
    persons: Literal[1, 2] = 1
    lowest: Decimal | None = None
    highest: Decimal | None = None
    after_release: bool = False


class ShelfLife(Sourced):
    """How long one form lasts: from the collection, or from the making (for frozen: the freezing).

    The collected cells need to last until the last leg that carries them; a product until it is given.
    `warn_before`: how long before the end an alert is raised.
    """

    form: Form
    counted_from: Literal["collection", "making"]
    lasts: SpanField
    warn_before: SpanField


class Specification(Labelled):
    """One release test: a number within `at_least` and `at_most` (in `unit`), or one of `accepts`."""

    unit: str | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    choices: tuple[CodeName, ...] = ()
    accepts: tuple[CodeName, ...] = ()


class ConditionalRelease(Sourced):
    """Who may release a product out of specification by signature, and in which words."""

    by: Role
    meaning: Sentence


class BranchTaken(Sourced):
    """One option of a decision that has a consequence of its own."""

    decision: CodeName
    option: CodeName


class RepeatBranch(BranchTaken):
    """The option that opens `reopens` again, in the order in which they are given."""

    reopens: tuple[CodeName, ...] = Field(min_length=1)


class ProductPart(Sourced):
    """The product from its collection to the bedside.

    `collected_at`, `released_at` and `given_at` are milestones. `binding_persons`: who binds the identity at
    the collection. `ladder` is for a wrong identity and for temperatures, and never waits; `notice_ladder`
    for what runs out and what must be decided. `collect_again`: the decision that opens a new collection
    after a failure.
    """

    collected_at: CodeName
    released_at: CodeName
    given_at: CodeName
    binding_persons: Literal[1, 2] = 1
    route: tuple[Leg, ...] = Field(min_length=1)
    shelf_lives: tuple[ShelfLife, ...] = ()
    specification: tuple[Specification, ...] = ()
    released_by: Role
    conditional: ConditionalRelease | None = None
    collect_again: BranchTaken | None = None
    ladder: CodeName
    notice_ladder: CodeName


class Resource(Labelled):
    """Something booked for an item: how long ahead it must be asked for, and how long it is then taken.

    `delivers`: the item that its work leads to, which cannot be before the work ends.
    """

    item: CodeName
    lead_time: SpanField
    lasts: SpanField
    delivers: CodeName | None = None


class StepBack(Sourced):
    """An item planned `before` days before the one that everything is planned back from."""

    item: CodeName
    before: SpanField


class PlanBack(Sourced):
    """What is planned back from an item, and the branch taken when that item comes too late.

    `ladder` tells that the decision is due once the item's hard stop has passed.
    """

    from_: CodeName = Field(alias="from")
    steps: tuple[StepBack, ...] = Field(min_length=1)
    repeat: RepeatBranch | None = None
    ladder: CodeName
