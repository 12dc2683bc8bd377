"""What can be wrong with the product, the resources and the planning back: each fault planted alone."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.protocol.check import problems
from domain.protocol.document import ProtocolDocument
from protocols.reading import read_protocol

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = yaml.safe_load((ROOT / "protocols" / "NCT06642025.yaml").read_text(encoding="utf-8"))
Plant = Callable[[dict[str, Any]], Any]


def planted(*keys: str | int, value: Any) -> Plant:
    """Put a value where these keys lead."""

    def plant(document: dict[str, Any]) -> None:
        place: Any = document
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return plant


def only_cells(document: dict[str, Any]) -> None:
    """A route that ends with the cells."""
    document["product"]["route"] = document["product"]["route"][:2]


def never_released(document: dict[str, Any]) -> None:
    """No leg that waits for the release."""
    for leg in document["product"]["route"]:
        leg.pop("after_release", None)


FAULTS: dict[str, tuple[Plant, str, str]] = {
    "an unknown milestone": (
        planted("product", "given_at", value="infusoin"),
        "product.given_at",
        "did you mean 'infusion'?",
    ),
    "a ladder that waits": (
        planted("product", "ladder", value="gate"),
        "product.ladder",
        "name one with waits: false",
    ),
    "an unknown ladder": (
        planted("product", "notice_ladder", value="x"),
        "product.notice_ladder",
        "no ladder 'x'",
    ),
    "a route with a gap": (
        planted("product", "route", 1, "gives", value="site"),
        "product.route[1].gives",
        "write gives: courier",
    ),
    "cells after the product": (
        planted("product", "route", 3, "carries", value="cells"),
        "product.route[3].carries",
        "the product comes back",
    ),
    "a route that ends with the cells": (only_cells, "product.route[1].carries", "never reaches anybody"),
    "no leg that waits for the release": (never_released, "product.route", "after_release: true"),
    "cells that are released": (
        planted("product", "route", 0, "after_release", value=True),
        "product.route[0].after_release",
        "only a product is",
    ),
    "limits the wrong way round": (
        planted("product", "route", 0, "lowest", value=9),
        "product.route[0].lowest",
        "at least 9 and at most 8",
    ),
    "two legs of one code": (
        planted("product", "route", 1, "code", value="cells_collected"),
        "product.route[1].code",
        "each its own code",
    ),
    "a shelf life of no time": (
        planted("product", "shelf_lives", 0, "lasts", value="PT0H"),
        "product.shelf_lives[0].lasts",
        "no time at all",
    ),
    "a warning before the beginning": (
        planted("product", "shelf_lives", 0, "warn_before", value="P4D"),
        "product.shelf_lives[0].warn_before",
        "comes before the beginning",
    ),
    "cells counted from the making": (
        planted("product", "shelf_lives", 0, "counted_from", value="making"),
        "product.shelf_lives[0].counted_from",
        "write collection",
    ),
    "a frozen product counted from the collection": (
        planted("product", "shelf_lives", 2, "counted_from", value="collection"),
        "product.shelf_lives[2].counted_from",
        "write making",
    ),
    "a release test that asks nothing": (
        planted("product", "specification", 0, "at_least", value=None),
        "product.specification[0]",
        "neither within nor outside",
    ),
    "an answer that is no choice": (
        planted("product", "specification", 2, "accepts", value=["no_grwth"]),
        "product.specification[2].accepts[0]",
        "did you mean 'no_growth'?",
    ),
    "no answer within specification": (
        planted("product", "specification", 2, "accepts", value=[]),
        "product.specification[2].choices",
        "add accepts",
    ),
    "an unknown decision": (
        planted("product", "collect_again", "decision", value="new_collecton"),
        "product.collect_again.decision",
        "did you mean 'new_collection'?",
    ),
    "an unknown option": (
        planted("product", "collect_again", "option", value="colect"),
        "product.collect_again.option",
        "did you mean 'collect'?",
    ),
    "a resource for an unknown item": (
        planted("resources", 2, "item", value="conditoning"),
        "resources[2].item",
        "did you mean 'conditioning'?",
    ),
    "a resource that delivers nothing known": (
        planted("resources", 1, "delivers", value="relase"),
        "resources[1].delivers",
        "did you mean 'release'?",
    ),
    "a lead time that goes back": (
        planted("resources", 0, "lead_time", value="-P1D"),
        "resources[0].lead_time",
        "without a sign",
    ),
    "a booking of no time": (
        planted("resources", 0, "lasts", value="P0D"),
        "resources[0].lasts",
        "such as P14D",
    ),
    "planning back from nothing known": (
        planted("plan_back", "from", value="infuson"),
        "plan_back.from",
        "did you mean 'infusion'?",
    ),
    "a step of hours": (
        planted("plan_back", "steps", 0, "before", value="PT5H"),
        "plan_back.steps[0].before",
        "such as P5D",
    ),
    "a step planned twice": (
        planted("plan_back", "steps", 1, "item", value="conditioning"),
        "plan_back.steps[1].item",
        "each its own code",
    ),
    "a repeat that opens nothing known": (
        planted("plan_back", "repeat", "reopens", value=["LD9"]),
        "plan_back.repeat.reopens[0]",
        "no item 'LD9'",
    ),
    "a repeat without a hard stop": (
        planted("plan_back", "from", value="reinfusion"),
        "plan_back.repeat",
        "give its window a hard_stop",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_told_where_it_is_and_with_what_would_be_right(name: str) -> None:
    """One fault, one problem at its place; nothing is taken that could not be walked."""
    plant, path, says = FAULTS[name]
    document = copy.deepcopy(WRITTEN)
    plant(document)
    told = [str(each) for each in problems(ProtocolDocument.model_validate(document))]
    assert any(each.startswith(f"{path}: ") and says in each for each in told), "\n".join(told)


def test_the_trial_itself_has_none() -> None:
    """What the faults are planted in is right."""
    assert problems(ProtocolDocument.model_validate(WRITTEN)) == []


def test_a_protocol_without_these_parts_is_right_and_keeps_its_hash() -> None:
    """Parts that are absent are not dumped, so documents written before them keep their content hash."""
    other = read_protocol(ROOT / "protocols" / "DZ-CYCLES.yaml")
    dumped = other.document.model_dump(mode="json", exclude_none=True)
    assert not {"product", "resources", "plan_back"} & set(dumped)
