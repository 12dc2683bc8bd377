"""One function says how an item stands: total, and exact to the microsecond in every zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain import Standing, standing
from domain.plan import ACTUAL, EXPECTED, NO_BASIS, PROJECTED, STALE, window_from
from domain.rows import rows_of
from domain.span import Span
from domain.standing import Sight, outside, sight_of_row
from domain.state import Outcome
from domain.stated import Stated, day_of
from tests.domain.builders import at, enrolled, followed, infused, record
from tests.domain.spec import given

MOMENT = timedelta(microseconds=1)
OPENS, TARGET, CLOSES = (datetime(2026, 4, day, 16, tzinfo=UTC) for day in (23, 30, 30))
ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Shanghai",
        "Europe/Berlin",
        "America/New_York",
        "America/Santiago",
        "America/Havana",
        "Africa/Cairo",
        "Asia/Beirut",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    )
]


def sight(**more: object) -> Sight:
    """A pending, applicable item with a binding window."""
    body = {
        "outcome": Outcome.PENDING,
        "applicable": True,
        "basis": ACTUAL,
        "opens": OPENS,
        "target": TARGET - timedelta(days=3),
        "closes": CLOSES,
        "happened_at": None,
        **more,
    }
    return Sight(**body)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (OPENS - MOMENT, Standing.NOT_DUE),
        (OPENS, Standing.OPEN),
        (TARGET - timedelta(days=3) - MOMENT, Standing.OPEN),
        (TARGET - timedelta(days=3), Standing.PAST_TARGET),
        (CLOSES - MOMENT, Standing.PAST_TARGET),
        (CLOSES, Standing.OVERDUE),
        (CLOSES + timedelta(days=3650), Standing.OVERDUE),
    ],
)
def test_each_boundary_is_on_the_right_side(now: datetime, expected: Standing) -> None:
    """Open from the first instant, overdue from the exclusive end; never missed by itself."""
    assert standing(sight(), now) is expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"outcome": Outcome.MISSED}, Standing.MISSED),
        ({"outcome": Outcome.EXCUSED}, Standing.NOT_APPLICABLE),
        ({"applicable": False}, Standing.NOT_APPLICABLE),
        ({"basis": STALE}, Standing.STALE),
        ({"basis": PROJECTED}, Standing.PROJECTED),
        ({"basis": EXPECTED}, Standing.OVERDUE),
        ({"basis": NO_BASIS, "opens": None, "target": None, "closes": None}, Standing.NOT_DUE),
        ({"outcome": Outcome.DONE, "happened_at": OPENS}, Standing.DONE),
        ({"outcome": Outcome.DONE, "happened_at": OPENS - MOMENT}, Standing.DONE_OUTSIDE),
        ({"outcome": Outcome.DONE, "happened_at": CLOSES}, Standing.DONE_OUTSIDE),
        ({"outcome": Outcome.DONE, "happened_at": CLOSES - MOMENT}, Standing.DONE),
        ({"outcome": Outcome.DONE, "happened_at": CLOSES, "basis": PROJECTED}, Standing.DONE),
        ({"outcome": Outcome.DONE, "happened_at": OPENS, "basis": STALE}, Standing.STALE),
    ],
)
def test_each_way_an_item_can_stand(changed: dict[str, object], expected: Standing) -> None:
    """Long after its window, what was recorded and on what basis decides."""
    assert standing(sight(**changed), CLOSES + timedelta(days=30)) is expected


def test_it_answers_for_every_combination() -> None:
    """No outcome, basis, applicability or moment is without an answer (standing is total)."""
    windows = [(None, None, None), (OPENS, TARGET, CLOSES)]
    bases = (ACTUAL, EXPECTED, STALE, PROJECTED, NO_BASIS)
    seen = set()
    for outcome, applicable, basis, window, happened in product(
        Outcome, (True, False), bases, windows, (None, OPENS)
    ):
        for now in (OPENS - MOMENT, OPENS, CLOSES):
            found = Sight(outcome, applicable, basis, *window, happened)
            seen.add(standing(found, now))
            assert outside(found) in (None, "early", "late")
    assert seen <= set(Standing)
    assert get_args(Stated) == (date, datetime)


spans = st.integers(0, 40).map(lambda days: Span(days=days))
# Apia had no 30 December 2011: a window of that day alone is no window, so these begin after it.
anchors = st.one_of(
    st.dates(date(2012, 3, 1), date(2045, 1, 1)),
    st.integers(1_330_560_000, 2_366_841_600).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)


@for_all(anchor=anchors, target=spans, early=spans, late=spans, zone=st.sampled_from(ZONES))
def test_whole_day_windows_begin_and_end_at_local_midnight_in_every_zone(
    anchor: Stated, target: Span, early: Span, late: Span, zone: ZoneInfo
) -> None:
    """The first instant belongs to the first day, the last before the end to the last day, on any DST day."""
    opens, on_target, closes = window_from(target, early, late, anchor, zone)
    base = day_of(anchor, zone)
    first, aim = base + timedelta(days=target.days - early.days), base + timedelta(days=target.days)
    assert opens < on_target <= closes
    assert day_of(opens, zone) >= first > day_of(opens - MOMENT, zone)
    assert day_of(on_target - MOMENT, zone) <= aim < day_of(on_target, zone)
    assert day_of(closes - MOMENT, zone) <= aim + timedelta(days=late.days) < day_of(closes, zone)
    found = Sight(Outcome.PENDING, True, ACTUAL, opens, on_target, closes, None)
    moments = {opens: Standing.OPEN, closes: Standing.OVERDUE}
    for now, expected in moments.items():
        assert standing(found, now) is expected
        assert standing(found, now - MOMENT) is not expected


def test_a_day_of_25_hours_is_one_day() -> None:
    """On the day Berlin sets its clocks back a same-day visit is open for 25 hours."""
    berlin, day = ZoneInfo("Europe/Berlin"), date(2026, 10, 24)
    opens, _, closes = window_from(Span(days=1), Span(), Span(), day, berlin)
    assert (opens, closes) == (
        datetime(2026, 10, 24, 22, tzinfo=UTC),
        datetime(2026, 10, 25, 23, tzinfo=UTC),
    )


def test_hours_are_elapsed_hours_across_a_clock_change() -> None:
    """Six hours after 22:30 on the night New York sets its clocks forward is 05:30 on the wall."""
    zone = ZoneInfo("America/New_York")
    infusion = datetime(2026, 3, 7, 22, 30, tzinfo=zone)
    _, target, _ = window_from(Span(seconds=6 * 3600), Span(), Span(), infusion, zone)
    assert target == infusion.astimezone(UTC) + timedelta(hours=6)
    assert target.astimezone(zone).hour == 5


def test_a_milestone_that_is_never_due_never_turns_overdue() -> None:
    """The start of manufacture is expected and asked for by nobody; done late it is still told as late."""
    story = given(enrolled(), [(at("2026-01-16 09:40"), record("leukapheresis", "2026-01-16"))])
    for now in ("2026-01-16", "2026-01-18", "2026-01-25"):
        assert story.stands("manufacturing_start", at(now)) is Standing.PROJECTED
    assert not story.run(at("2026-01-25")).alerts()
    story.when(record("manufacturing_start", "2026-01-24"), at("2026-01-25 10:00"))
    assert story.stands("manufacturing_start", at("2026-01-26")) is Standing.DONE_OUTSIDE


def test_lists_and_core_give_one_answer() -> None:
    """Each row of the read model stands as the state does, at any moment of the trial."""
    for story in (given(enrolled()), given(infused()), given(followed())):
        rows = {row.item: row for row in rows_of(story.state).items}
        for text in ("2026-01-10", "2026-03-02 15:00", "2026-05-09", "2027-03-01", "2041-06-01"):
            for item in story.state.protocol.items:
                now = at(text)
                assert standing(sight_of_row(rows[item]), now) is story.stands(item, now)
