"""A participant's chain-of-identity number: bound once, read everywhere, and never another one."""

from __future__ import annotations

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain import Code
from domain.commands import CorrectIdentity
from domain.events import IdentityBound, IdentityMismatchSeen
from domain.refusal import Refused
from tests.domain.builders import COORDINATOR, at, collected, enrolled, made, record, stated
from tests.domain.product.words import NUMBER, TWO, bind, clear, hand, misread, told, without_product
from tests.domain.spec import Course, given

LATE = at("2026-01-17 12:00")


def collected_only() -> Course:
    """Cells are collected, and nobody has bound a number yet."""
    return given(enrolled(), told(("2026-01-16 09:40", record("leukapheresis", "2026-01-16"))))


def a_wrong_label() -> Course:
    """Another number was read when the cells arrived."""
    wrong = hand("cells_received", "2026-01-17 09:00", number="X-1")
    story = misread(given(collected()[:-1]), wrong, "2026-01-17 09:05")
    story.refusal = None
    return story


def test_the_number_is_bound_to_the_collection_by_two_persons() -> None:
    """Binding says whose cells these are; the collection gets a product number of its own."""
    story = collected_only().when(bind("2026-01-16 10:00"), at("2026-01-16 10:05")).then("identity.bound")
    assert story.one(IdentityBound) == IdentityBound("P1", NUMBER, TWO, stated("2026-01-16 10:00"))
    assert story.state.holding.number == NUMBER


def test_before_a_collection_there_is_nothing_to_bind() -> None:
    """A number without cells is refused."""
    given(enrolled()).when(bind("2026-01-16"), at("2026-01-16 12:00")).refused(
        Code.OUT_OF_ORDER, "record leukapheresis first"
    )


def test_a_collection_is_bound_once() -> None:
    """A second binding of the same cells is refused."""
    given(collected()).when(bind("2026-01-17"), LATE).refused(Code.ALREADY_RECORDED, NUMBER)


def test_one_person_alone_binds_nothing_and_nobody_counts_twice() -> None:
    """Two persons are two people."""
    collected_only().when(bind("2026-01-16", persons=TWO[:1]), LATE).refused(
        Code.PERSONS_NEEDED, "2 persons", "1 named"
    )
    collected_only().when(bind("2026-01-16", persons=("nurse-1", "nurse-1")), LATE).refused(
        Code.SAME_SIGNER, "the same person"
    )


def test_a_wrong_number_is_refused_and_stands_on_the_record_with_its_alert() -> None:
    """Nothing moves, yet the mismatch is kept and the first rung is told in the same instant."""
    wrong = hand("cells_received", "2026-01-17 09:00", number="COI-9")
    story = misread(given(collected()[:-1]), wrong, "2026-01-17 09:05")
    story.refused(Code.IDENTITY_MISMATCH, "the label carries COI-9, bound is COI-EX02-001")
    types = [each.TYPE for each in story.refusal.recorded] if story.refusal else []
    assert types == ["identity.mismatch_seen", "alert.raised", "alert.rung_reached"]
    assert story.alerts() == {"infusion/identity_mismatch": ("open", 1)}
    assert story.state.holding.newest is not None
    assert [each.leg for each in story.state.holding.newest.handed] == ["cells_collected"]


def test_the_product_of_another_participant_is_refused_as_such() -> None:
    """A label naming somebody else concerns two participants."""
    other = hand("cells_received", "2026-01-17 09:00", number="COI-EX02-002", seen_participant="EX02-002")
    story = misread(given(collected()[:-1]), other, "2026-01-17 09:05")
    story.refused(Code.OTHER_PARTICIPANTS_PRODUCT, "the label names EX02-002, this is EX02-001")
    assert isinstance(story.refusal, Refused)
    assert isinstance(story.refusal.recorded[0], IdentityMismatchSeen)


