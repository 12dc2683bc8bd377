"""Survival curves and the course of an event as pictures: where each shape stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.endpoints.sights import CurveSight, StepSight
from console.web.drawing_grades import course
from console.web.drawing_survival import survival
from domain.safety.book import AdverseEvent, Grading
from domain.safety.partial import Partial, parse_partial
from domain.safety.terms import AeOutcome, Expectedness, Relation

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 20)


def curve(*steps: tuple[int, int, int, int, float]) -> CurveSight:
    """A curve of (day, at risk, events, censored, survival), with bounds from the first event on."""
    sights = [
        StepSight(
            day, risk, events, censored, share, share / 2 if share < 1 else None, 0.99 if share < 1 else None
        )
        for day, risk, events, censored, share in steps
    ]
    return CurveSight(1, 1, None, None, None, [], sights)


def test_nobody_has_no_picture() -> None:
    """A curve without steps is not drawn."""
    assert survival(curve()) is None


def test_a_curve_steps_down_on_its_days() -> None:
    """It begins at the top left, goes down on the day of an event, and marks who was last watched there."""
    drawn = survival(curve((100, 4, 1, 0, 0.75), (200, 3, 0, 1, 0.75), (300, 2, 1, 0, 0.375)))
    assert drawn is not None
    corners = [tuple(map(float, each.split(","))) for each in drawn.curve.split()]
    assert corners[0] == (drawn.left, drawn.top)
    assert [y for _, y in corners] == sorted(y for _, y in corners)
    assert len(drawn.censored) == 1 and len(drawn.bands) == 2
    assert [(each.months, each.at_risk) for each in drawn.ticks][:3] == [(0, 4), (2, 4), (4, 3)]


@given(st.lists(st.integers(0, 9000), min_size=1, max_size=9, unique=True))
def test_no_curve_leaves_its_picture(days: list[int]) -> None:
    """However long anybody was watched, everything stands within the axes, and few months are named."""
    drawn = survival(curve(*((day, 9, 0, 1, 1.0) for day in sorted(days))))
    assert drawn is not None and 2 <= len(drawn.ticks) <= 10
    assert all(drawn.left <= x <= drawn.right and y == drawn.top for x, y in drawn.censored)


def event(*gradings: tuple[int, str], scale: str = "CTCAE") -> AdverseEvent:
    """An event with these grades, each since a day as far as it is known."""
    onset = Partial(gradings[0][1]) if gradings else Partial("2026-03-01")
    graded = tuple(Grading(grade, scale, "4.0", parse_partial(when), TODAY, 1) for grade, when in gradings)
    return AdverseEvent(
        "AE1", "Fever", onset, TODAY, Relation.POSSIBLE, Expectedness.EXPECTED, frozenset(), None,
        preexisting=False, worsens=None, dlt=False, opened=1, seqs=(1,), gradings=graded,
    )  # fmt: skip


def test_an_event_without_a_grade_has_no_picture() -> None:
    """What was not graded is not drawn."""
    assert course(event(), TODAY, ZONE) is None


def test_each_grade_holds_until_the_next() -> None:
    """The line of a grade goes from its day to the next one, the last to today, higher grades higher up."""
    drawn = course(event((2, "2026-03-01"), (4, "2026-03-05"), (1, "2026-03-10")), TODAY, ZONE)
    assert drawn is not None and drawn.open
    first, second, third = drawn.stretches
    assert (first.x, third.to_x) == (drawn.left, drawn.right)
    assert first.to_x == second.x and second.to_x == third.x
    assert second.y < first.y < third.y
    assert drawn.climbs == ((second.x, first.y, second.y), (third.x, second.y, third.y))


def test_a_closed_event_ends_where_it_was_resolved() -> None:
    """The picture goes to the day it was resolved, and not on to today."""
    closed = replace(
        event((2, "2026-03-01")), outcome=AeOutcome.RECOVERED, resolved=parse_partial("2026-03-04")
    )
    drawn = course(closed, TODAY, ZONE)
    assert drawn is not None and not drawn.open
    assert [day for _, day in drawn.ticks][-1] == date(2026, 3, 4)


@pytest.mark.parametrize("when", ["2026", "2026-03"])
def test_a_day_known_in_part_is_drawn_as_uncertain(when: str) -> None:
    """Up to the last day it can mean the line says that it may not hold yet."""
    drawn = course(event((2, when)), TODAY, ZONE)
    assert drawn is not None
    [only] = drawn.stretches
    assert only.uncertain is not None and drawn.left < only.uncertain <= drawn.right


def test_grades_of_another_scale_are_not_drawn_beside() -> None:
    """Grades of two scales are never compared: the picture has those of the scale it is graded on now."""
    mixed = event((2, "2026-03-01"), (4, "2026-03-05"))
    other = replace(mixed, gradings=(replace(mixed.gradings[0], scale="ASTCT-CRS"), mixed.gradings[1]))
    drawn = course(other, TODAY, ZONE)
    assert drawn is not None and [each.grade for each in drawn.stretches] == [4]
