"""A repeatable milestone keeps each of its times, and each can be corrected by name."""

from __future__ import annotations

import pytest

from domain import Code, Standing
from domain.state import ItemState
from tests.domain.builders import at, correct, followed, plan, record, retract, stated
from tests.domain.spec import Course, given

JUNE = at("2026-06-20 12:00")


@pytest.fixture
def twice() -> Course:
    """Re-infused on 2026-05-20 and on 2026-06-10."""
    story = given(followed())
    story.when(record("reinfusion", "2026-05-20 10:00"), at("2026-05-20 11:00"))
    return story.when(record("reinfusion", "2026-06-10 10:00"), at("2026-06-10 11:00"))


def times(known: ItemState) -> list[str]:
    """Every time on record, oldest entry first."""
    assert known.happened is not None
    return [each.isoformat() for each in (*(each.happened for each in known.earlier), known.happened)]


def test_every_reinfusion_is_kept(twice: Course) -> None:
    """The second does not overwrite the first; day 0 stays the first infusion."""
    assert times(twice.state.item("reinfusion")) == ["2026-05-20T10:00:00+08:00", "2026-06-10T10:00:00+08:00"]
    assert twice.state.item("infusion").happened == stated("2026-03-02 09:30")
    assert twice.stands("reinfusion", JUNE) is Standing.DONE


def test_the_newest_is_corrected_unless_another_is_named(twice: Course) -> None:
    """Without a sequence number the newest is meant; with it the first can be put right too."""
    first = twice.state.item("reinfusion").earlier[0].seq
    twice.when(correct("reinfusion", "2026-06-09 10:00"), JUNE)
    twice.when(correct("reinfusion", "2026-05-21 10:00", seq=first), JUNE)
    assert times(twice.state.item("reinfusion")) == ["2026-05-21T10:00:00+08:00", "2026-06-09T10:00:00+08:00"]


def test_taking_back_one_leaves_the_other(twice: Course) -> None:
    """Either can be retracted; only when both are gone is it as if it had never happened."""
    twice.when(retract("reinfusion"), JUNE)
    assert times(twice.state.item("reinfusion")) == ["2026-05-20T10:00:00+08:00"]
    twice.when(retract("reinfusion"), JUNE)
    assert twice.state.item("reinfusion").happened is None
    twice.when(retract("reinfusion"), JUNE).refused(Code.NOTHING_TO_CORRECT)


def test_taking_back_the_first_leaves_the_second(twice: Course) -> None:
    """By its sequence number the older record goes and the newer stays in force."""
    twice.when(retract("reinfusion", seq=twice.state.item("reinfusion").earlier[0].seq), JUNE)
    assert times(twice.state.item("reinfusion")) == ["2026-06-10T10:00:00+08:00"]


def test_a_next_reinfusion_can_be_booked(twice: Course) -> None:
    """An appointment for the third, though two have happened."""
    twice.when(plan("reinfusion", "2026-07-01"), JUNE).then("appointment.planned")


def test_it_needs_the_first_infusion() -> None:
    """No re-infusion before the infusion's date."""
    given(followed()).when(record("reinfusion", "2026-03-01"), JUNE).refused(Code.OUT_OF_ORDER, "infusion")