def test_an_identity_alert_waits_for_no_working_hours_and_climbs_in_minutes() -> None:
    """At three on a Sunday morning the first rung is told at once, the next in ten and in thirty minutes."""
    wrong = hand("cells_received", "2026-01-18 03:00", number="X-1")
    story = misread(given(collected()[:-1]), wrong, "2026-01-18 03:00")
    story.refusal = None
    for minutes, rung in ((0, 1), (10, 2), (30, 3)):
        story.run(at(f"2026-01-18 03:{minutes:02}"))
        assert story.alerts()["infusion/identity_mismatch"] == ("open", rung)


def test_until_it_is_cleared_nothing_moves_and_then_it_goes_on() -> None:
    """The right label read afterwards changes nothing before a person has cleared the wrong one."""
    story = a_wrong_label()
    right = hand("cells_received", "2026-01-17 09:10")
    story.when(right, at("2026-01-17 09:15")).refused(Code.IDENTITY_MISMATCH, "M1", "not cleared")
    story.refusal = None
    story.when(clear("M1"), at("2026-01-17 09:30")).then("identity.mismatch_cleared", "alert.resolved")
    assert story.alerts() == {}
    story.when(right, at("2026-01-17 09:35")).then("product.handed_over")


@pytest.mark.parametrize("persons", [(), ("nurse-1",), ("nurse-1", "nurse-1")])
def test_who_is_not_the_investigator_clears_with_two_persons(persons: tuple[str, ...]) -> None:
    """A coordinator alone, or naming one person twice, clears nothing; two persons do."""
    story = a_wrong_label()
    refused = Code.SAME_SIGNER if len(persons) > len(set(persons)) else Code.PERSONS_NEEDED
    story.when(clear("M1", COORDINATOR, persons), LATE).refused(refused)
    story.refusal = None
    story.when(clear("M1", COORDINATOR, TWO), LATE).includes("identity.mismatch_cleared")


def test_what_was_not_seen_cannot_be_cleared() -> None:
    """A name that stands for no open mismatch is refused, and the open ones are named."""
    given(collected()).when(clear("M1"), LATE).refused(Code.UNKNOWN_ALERT, "'M1'", "none")


def test_a_number_written_down_wrongly_is_corrected_by_two_persons() -> None:
    """Without that, one slip of the pen would stop every hand-over for ever."""
    right = CorrectIdentity(actor=COORDINATOR, number="COI-2", persons=TWO, reason="misread label")
    story = given(collected()).when(right, LATE).then("identity.corrected")
    story.when(right, LATE).refused(Code.SAME_FACT, "COI-2")
    given(enrolled()).when(right, LATE).refused(Code.NOTHING_TO_CORRECT, "no identity")


def test_a_protocol_without_a_product_keeps_no_custody_and_asks_for_none() -> None:
    """Participants of such a protocol are released and infused as before."""
    rules = without_product()
    story = given(enrolled(), rules=rules)
    story.when(bind("2026-01-16"), at("2026-01-16 12:00")).refused(
        Code.NO_PRODUCT, "says nothing of a product"
    )
    story.refusal = None
    story.when(record("leukapheresis", "2026-01-16"), at("2026-01-16 12:00"))
    story.when(record("release", "2026-02-12"), at("2026-02-12 12:00")).includes("milestone.reached")


@for_all(number=st.text(min_size=1, max_size=30).filter(lambda each: each.strip() and each.strip() != NUMBER))
def test_no_other_number_ever_moves_the_product(number: str) -> None:
    """Whatever is read, if it is not the bound number to the letter, the product stays where it is."""
    try:
        command = hand("product_shipped", "2026-02-13 10:00", number=number)
    except ValueError:
        return
    story = given(made()).hear(command, at("2026-02-13 10:05"))
    story.refused(Code.IDENTITY_MISMATCH)
    assert story.refusal is not None
    assert story.refusal.recorded[0].TYPE == "identity.mismatch_seen"
