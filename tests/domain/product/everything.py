"""Everything of the product in one place, for the tables that leave nothing out.

The rule that keeps it honest: a new event, command or refusal of the product is missed by those tables until
it is told here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain import Code, Refused
from domain.commands import Asked, CorrectIdentity
from domain.events import IdentityBound, NumberTaken
from domain.evolve import ParticipantEvent
from domain.protocol.product import Form
from domain.study import answer, fold_study, study_rules
from tests.domain.builders import COORDINATOR, at, cleared, collected, followed, made, record, released
from tests.domain.product.words import (
    TWO,
    assess,
    bind,
    book,
    cancel,
    clear,
    conditionally,
    fail,
    hand,
    lab,
    making,
    misread,
    move,
    release,
)
from tests.domain.spec import Course, given

MAY = at("2026-05-11 09:00")
FEBRUARY = at("2026-02-16 12:00")
RENAMED = CorrectIdentity(actor=COORDINATOR, number="COI-2", persons=TWO, reason="misread label")

ASKED: list[Asked] = [
    bind("2026-01-16"),
    RENAMED,
    hand("to_bedside", "2026-03-02 09:00"),
    clear("M1"),
    assess("X1", usable=True),
    making("2026-02-04", Form.FROZEN),
    lab("2026-02-11"),
    release("2026-02-12"),
    conditionally("2026-02-12"),
    fail("2026-02-16"),
    book("bed", "2026-05-20"),
    move("bed", "2026-05-21"),
    cancel("bed"),
]
"""Each command of the product once."""


def every_event() -> list[ParticipantEvent]:
    """Records in which every event of the product happens at least once."""
    story = misread(
        given(collected()[:-1]), hand("cells_received", "2026-01-17 09:00", number="X-1"), "2026-01-17 09:00"
    )
    story.refusal = None
    story.when(clear("M1"), at("2026-01-17 10:00"))
    warm = given(released()[:-1]).when(book("bed", "2026-02-25"), at("2026-02-13 12:00"))
    warm.when(move("bed", "2026-02-26"), at("2026-02-13 13:00")).when(cancel("bed"), at("2026-02-13 14:00"))
    warm.when(hand("product_received", "2026-02-14 10:00", temperature="-20"), at("2026-02-14 11:00"))
    warm.when(assess("X1", usable=False), at("2026-02-14 12:00")).when(RENAMED, at("2026-02-14 13:00"))
    return [*story.record, *warm.record]


def _mismatch() -> Course:
    return given(made()).when(hand("product_shipped", "2026-02-12 10:00", number="X-1"), FEBRUARY)


def _of_another() -> Course:
    other = hand("product_shipped", "2026-02-12 10:00", seen_participant="EX02-002")
    return given(made()).when(other, FEBRUARY)


def _weak() -> Course:
    weak = given(made()).when(lab("2026-02-11", viability="64"), at("2026-02-11 12:00"))
    return weak.when(release("2026-02-12"), FEBRUARY)


def _expired() -> Course:
    fresh = making("2026-02-04 10:00", Form.FRESH)
    told = [(when, fresh if each.kind == fresh.kind else each) for when, each in cleared()]
    return given(told).when(record("infusion", "2026-03-02 09:30"), at("2026-03-02 09:40"))


def _taken() -> Course:
    story = given(collected())
    others = fold_study([NumberTaken("EX02-002", "COI-EX02-001")])
    bound = [each for each in story.record if isinstance(each, IdentityBound)]
    try:
        answer(others, study_rules(story.state.rules), story.state, bound, FEBRUARY)
    except Refused as refused:
        story.refusal, story.events = refused, ()
    return story


STORIES: Mapping[Code, Callable[[], Course]] = {
    Code.NO_PRODUCT: lambda: given(collected()[:-3]).when(hand("cells_collected", "2026-01-16"), FEBRUARY),
    Code.IDENTITY_MISMATCH: _mismatch,
    Code.OTHER_PARTICIPANTS_PRODUCT: _of_another,
    Code.HAND_OVER_ORDER: lambda: given(released()).when(hand("product_shipped", "2026-02-15"), FEBRUARY),
    Code.NUMBER_TAKEN: _taken,
    Code.PERSONS_NEEDED: lambda: given(collected()[:-3]).when(bind("2026-01-16", persons=()), FEBRUARY),
    Code.NOT_RELEASED: lambda: given(made()).when(hand("product_shipped", "2026-02-12"), FEBRUARY),
    Code.ALREADY_RELEASED: lambda: given(followed()).when(release("2026-02-20"), MAY),
    Code.OUT_OF_SPECIFICATION: _weak,
    Code.PRODUCT_EXPIRED: _expired,
    Code.UNKNOWN_RESOURCE: lambda: given(released()).when(book("bedd", "2026-02-26"), FEBRUARY),
    Code.BOOKING_CLASH: lambda: given(released()).when(book("bed", "2026-02-28"), FEBRUARY),
}
"""Each refusal of the product; that a number is taken is said by the study."""
