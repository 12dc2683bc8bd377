"""`timeline` and its swimmer: windows and what happened, drawn in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from console.sights import ItemSight
from console.swimmer import swim
from domain.stated import end_of_day, start_of_day
from tests.console.terminal import Terminal

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 6, 7, tzinfo=UTC)
DAYS = st.dates(date(2025, 6, 1), date(2027, 6, 1))


def item(code: str, first: date, target: date, last: date, happened: date | None = None) -> ItemSight:
    """An item as lists show it; how it stands does not matter to the drawing."""
    return ItemSight(
        item=code,
        label=code,
        category="visit",
        optional=False,
        standing="done" if happened else "not due",
        basis="actual",
        anchor="infusion",
        anchor_on=None,
        whole_days=True,
        opens=start_of_day(first, ZONE),
        target=end_of_day(target, ZONE),
        closes=end_of_day(last, ZONE),
        first_day=first,
        target_day=target,
        last_day=last,
        days_left=None,
        hard_stop=None,
        frame_ends=None,
        outcome="done" if happened else "pending",
        happened=happened.isoformat() if happened else None,
        appointment=None,
        reason=None,
        record_seq=None,
    )


@given(
    st.lists(st.tuples(DAYS, st.integers(0, 60), st.none() | DAYS), min_size=1, max_size=12), st.booleans()
)
def test_nothing_is_drawn_outside_the_lane_or_lost(
    drawn: list[tuple[date, int, date | None]], everything: bool
) -> None:
    """Every item is on a lane no wider than asked or named as later, and what happened has its mark."""
    items = [
        item(f"V{number}", first, first, first + timedelta(days=length), happened)
        for number, (first, length, happened) in enumerate(drawn)
    ]
    swimmer = swim(items, ZONE, NOW, 60, everything=everything)
    shown = [lane.item.item for lane in swimmer.lanes] + [each.item for each in swimmer.later]
    assert sorted(shown) == sorted(each.item for each in items)
    assert not (everything and swimmer.later)
    for lane in swimmer.lanes:
        assert len(lane.drawing) <= 60
        assert ("●" in lane.drawing) is (lane.item.happened is not None)
    assert len(swimmer.axis) <= 60


@given(DAYS, DAYS)
def test_marks_stand_in_the_order_of_time(one: date, other: date) -> None:
    """Of two things that happened, the earlier one's mark is never to the right of the later one's."""
    items = [item("A", one, one, one, one), item("B", other, other, other, other)]
    lanes = swim(items, ZONE, NOW, 80, everything=True).lanes
    columns = {lane.item.item: lane.drawing.index("●") for lane in lanes}
    assert (columns["A"] <= columns["B"]) if one <= other else (columns["A"] >= columns["B"])


def test_missed_excused_and_planned_have_marks_of_their_own() -> None:
    """A missed, an excused and a planned item can be told apart without colour."""
    visit = item("V", date(2026, 3, 1), date(2026, 3, 3), date(2026, 3, 5))
    marks = {"missed": "×", "excused": "○"}
    for outcome, mark in marks.items():
        [lane] = swim([replace(visit, outcome=outcome)], ZONE, NOW, 60).lanes
        assert mark in lane.drawing
    [lane] = swim([replace(visit, appointment="2026-03-04")], ZONE, NOW, 60).lanes
    assert "◆" in lane.drawing


def test_timeline_draws_windows_and_lists_events(dayzero: Terminal) -> None:
    """A participant's timeline has a lane per item, names what lies years ahead, and lists the events."""
    said = dayzero("timeline", "P-001")
    assert said.code == 0
    lane = next(line for line in said.lines if line.startswith("infusion"))
    assert "●" in lane
    assert lane.rstrip().endswith("2026-02-10T09:30:00+08:00")
    assert "later: M6 2026-07-27" in said.out
    assert "alert raised: P-001/D21/overdue" in said.out
    assert "day-zero (system)" in said.out


def test_timeline_as_data_has_every_event(dayzero: Terminal) -> None:
    """`timeline --json` has all events, each with who asked and when it was recorded (INV-14)."""
    data = dayzero("timeline", "P-001", "--json").data
    assert [each["seq"] for each in data["events"]] == list(range(1, data["version"] + 1))
    assert all(each["by"] and each["role"] and each["recorded_at"].endswith("Z") for each in data["events"])
    infusion = next(each for each in data["events"] if "infusion" in each["says"] and each["happened"])
    assert infusion["happened"] == "2026-02-10T09:30:00+08:00"
