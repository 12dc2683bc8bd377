"""The picture places every shape where its day is."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from console.sights import ItemSight
from console.web.drawing import LEFT, RIGHT, WIDTH, Swimmer, bar, plot

ZONE = ZoneInfo("Asia/Shanghai")
ZERO = date(2026, 2, 10)
NOW = datetime(2026, 3, 6, 7, tzinfo=UTC)


def item(first: int, days: int, **more: Any) -> ItemSight:
    """A visit whose window opens `first` days after day 0 and is `days` long."""
    opens = datetime(2026, 2, 9, 16, tzinfo=UTC) + timedelta(days=first)
    shown: dict[str, Any] = dict.fromkeys(ItemSight.__dataclass_fields__)
    shown |= {"item": f"D{first}", "label": f"Day {first}", "standing": "not due", "basis": "actual"}
    shown |= {"opens": opens, "target": opens + timedelta(days=1), "closes": opens + timedelta(days=days)}
    return ItemSight(**{**shown, **more})


def swimmer(*items: ItemSight, ended: bool = False) -> Swimmer:
    """Somebody with these items."""
    return Swimmer("P-001", ZONE, ZERO, ended, items)


@given(st.lists(st.tuples(st.integers(-80, 140), st.integers(1, 30)), min_size=1, max_size=20))
def test_every_window_stands_in_the_picture_in_its_order(windows: list[tuple[int, int]]) -> None:
    """Windows lie within the drawing, and one that opens later never stands further left."""
    drawn = plot([swimmer(*(item(first, days) for first, days in windows))], NOW)
    [lane] = drawn.swims
    assert len(lane.windows) == len(windows)
    for shape in lane.windows:
        assert shape.x >= LEFT and shape.x + shape.width <= WIDTH - RIGHT + 2
    placed = sorted(zip(windows, lane.windows, strict=True), key=lambda each: each[0][0])
    assert [shape.x for _, shape in placed] == sorted(shape.x for _, shape in placed)


@given(st.integers(-80, 140), st.integers(1, 60), st.integers(-50, 140))
def test_what_happened_in_its_window_is_drawn_in_it(first: int, days: int, day: int) -> None:
    """A mark stands within its window's box exactly when it happened within the window."""
    happened = (ZERO + timedelta(days=day)).isoformat()
    drawn = plot([swimmer(item(first, days, happened=happened, standing="done"))], NOW)
    [window], [mark] = drawn.swims[0].windows, drawn.swims[0].marks
    inside = first <= day < first + days
    assert (window.x - 0.1 <= mark.x <= window.x + window.width + 0.1) >= inside


def test_days_of_the_first_weeks_stand_apart() -> None:
    """Daily visits have room for a finger's breadth of their own, years of follow-up beside them."""
    drawn = plot(
        [swimmer(*(item(day, 1) for day in (*range(15), 180, 360)))], datetime(2027, 3, 1, tzinfo=UTC)
    )
    xs = [shape.x for shape in drawn.swims[0].windows[:15]]
    assert min(after - before for before, after in itertools.pairwise(xs)) >= 12


def test_who_has_no_day_zero_is_named_and_not_placed() -> None:
    """Somebody whose day 0 nobody knows has no lane, and is not forgotten."""
    drawn = plot([swimmer(item(0, 1)), Swimmer("P-002", ZONE, None, False, ())], NOW)
    assert [each.participant for each in drawn.swims] == ["P-001"]
    assert drawn.absent == ("P-002",)


def test_nobody_is_drawn_as_nobody() -> None:
    """A study without participants has an empty picture."""
    assert plot([], NOW).swims == ()


@given(st.integers(-100, 100), st.integers(1, 40))
def test_a_strip_holds_its_window(first: int, days: int) -> None:
    """A strip shows its whole window between 0 and 100, and what is far away not at all."""
    strip = bar(item(first, days), ZONE, NOW)
    assert strip is not None and strip.target is not None
    assert 0 <= strip.opens < strip.target <= strip.closes <= 100


def test_an_item_without_a_window_has_no_strip() -> None:
    """There is nothing to draw for what is never due."""
    assert bar(item(0, 1, opens=None, closes=None), ZONE, NOW) is None
