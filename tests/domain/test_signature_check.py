"""Every signed event of the record is worked out again: one over another content is named by its number."""

from __future__ import annotations

from dataclasses import replace
from typing import get_type_hints

from domain import initial
from domain.events import EVENT_TYPES, HoldLifted, ProductReleased
from domain.recorded import STUDY_SUBJECT
from domain.signature_check import mismatches, study_mismatches
from domain.signed import Signed
from tests.domain.builders import rules
from tests.domain.product.test_release import NOON, weak
from tests.domain.product.words import conditionally
from tests.domain.study.test_holds import held
from tests.domain.study.words import at, lift

OTHER = "0" * 64
CHECKED = {
    "gate.signed",
    "approval.granted",
    "deviation.confirmed",
    "product.released",
    "study.hold_lifted",
}


def test_every_event_that_carries_a_signature_is_checked() -> None:
    """A new signed event cannot be forgotten: it is listed here, and has its test."""
    signed = {
        name
        for name, event in EVENT_TYPES.items()
        if any(_carries(hint) for hint in get_type_hints(event).values())
    }
    assert signed | {"gate.signed"} == CHECKED


def test_a_conditional_release_is_worked_out_again() -> None:
    """Over the product, its number and its tests, as they stood."""
    story = weak().when(conditionally("2026-02-12"), NOON)
    assert list(mismatches(initial(rules()), story.record)) == []
    event = story.one(ProductReleased)
    assert event.signed is not None
    other = replace(event, signed=replace(event.signed, content=OTHER))
    forged = [other if each is event else each for each in story.record]
    (found,) = mismatches(initial(rules()), forged)
    assert found[0] == story.record.index(event) + 1
    assert f"the release of {event.product}" in found[1]


def test_a_lifted_hold_is_worked_out_again() -> None:
    """Over the hold as it fell and what it counted."""
    world = held().run(at("2026-02-12 15:00"))
    before = world.study
    world.when(STUDY_SUBJECT, lift(), at("2026-02-12 15:00"))
    events = [event for whose, event in world.events if whose == STUDY_SUBJECT]
    assert list(study_mismatches(before, events)) == []
    lifted = next(each for each in events if isinstance(each, HoldLifted))
    forged = [
        replace(lifted, signed=replace(lifted.signed, content=OTHER)) if each is lifted else each
        for each in events
    ]
    (found,) = study_mismatches(before, forged)
    assert "the lifting of hold-1" in found[1]


def _carries(hint: object) -> bool:
    return hint is Signed or Signed in getattr(hint, "__args__", ())
