"""Hand-overs along the route: in order, by as many persons as asked, at the stated temperature."""

from __future__ import annotations

from typing import Any

import pytest

from domain import Code
from domain.events import TemperatureExcursionSeen
from tests.domain.builders import (
    at,
    cleared,
    collected,
    conditioned,
    custody,
    end,
    enrolled,
    made,
    record,
    released,
)
from tests.domain.product.words import TWO, assess, clear, fail, hand, making, misread, release, told
from tests.domain.spec import Course, given

APRIL = at("2026-04-20 12:00")


def handed(story: Course) -> list[str]:
    """The legs the newest product went."""
    assert story.state.holding.newest is not None
    return [each.leg for each in story.state.holding.newest.handed]


def test_the_whole_route_is_walked_once_and_in_order() -> None:
    """Site, courier, manufacturer, courier, site, bedside."""
    legs = ["cells_collected", "cells_received", "product_shipped", "product_received", "to_bedside"]
    assert handed(given(cleared())) == legs


@pytest.mark.parametrize(
    ("leg", "says"),
    [
        ("cells_received", "not cells_received"),
        ("to_bedside", "next is product_shipped (manufacturer to courier), not to_bedside"),
        ("product_shiped", "did you mean product_shipped"),
    ],
)
def test_a_hand_over_out_of_order_is_refused_and_the_next_leg_named(leg: str, says: str) -> None:
    """A leg twice, a leg left out, a leg that does not exist: the product is where it is."""
    story = given(released()[:-2])
    story.when(hand(leg, "2026-02-13 10:00"), at("2026-02-13 10:05")).refused(Code.HAND_OVER_ORDER, says)
    assert handed(story) == ["cells_collected", "cells_received"]


def test_at_the_end_of_the_route_nothing_moves_any_more() -> None:
    """What is at the bedside is given or fails."""
    given(cleared()).when(hand("to_bedside", "2026-03-02 09:20"), APRIL).refused(
        Code.HAND_OVER_ORDER, "at bedside, the end of its route"
    )


def test_an_unreleased_product_does_not_leave_its_maker() -> None:
    """Release first, then the courier."""
    given(made()).when(hand("product_shipped", "2026-02-12 10:00"), APRIL).refused(
        Code.NOT_RELEASED, "release P1 first"
    )


def test_before_it_is_made_there_is_no_product_to_carry() -> None:
    """Cells at the manufacturer are not yet a product."""
    given(collected()).when(hand("product_shipped", "2026-02-03 10:00"), APRIL).refused(
        Code.HAND_OVER_ORDER, "manufacture is not complete"
    )


def test_without_a_bound_identity_nothing_is_handed_over() -> None:
    """The first hand-over comes after the binding."""
    story = given(enrolled(), told(("2026-01-16 09:40", record("leukapheresis", "2026-01-16"))))
    story.when(hand("cells_collected", "2026-01-16 10:30"), APRIL).refused(
        Code.NO_PRODUCT, "no identity is bound"
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"persons": TWO[:1]}, Code.PERSONS_NEEDED),
        ({"persons": ("nurse-1", "nurse-1")}, Code.SAME_SIGNER),
        ({"temperature": None}, Code.BAD_VALUE),
        ({"temperature": "cold"}, Code.BAD_VALUE),
        ({"temperature": "NaN"}, Code.BAD_VALUE),
    ],
)
def test_who_looked_and_how_cold_it_was_is_part_of_a_hand_over(more: dict[str, Any], code: Code) -> None:
    """Two persons where the route says two, and a temperature that is a number where it has limits."""
    given(released()[:-2]).when(hand("product_shipped", "2026-02-13 10:00", **more), APRIL).refused(code)


@pytest.mark.parametrize("when", ["2026-01-15 10:00", "2026-04-21 10:00"])
def test_a_hand_over_has_a_time_that_can_be(when: str) -> None:
    """Not before the one before it, and not in the future."""
    code = Code.FUTURE_TIME if when > "2026-04-20" else Code.HAND_OVER_ORDER
    given(released()[:-2]).when(hand("product_shipped", when), APRIL).refused(code)


def test_a_temperature_outside_its_limits_is_taken_and_is_an_excursion() -> None:
    """It happened: the hand-over stands, and an alert stays open until a person has judged it."""
    story = given(released()[:-1])
    story.when(hand("product_received", "2026-02-14 10:00", temperature="-100"), at("2026-02-14 10:05"))
    story.then("product.handed_over", "product.excursion_seen", "alert.raised", "alert.rung_reached")
    seen = story.one(TemperatureExcursionSeen)
    assert (seen.excursion, seen.temperature, seen.lowest, seen.highest) == ("X1", "-100", None, "-130")
    assert story.alerts() == {"infusion/excursion": ("open", 1)}
    assert handed(story)[-1] == "product_received"
    story.when(assess("X1", usable=True), at("2026-02-14 11:00"))
    story.then("product.excursion_assessed", "alert.resolved")


@pytest.mark.parametrize(("temperature", "events"), [("-130", 1), ("-129.9", 4), ("-196", 1)])
def test_the_limit_itself_is_within_the_limits(temperature: str, events: int) -> None:
    """At the limit it is in order, a tenth beyond it is an excursion."""
    story = given(released()[:-1])
    story.when(hand("product_received", "2026-02-14 10:00", temperature=temperature), at("2026-02-14 10:05"))
    assert len(story.events) == events


