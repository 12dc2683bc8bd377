"""The parts of a what-if: what its fields carry, how days are counted, and where bars stand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.what_if.load import HEIGHT, TOP, charts
from console.web.what_if.shifting import FURTHEST, in_days
from console.web.what_if.tries import MOST_TRIED, Faulty, Try, barrier, tries_in
from console.web.what_if.turn import with_reason
from replay.plans import Load

NOW = datetime(2026, 3, 6, tzinfo=UTC)
MONDAY = date(2026, 3, 2)


def weeks(*counts: tuple[int, int], site: str = "hefei") -> list[Load]:
    """One week after another, with its visits before and after."""
    return [Load(site, MONDAY + timedelta(weeks=number), *each) for number, each in enumerate(counts)]


@given(st.text(max_size=12), st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))))
def test_what_is_carried_comes_back(reason: str, at: datetime | None) -> None:
    """Whatever somebody typed survives the way through a field of the page."""
    at = at.replace(year=2026) if at is not None else None
    asked = Try("P-001", {"kind": "excuse_visit", "item": "D28", "reason": reason}, at)
    assert tries_in([asked.carried]) == (asked,)


def test_more_than_one_look_takes_in_is_refused() -> None:
    """A page carries so many commands at most."""
    one = Try("P-001", {"kind": "plan_item", "item": "D28"}).carried
    assert len(tries_in([one] * MOST_TRIED)) == MOST_TRIED
    with pytest.raises(Faulty, match="at once at most"):
        tries_in([one] * (MOST_TRIED + 1))


@pytest.mark.parametrize(
    ("kind", "at", "why"),
    [
        ("sign_gate", None, "signed"),
        ("lift_hold", None, "signed"),
        ("hand_over", None, "alone"),
        ("bind_identity", None, "alone"),
        ("plan_item", NOW + timedelta(hours=1), "ahead"),
        ("plan_item", None, None),
    ],
)
def test_what_is_recorded_elsewhere_says_why(kind: str, at: datetime | None, why: str | None) -> None:
    """Signatures, what leaves a record when refused, and what lies ahead are not recorded from a what-if."""
    assert barrier(Try("P-001", {"kind": kind}, at), NOW) == why


def test_a_reason_goes_to_whom_it_is_asked_for() -> None:
    """The reason stated at the end is that of the moves that lack one, and of no other command."""
    tries = tuple(
        Try("P-001", json.loads(each)) for each in ('{"kind": "a"}', '{"kind": "b", "reason": "x"}')
    )
    assert [each.body.get("reason") for each in with_reason(tries, "0", "late")] == ["late", "x"]
    assert with_reason(tries, "", "late") == tries


@pytest.mark.parametrize(
    ("text", "days"),
    [("5", 5), ("-2", -2), ("0", None), ("", None), ("five", None), (str(FURTHEST + 1), None), ("1e3", None)],
)
def test_days_are_a_number(text: str, days: int | None) -> None:
    """Days are whole, not none, and not more than a year."""
    assert in_days(text) == days


def test_a_chart_shows_every_week_to_scale() -> None:
    """Bars are as high as their counts, the highest fills the height, and weeks that change are named."""
    (chart,) = charts(weeks((4, 2), (1, 1), (0, 2)))
    assert [each.before[1] for each in chart.bars] == [HEIGHT, HEIGHT / 4, 0]
    assert all(
        round(y + height, 1) == TOP + HEIGHT for each in chart.bars for y, height in (each.before, each.after)
    )
    assert [each.week for each in chart.moved] == [MONDAY, MONDAY + timedelta(weeks=2)]
    assert chart.busiest == (4, 2)
    assert [number for _, number in chart.ticks] == [0, 1, 2, 3, 4]


def test_a_site_whose_work_stays_has_no_chart() -> None:
    """Only where the work of a week changes is there something to see."""
    found = charts([*weeks((1, 1), (2, 2), site="beijing"), *weeks((1, 0), (0, 1), site="hefei")])
    assert [each.site for each in found] == ["hefei"]


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=30))
def test_a_chart_of_any_size_can_be_drawn(counts: list[tuple[int, int]]) -> None:
    """However many visits there are, no bar leaves the drawing and few lines cross it."""
    for chart in charts(weeks(*counts)):
        assert all(TOP <= y <= chart.base for each in chart.bars for y, _ in (each.before, each.after))
        assert 1 <= len(chart.ticks) <= 6


def test_months_are_named_where_they_have_room() -> None:
    """The first week of each month is named; the first of all only where its name does not meet the next."""
    (early,) = charts(weeks((1, 0), *[(1, 1)] * 8))
    late = [
        Load(each.site, each.week + timedelta(weeks=3), each.before, each.after)
        for each in weeks((1, 0), *[(1, 1)] * 8)
    ]
    assert [each.load.week.day for each in early.bars if each.named] == [2, 6]
    assert [each.load.week.month for each in charts(late)[0].bars if each.named] == [4, 5]
