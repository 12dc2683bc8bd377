"""The load of a week is counted from alerts as the record has them, in the weeks of the site."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import FrozenLadder, FrozenRung
from domain.roles import Role
from domain.state import Alert, AlertKind
from replay.cohort.weeks import weeks_of

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 1, 5)
MIDNIGHT = datetime(2026, 1, 4, 16, tzinfo=UTC)
LADDER = FrozenLadder("visit", (FrozenRung(0, Role.COORDINATOR),), 3600, True, False, 3600, 3600)
HOURS = st.integers(0, 24 * 60)


def alert(raised: int, lasts: int | None, kind: AlertKind = AlertKind.OVERDUE) -> Alert:
    """An alert raised so many hours after the first midnight; `lasts` hours, None: it is still open."""
    at = MIDNIGHT + timedelta(hours=raised)
    resolved = at + timedelta(hours=lasts) if lasts is not None else None
    return Alert("P-001/D28/overdue", kind, "D28", at, at, LADDER, None, None, resolved_at=resolved)


ALERTS = st.lists(
    st.builds(alert, HOURS, st.none() | st.integers(0, 800), st.sampled_from([*AlertKind])), max_size=12
)


@given(ALERTS, st.integers(0, 80))
def test_an_alert_counts_in_every_week_it_meets(alerts: list[Alert], days: int) -> None:
    """Week by week: what was raised before its end and not settled before its beginning, once each."""
    weeks = weeks_of(alerts, FIRST, FIRST + timedelta(days=days), ZONE)
    assert len(weeks.open) == days // 7 + 1
    for week in range(len(weeks.open) - 1):  # the last one takes whatever comes after it too
        begins = MIDNIGHT + timedelta(weeks=week)
        met = [
            each
            for each in alerts
            if each.raised_at < begins + timedelta(weeks=1)
            and (each.resolved_at is None or each.resolved_at >= begins)
        ]
        assert weeks.open[week] == len(met)
        assert weeks.overdue[week] == sum(each.kind is AlertKind.OVERDUE for each in met)
        assert weeks.raised[week] == sum(each.raised_at >= begins for each in met)
    assert sum(weeks.raised) == len(alerts)


@pytest.mark.parametrize(("hour", "week"), [(7 * 24 - 1, 0), (7 * 24, 1)])
def test_weeks_change_at_the_midnight_of_the_site(hour: int, week: int) -> None:
    """An hour before midnight in the site's zone it is the old week, at midnight the new one."""
    weeks = weeks_of([alert(hour, 1)], FIRST, FIRST + timedelta(days=13), ZONE)
    assert weeks.raised.index(1) == week


def test_what_is_never_settled_waits_to_the_end() -> None:
    """An alert that nobody resolves is open in every week that follows."""
    weeks = weeks_of([alert(24, None)], FIRST, FIRST + timedelta(days=27), ZONE)
    assert weeks.open == weeks.overdue == (1, 1, 1, 1)
    assert weeks.raised == (1, 0, 0, 0)


def test_a_reminder_is_open_and_not_overdue() -> None:
    """Only the overdue alert of an item says that the item is overdue."""
    weeks = weeks_of([alert(24, 2, AlertKind.DUE_SOON)], FIRST, FIRST, ZONE)
    assert (weeks.open, weeks.overdue) == ((1,), (0,))
