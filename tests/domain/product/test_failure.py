"""A product that failed: a new collection is decided by a person, with a product and custody of its own."""

from __future__ import annotations

import pytest

from domain import Code, Standing
from domain.events import IdentityBound, MilestoneReached
from tests.domain.builders import (
    at,
    cleared,
    decided,
    enrolled,
    made,
    plan,
    record,
    released,
    retract,
    stated,
)
from tests.domain.product.words import NUMBER, bind, fail, hand, lab, making, misread, release, told
from tests.domain.spec import Course, given

MARCH = at("2026-03-10 12:00")


def failed() -> Course:
    """Released on 2026-02-12, lost on the 16th."""
    return given(released(), told(("2026-02-16 12:00", fail("2026-02-16"))))


def collected_again() -> Course:
    """Decided on 2026-02-17, collected again on the 19th, bound to the same number."""
    story = failed().when(decided("new_collection", "collect", "2026-02-17"), at("2026-02-17 12:00"))
    again = record("leukapheresis", "2026-02-19", approved_by="investigator-1", reason="first product failed")
    story.when(again, at("2026-02-19 12:00"))
    return story.when(bind("2026-02-19 13:00"), at("2026-02-19 13:00"))


def test_a_failure_opens_the_release_again_and_asks_for_a_decision() -> None:
    """What was released is not any more, and somebody must say whether cells are collected again."""
    story = given(released()).when(fail("2026-02-16"), at("2026-02-16 12:00"))
    story.includes("product.failed", "items.reopened", "alert.raised")
    assert story.alerts() == {"leukapheresis/repeat_decision": ("open", 1)}
    assert [each.happened for each in story.state.item("release").superseded] == [
        stated("2026-02-12T09:40:00+08:00")
    ]


@pytest.mark.parametrize("item", ["release", "conditioning", "infusion"])
def test_what_needs_a_product_is_out_of_reach_until_cells_are_collected_again(item: str) -> None:
    """No release is overdue for a product that will never come."""
    story = failed().run(at("2026-06-01"))
    assert story.stands(item, at("2026-06-01")) is Standing.NOT_APPLICABLE
    assert story.alerts().keys() <= {"leukapheresis/repeat_decision", "S3/overdue"}


def test_survival_goes_on_from_the_first_collection_meanwhile() -> None:
    """A failed product is no reason to lose sight of anybody."""
    assert failed().stands("S3", at("2026-04-16")) is Standing.OPEN


def test_nobody_collects_again_without_a_decision() -> None:
    """A second collection by mistake is refused as recorded already."""
    failed().when(record("leukapheresis", "2026-02-19"), MARCH).refused(Code.ALREADY_RECORDED)
    given(made()).when(decided("new_collection", "collect", "2026-02-11"), MARCH).refused(
        Code.NOT_APPLICABLE, "after a product failed"
    )


def test_the_second_collection_has_its_own_product_and_everything_counts_from_it() -> None:
    """Same number, product P2, empty custody; the release is due 14 to 28 days after the new collection."""
    story = collected_again()
    assert story.one(IdentityBound).product == "P2"
    assert story.state.holding.number == NUMBER
    window = story.state.item("release").window
    assert window is not None
    assert (window.opens, window.closes) == (at("2026-03-05"), at("2026-03-20"))
    assert story.stands("release", MARCH) is Standing.OPEN
    assert [each.happened.isoformat() for each in story.state.item("leukapheresis").earlier] == ["2026-01-16"]


def test_the_second_product_goes_the_whole_way() -> None:
    """Hand-overs, manufacture, tests and release of P2, as if it were the first."""
    story = collected_again()
    steps = told(
        ("2026-02-19 14:00", hand("cells_collected", "2026-02-19 14:00", seen_product="P2")),
        ("2026-02-20 09:00", hand("cells_received", "2026-02-20 09:00", seen_product="P2")),
        ("2026-03-06 09:00", making("2026-03-06 09:00")),
        ("2026-03-08 09:00", lab("2026-03-08")),
        ("2026-03-09 09:00", release("2026-03-09")),
    )
    for moment, command in steps:
        story.when(command, moment)
    assert story.one(MilestoneReached).happened == stated("2026-03-09")
    assert story.stands("release", MARCH) is Standing.DONE


