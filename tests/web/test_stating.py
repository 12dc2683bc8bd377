"""A day and a time of a form become what a person stated, or are asked for again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.stating import Unstated, stated_from
from domain.stated import parse_stated

ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Paris", "America/New_York", "Australia/Lord_Howe"])
DAYS = st.dates(date(1990, 1, 1), date(2035, 12, 31))
CLOCKS = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@given(DAYS, CLOCKS, ZONES)
def test_what_is_stated_is_the_wall_clock_that_was_typed(day: date, clock: time, zone: str) -> None:
    """What comes out shows the typed day and time on the site's clock, or the time is asked for again."""
    place = ZoneInfo(zone)
    try:
        stated = stated_from(day.isoformat(), clock.isoformat("minutes"), place)
    except Unstated as unstated:
        assert (unstated.field, unstated.why) in (("clock", "skipped"), ("clock", "twice"))  # noqa: PT017
        return
    value = parse_stated(stated)
    assert isinstance(value, datetime)
    assert value.astimezone(UTC).astimezone(place).replace(tzinfo=None) == datetime.combine(day, clock)


@given(DAYS)
def test_a_day_alone_stays_a_day(day: date) -> None:
    """Without a time no time is invented."""
    assert parse_stated(stated_from(day.isoformat(), " ", ZoneInfo("Asia/Shanghai"))) == day


@pytest.mark.parametrize(
    ("day", "clock", "why"),
    [
        ("2026-03-29", "02:30", "skipped"),
        ("2026-10-25", "02:30", "twice"),
        ("2026-02-30", "", "unreadable"),
        ("", "09:00", "missing"),
        ("2026-03-02", "25:00", "unreadable"),
    ],
)
def test_a_time_the_clock_does_not_show_once_is_asked_again(day: str, clock: str, why: str) -> None:
    """In Paris, half past two was skipped in March and came twice in October."""
    with pytest.raises(Unstated) as unstated:
        stated_from(day, clock, ZoneInfo("Europe/Paris"))
    assert unstated.value.why == why
