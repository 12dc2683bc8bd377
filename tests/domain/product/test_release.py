"""Releasing a product: within specification by the named role, outside it only by a signature."""

from __future__ import annotations

import pytest

from domain import Code
from domain.events import MilestoneReached, ProductReleased
from domain.product.releasing import shown_before_release
from domain.signed import content_of
from tests.domain.builders import (
    COORDINATOR,
    INVESTIGATOR,
    SPONSOR,
    at,
    collected,
    made,
    record,
    released,
    stated,
)
from tests.domain.product.words import conditionally, lab, making, release, told
from tests.domain.spec import Course, given

NOON = at("2026-02-12 12:00")


def weak() -> Course:
    """A product of too few viable cells: 64 % where 70 % are specified."""
    steps = told(
        ("2026-02-04 10:00", making("2026-02-04 10:00")),
        ("2026-02-11 10:00", lab("2026-02-11", viability="64")),
    )
    return given(collected(), steps)


def test_one_command_releases_the_product_and_records_the_milestone() -> None:
    """The schedule and the product can never disagree about the release."""
    story = given(made()).when(release("2026-02-12"), NOON)
    story.includes("product.released", "milestone.reached", "plan.revised")
    assert story.one(MilestoneReached) == MilestoneReached("release", stated("2026-02-12"))
    assert story.one(ProductReleased).deviation is None


def test_the_milestone_alone_is_refused() -> None:
    """Nobody records a release without saying of which product."""
    given(made()).when(record("release", "2026-02-12"), NOON).refused(
        Code.NOT_RELEASED, "recorded by releasing the product"
    )


def test_released_twice_is_refused() -> None:
    """One product, one release."""
    given(released()).when(release("2026-02-20"), at("2026-02-20 12:00")).refused(
        Code.ALREADY_RELEASED, "P1 is released already", "2026-02-12"
    )


@pytest.mark.parametrize("by", [COORDINATOR, INVESTIGATOR])
def test_only_the_named_role_releases(by: object) -> None:
    """The protocol says who: here the sponsor."""
    given(made()).when(release("2026-02-12", by), NOON).refused(Code.WRONG_ROLE, "for the sponsor")  # type: ignore[arg-type]


def test_an_untested_or_unmade_product_is_not_released() -> None:
    """Each release test has a result first; the missing ones are named."""
    given(collected()).when(release("2026-02-12"), NOON).refused(Code.OUT_OF_ORDER, "not complete")
    given(collected(), told(("2026-02-04 10:00", making("2026-02-04 10:00")))).when(
        release("2026-02-12"), NOON
    ).refused(Code.OUT_OF_ORDER, "viability, endotoxin, sterility")


def test_out_of_specification_is_not_released_plainly() -> None:
    """The value, what is specified, and what can be done are said."""
    weak().when(release("2026-02-12"), NOON).refused(
        Code.OUT_OF_SPECIFICATION, "viability 64 %, specified at least 70", "conditionally"
    )


def test_a_conditional_release_is_signed_in_its_own_words_and_names_the_deviation() -> None:
    """The event carries who signed, in which words, over which results."""
    story = weak()
    part, product = story.state.protocol.document.product, story.state.holding.newest
    assert part is not None
    assert product is not None
    named = "viability 64 %, specified at least 70 %"
    shown = content_of(shown_before_release(story.state, part, product, named))
    story.when(conditionally("2026-02-12", content=shown), NOON).includes(
        "product.released", "milestone.reached"
    )
    event = story.one(ProductReleased)
    assert event.deviation is not None
    assert event.signed is not None
    assert (event.signed.by, event.signed.content) == ("investigator-1", shown)
    assert part.conditional is not None
    assert event.signed.meaning == part.conditional.meaning


def test_a_conditional_release_by_another_role_in_other_words_or_for_other_content_is_refused() -> None:
    """A signature stands for one sentence, one content and one role."""
    weak().when(conditionally("2026-02-12", by=SPONSOR), NOON).refused(Code.WRONG_ROLE, "investigator")
    weak().when(conditionally("2026-02-12", meaning="fine"), NOON).refused(Code.BAD_VALUE, "own words")
    weak().when(conditionally("2026-02-12", content="0" * 64), NOON).refused(Code.OTHER_CONTENT)


def test_a_product_within_specification_needs_no_condition() -> None:
    """A signature for nothing is refused."""
    given(made()).when(conditionally("2026-02-12"), NOON).refused(Code.BAD_VALUE, "within specification")


@pytest.mark.parametrize(
    ("test", "value", "code"),
    [
        ("viability", "many", Code.BAD_VALUE),
        ("sterility", "maybe", Code.BAD_VALUE),
        ("viabilty", "80", Code.UNKNOWN_OBSERVATION),
    ],
)
def test_a_release_test_has_a_value_that_can_be(test: str, value: str, code: Code) -> None:
    """Numbers are numbers, answers are among the choices, tests are those of the specification."""
    story = given(collected(), told(("2026-02-04 10:00", making("2026-02-04 10:00"))))
    story.when(lab("2026-02-11", **{test: value}), NOON).refused(code)


def test_of_one_test_the_newest_result_counts() -> None:
    """A repeated test replaces the first for the release, and both stay on the record."""
    story = weak().when(lab("2026-02-12", viability="81"), at("2026-02-12 09:00"))
    story.when(release("2026-02-12"), NOON).includes("product.released")
    assert [each.TYPE for each in story.record].count("product.tested") == 6


def test_once_released_its_tests_are_closed() -> None:
    """A result after the release changes nothing about it and is refused."""
    given(released()).when(lab("2026-02-20"), at("2026-02-20 12:00")).refused(Code.ALREADY_RELEASED)


def test_a_product_is_made_once_and_after_its_cells_arrived() -> None:
    """Manufacture has one end, and it comes after the arrival."""
    given(made()).when(making("2026-02-05"), NOON).refused(Code.ALREADY_RECORDED, "made on")
    given(collected()[:-1]).when(making("2026-02-05"), NOON).refused(Code.HAND_OVER_ORDER, "cells_received")
    given(collected()).when(making("2026-01-16"), NOON).refused(Code.OUT_OF_ORDER, "before the cells arrived")