def test_the_label_of_the_failed_product_is_a_wrong_identity() -> None:
    """The bag of P1 turns up on the way of P2."""
    stale = hand("cells_collected", "2026-02-19 14:00", seen_product="P1")
    story = misread(collected_again(), stale, "2026-02-19 14:00")
    story.refused(Code.IDENTITY_MISMATCH, "the label says P1, to be used is P2")


def test_a_failure_after_conditioning_is_told_at_night() -> None:
    """Chemotherapy was given for cells that are gone: somebody decides now, and not in the morning."""
    story = given(cleared()).when(fail("2026-03-01"), at("2026-03-01 23:00"))
    assert story.alerts() == {"leukapheresis/repeat_decision": ("open", 1)}
    waiting = given(released()).when(fail("2026-02-16"), at("2026-02-16 23:00"))
    assert waiting.alerts() == {"leukapheresis/repeat_decision": ("open", 0)}


def test_after_a_second_collection_the_number_alone_moves_nothing() -> None:
    """The bag of the failed product carries the same number, so the label's product is asked for."""
    story = collected_again()
    story.when(hand("cells_collected", "2026-02-19 14:00"), at("2026-02-19 14:00"))
    story.refused(Code.BAD_VALUE, "P1, P2", "which product", "to be used is P2")
    assert story.state.holding.mismatches == ()


def test_another_number_for_the_second_collection_is_a_wrong_identity() -> None:
    """A participant has one number for all collections."""
    story = failed().when(decided("new_collection", "collect", "2026-02-17"), at("2026-02-17 12:00"))
    again = record("leukapheresis", "2026-02-19", approved_by="investigator-1", reason="first product failed")
    story.when(again, at("2026-02-19 12:00"))
    misread(story, bind("2026-02-19 13:00", number="COI-NEW"), "2026-02-19 13:00")
    story.refused(Code.IDENTITY_MISMATCH, f"carries {NUMBER} for every collection")


def test_a_second_failure_asks_again() -> None:
    """The first decision was for the first failure; a third collection is decided anew."""
    story = collected_again().when(fail("2026-03-01"), at("2026-03-01 12:00"))
    assert "leukapheresis/repeat_decision/2" in story.alerts()
    story.when(record("leukapheresis", "2026-03-05"), MARCH).refused(Code.ALREADY_RECORDED)
    story.refusal = None
    story.when(decided("new_collection", "collect", "2026-03-02"), MARCH).includes("decision.taken")


def test_deciding_against_a_new_collection_ends_the_question() -> None:
    """No new cells: the alert is over, and survival follow-up goes on."""
    story = failed().when(decided("new_collection", "stop", "2026-02-17"), at("2026-02-17 12:00"))
    assert story.alerts() == {}


def test_a_product_fails_once_and_not_after_it_was_given() -> None:
    """A failure is of the newest product, before it is given."""
    failed().when(fail("2026-02-17"), MARCH).refused(Code.NO_PRODUCT, "P1 failed on 2026-02-16")
    given(enrolled()).when(fail("2026-02-17"), MARCH).refused(Code.NO_PRODUCT, "no identity is bound")


def test_a_bound_collection_is_not_taken_back() -> None:
    """Cells that carry a number were collected; a wrong date is corrected instead."""
    story = given(released()[:-7]).when(retract("leukapheresis"), MARCH)
    story.refused(Code.OUT_OF_ORDER, "identity")


def test_nothing_is_planned_for_a_product_that_failed() -> None:
    """An appointment for an infusion without a product is refused."""
    failed().when(plan("infusion", "2026-03-20"), MARCH).refused(Code.NOT_APPLICABLE, "infusion")
