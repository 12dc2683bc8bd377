"""Deviations are classed by the protocol's rules as a suggestion, and by a person's signature for good."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain import Code, Rules, fold, initial
from domain.events import DeviationConfirmed, DeviationOpened
from domain.governance.confirm import confirmed_content
from domain.protocol.expanded import expand
from domain.roles import Actor, Role
from domain.signature_check import mismatches
from domain.signed import content_of
from tests.domain.builders import (
    at,
    correct,
    followed,
    miss,
    protocol,
    record,
    rules,
    site,
)
from tests.domain.ruling import confirm
from tests.domain.spec import Course, given

MAY = at("2026-05-11 12:00")


def late() -> Course:
    """Day 60 on 2026-05-10, two days after its window."""
    return given(followed()).when(record("D60", "2026-05-10"), MAY)


@pytest.mark.parametrize(
    ("visit", "on", "suggested"),
    [
        ("D60", "2026-05-10", "important"),
        ("D21", "2026-03-26", "minor"),
        ("D90", "2026-06-08", "minor"),
        ("D90", "2026-06-20", "important"),
        ("D90", "2026-05-12", "important"),
    ],
)
def test_a_deviation_is_opened_with_the_class_the_rules_suggest(visit: str, on: str, suggested: str) -> None:
    """By visit, and by how far it was outside: day 60 weighs by itself, others beyond a week."""
    course = given(followed(14)).when(record(visit, on), at("2026-07-01 12:00"))
    assert course.one(DeviationOpened).suggested == suggested


def test_a_missed_visit_is_suggested_to_be_important() -> None:
    """It left safety unseen."""
    course = given(followed()).when(miss("D60"), MAY)
    assert course.one(DeviationOpened).suggested == "important"


def test_without_rules_nothing_is_suggested() -> None:
    """A protocol that says nothing leaves it to the person."""
    plain = expand(protocol().document.model_copy(update={"deviations": None}))
    course = given(followed(), rules=Rules(plain, site())).when(record("D60", "2026-05-10"), MAY)
    assert course.one(DeviationOpened).suggested is None
    course.when(confirm("minor"), MAY).includes("deviation.confirmed")


def test_a_person_confirms_by_signature() -> None:
    """Who, in which words, over which deviation; the class stands on the record beside the suggestion."""
    course = late()
    deviation = course.state.deviations["D60", "late"]
    content = content_of(confirmed_content(course.state, deviation, "important"))
    event = course.when(confirm(content=content), MAY).one(DeviationConfirmed)
    assert (event.classed, event.suggested, event.signed.by) == ("important", "important", "investigator-1")
    assert event.signed.content == content
    assert course.state.governance.rulings["D60/late"].classed == "important"


def test_saying_otherwise_than_the_rules_needs_a_reason() -> None:
    """Also saying otherwise than before; with a reason each is taken, and the newest counts."""
    late().when(confirm("minor"), MAY).refused(Code.MALFORMED, "the protocol's rules say important")
    course = late().when(confirm("minor", reason="marrow was taken in time elsewhere"), MAY)
    course.when(confirm("important", reason="the marrow was not evaluable"), MAY)
    assert course.state.governance.rulings["D60/late"].classed == "important"
    course.when(confirm("minor"), MAY).refused(Code.MALFORMED, "it was classed important")


def test_the_same_class_again_is_no_news() -> None:
    """A second signature under the same class says who gave the first."""
    late().when(confirm(), MAY).when(confirm(), MAY).refused(Code.SAME_FACT, "already, by investigator-1")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SPONSOR, Role.AUDITOR])
def test_only_investigator_and_data_manager_class(role: Role) -> None:
    """The sentence names both."""
    said = confirm(by=Actor(id="somebody-1", role=role))
    late().when(said, MAY).refused(Code.WRONG_ROLE, "data_manager, investigator")


def test_a_class_is_signed_in_its_own_words_over_what_was_shown() -> None:
    """Other words and another content are refused."""
    other = confirm().model_copy(update={"meaning": "ok"})
    late().when(other, MAY).refused(Code.BAD_VALUE, "I have reviewed this deviation")
    late().when(confirm(content="0" * 64), MAY).refused(Code.OTHER_CONTENT)


def test_a_deviation_that_is_not_open_is_not_classed() -> None:
    """An unknown one is named with what was perhaps meant, a closed one with why it was closed."""
    late().when(confirm(deviation="D60/lat"), MAY).refused(Code.UNKNOWN_DEVIATION, "did you mean D60/late")
    closed = late().when(correct("D60", "2026-05-08"), MAY)
    closed.when(confirm(), MAY).refused(Code.UNKNOWN_DEVIATION, "is closed (corrected)")


def test_a_deviation_that_opens_again_is_classed_again() -> None:
    """The class of the old one stays on the record with it; the new one has none."""
    course = late().when(confirm(), MAY).when(correct("D60", "2026-05-11"), MAY)
    assert "D60/late/2" not in course.state.governance.rulings
    course.when(confirm(deviation="D60/late/2"), MAY).includes("deviation.confirmed")
    assert set(course.state.governance.rulings) == {"D60/late", "D60/late/2"}


def test_verification_works_the_signatures_out_again() -> None:
    """A class or an approval signed over another content than the record had is named by its number."""
    course = late().when(confirm(), MAY)
    assert list(mismatches(initial(rules()), course.record)) == []
    assert fold(initial(rules()), course.record) == course.state
    event = course.one(DeviationConfirmed)
    forged = [replace(each, classed="minor") if each is event else each for each in course.record]
    (found,) = mismatches(initial(rules()), forged)
    assert found[0] == len(forged)
    assert "the class of D60/late" in found[1]