def test_what_may_not_be_used_after_an_excursion_has_failed() -> None:
    """Not usable is a failure of the product, in the same breath: its release is open again."""
    story = given(released()[:-1])
    story.when(hand("product_received", "2026-02-14 10:00", temperature="-20"), at("2026-02-14 10:05"))
    story.when(assess("X1", usable=False), at("2026-02-14 11:00"))
    story.includes("product.excursion_assessed", "product.failed", "items.reopened", "alert.resolved")
    story.when(hand("to_bedside", "2026-03-02 09:00"), APRIL).refused(Code.NO_PRODUCT, "P1 failed")


def test_an_excursion_that_nobody_judged_stops_the_infusion() -> None:
    """The bed is ready, the product is there, and nobody has said that it may be used."""
    warm = hand("product_received", "2026-02-14 10:00", temperature="-20")
    before = [each for each in cleared() if getattr(each[1], "leg", None) != "product_received"]
    story = given(sorted([*before, (at("2026-02-14 10:00"), warm)], key=lambda each: each[0]))
    story.when(record("infusion", "2026-03-02 09:30"), at("2026-03-02 09:40")).refused(
        Code.OUT_OF_SPECIFICATION, "excursion of P1 is not assessed"
    )


def test_an_infusion_needs_the_product_at_the_bedside() -> None:
    """Released and on site is not enough: the identity is read once more at the bedside."""
    given(cleared()[:-1]).when(record("infusion", "2026-03-02 09:30"), at("2026-03-02 09:40")).refused(
        Code.HAND_OVER_ORDER, "P1 is at site, not at bedside: next is leg to_bedside"
    )


def test_an_infusion_before_the_bedside_check_is_refused() -> None:
    """The check comes before the cells, also on paper."""
    given(cleared()).when(record("infusion", "2026-03-02 08:50"), at("2026-03-02 09:40")).refused(
        Code.HAND_OVER_ORDER, "is before leg to_bedside"
    )


def test_a_wrong_label_at_the_bedside_stops_the_infusion() -> None:
    """The other participant's bag is at the bed: nothing is given until somebody has cleared it."""
    wrong = hand("to_bedside", "2026-03-02 09:00", number="COI-EX02-002", seen_participant="EX02-002")
    story = misread(given(cleared()[:-1]), wrong, "2026-03-02 09:05")
    story.refused(Code.OTHER_PARTICIPANTS_PRODUCT)
    story.refusal = None
    story.when(record("infusion", "2026-03-02 09:30"), at("2026-03-02 09:40")).refused(Code.IDENTITY_MISMATCH)


def test_a_wrong_label_is_looked_into_though_the_participation_ended() -> None:
    """The cells may be another participant's, who is waiting: the alert ends when somebody has cleared it."""
    wrong = hand("to_bedside", "2026-03-02 09:00", number="COI-EX02-002", seen_participant="EX02-002")
    story = misread(given(cleared()[:-1]), wrong, "2026-03-02 09:05")
    story.refusal = None
    story.when(end("withdrawn", "2026-03-02"), at("2026-03-02 10:00")).run(at("2026-03-02 12:00"))
    assert story.alerts() == {"infusion/identity_mismatch": ("open", 3)}
    story.when(clear("M1"), at("2026-03-02 12:30"))
    assert story.alerts() == {}


def test_a_wrong_label_read_after_the_end_is_told_too() -> None:
    """No product of theirs moves any more, and somebody else's under their code is an alert at once."""
    story = given(cleared()[:-1], told(("2026-03-02 09:00", end("withdrawn", "2026-03-01"))))
    wrong = hand("to_bedside", "2026-03-02 10:00", number="COI-EX02-002", seen_participant="EX02-002")
    misread(story, wrong, "2026-03-02 10:05").refused(Code.OTHER_PARTICIPANTS_PRODUCT)
    assert story.alerts() == {"infusion/identity_mismatch": ("open", 1)}
    story.refusal = None
    right = hand("to_bedside", "2026-03-02 10:10")
    story.when(clear("M1"), at("2026-03-02 10:08")).when(right, at("2026-03-02 10:15")).refused(Code.ENDED)


def test_an_earlier_product_is_not_handed_over_in_place_of_the_newest() -> None:
    """The label of a failed product is a wrong identity too."""
    stale = hand("product_shipped", "2026-02-13 10:00", seen_product="P0")
    story = misread(given(released()[:-2]), stale, "2026-02-13 10:05")
    story.refused(Code.IDENTITY_MISMATCH, "the label says P0, to be used is P1")


def test_custody_stands_still_for_a_failed_product() -> None:
    """A failed product goes nowhere."""
    story = given(made(), told(("2026-02-11 12:00", fail("2026-02-11"))))
    for command in (hand("product_shipped", "2026-02-12"), making("2026-02-12"), release("2026-02-12")):
        story.when(command, APRIL).refused(Code.NO_PRODUCT, "P1 failed on 2026-02-11")
        story.refusal = None


def test_who_was_conditioned_still_has_the_whole_custody_on_record() -> None:
    """Each leg keeps its time, its temperature and who looked."""
    newest = given(conditioned(), [custody("to_bedside", "2026-03-02 09:00")]).state.holding.newest
    assert newest is not None
    assert [(each.temperature, len(each.persons)) for each in newest.handed] == [
        ("5", 2), ("5", 1), ("-150", 2), ("-150", 1), (None, 2)
    ]  # fmt: skip
