"""Stated times: kept as stated, refused when they could mean two things."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.stated import (
    Instant,
    StatedField,
    day_of,
    earliest,
    end_of_day,
    format_stated,
    is_day,
    parse_instant,
    parse_stated,
    start_of_day,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Zones whose clocks change at midnight, at 2 or by half an hour, and one that skipped a whole day. None turns
# its clocks back into the day before (St. John's did until 2011, at 00:01); no zone has since 2015.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Shanghai",
        "Europe/Berlin",
        "America/New_York",
        "America/Santiago",
        "America/Havana",
        "America/Sao_Paulo",
        "Africa/Cairo",
        "Asia/Beirut",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    )
]
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2045, 12, 31))
instants = st.integers(631_152_000, 2_366_841_600).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-03-02", date(2026, 3, 2)),
        ("2028-02-29", date(2028, 2, 29)),
        ("2026-03-02T09:30:00+08:00", datetime(2026, 3, 2, 1, 30, tzinfo=UTC)),
        ("2026-03-02T01:30Z", datetime(2026, 3, 2, 1, 30, tzinfo=UTC)),
        ("2026-03-02T09:30:00.5+05:30", datetime(2026, 3, 2, 4, 0, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_a_day_or_an_instant_with_its_offset_is_read(text: str, value: date | datetime) -> None:
    """A site day stays a day; an instant is the one that its offset says."""
    assert parse_stated(text) == value
    assert is_day(parse_stated(text)) is (type(value) is date)


@pytest.mark.parametrize(
    "text",
    [
        *("2027-02-29", "2026-13-01", "2026-04-31", "2026-03-02T24:00:00+08:00", "2026-03-02T23:59:60+08:00"),
        *("2026-03-02T09:30:00", "2026-03-02 09:30:00+08:00", "20260302", "2026-W19-2", "2026-3-2"),
        *("2026-03-02T09:30:00+0800", "2026-03-02T09:30:00+25:00", "2026-03-02T09:30:00 Asia/Shanghai"),
        *(
            "0001-01-01",
            "9999-12-31",
            "1899-12-31",
            "2201-01-01",
            "２０２６-03-02",
            "2026-03-02\n",
            "",
            "now",
            "never",
        ),
    ],
)
def test_what_could_mean_two_things_or_nothing_is_refused(text: str) -> None:
    """Impossible days, times without offset, other notations and far years are refused, quoting the text."""
    with pytest.raises(ValueError, match=r"stated time|real time|outside the years") as refused:
        parse_stated(text)
    assert repr(text) in str(refused.value)


@given(days | instants)
def test_a_statement_reads_back_as_itself(value: date | datetime) -> None:
    """What is stored is what was stated: neither a day becomes a time nor the reverse."""
    again = parse_stated(format_stated(value))
    assert again == value
    assert type(again) is type(value)


@pytest.mark.parametrize("value", [5, 1.5, True, None, [], {}, "2026-03-02T09:30:00", datetime(2026, 3, 2)])  # noqa: DTZ001
def test_a_field_of_another_type_is_refused_like_any_bad_input(value: object) -> None:
    """A number, nothing, or a time without offset in a field is a validation error, never another crash."""
    adapters: tuple[TypeAdapter[Any], ...] = (TypeAdapter(StatedField), TypeAdapter(Instant))
    for adapter in adapters:
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


def test_a_day_is_no_instant() -> None:
    """Where an instant is needed a day is refused, because nobody said the hour."""
    with pytest.raises(ValueError, match="an instant is needed"):
        parse_instant("2026-03-02")
    assert parse_instant("2026-03-02T09:30:00+08:00") == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def test_an_early_morning_belongs_to_the_site_day() -> None:
    """07:30 in Shanghai on 1 March is 1 March, although it is still February in UTC."""
    infusion = parse_stated("2026-03-01T07:30:00+08:00")
    assert day_of(infusion, SHANGHAI) == date(2026, 3, 1)
    assert day_of(parse_stated("2026-02-28T23:30:00Z"), SHANGHAI) == date(2026, 3, 1)


def test_overdue_begins_at_local_midnight() -> None:
    """Day 60 plus 7 after 2 March 2026 in Shanghai ends at 2026-05-08T16:00:00Z."""
    last = date(2026, 3, 2) + timedelta(days=67)
    assert end_of_day(last, SHANGHAI) == datetime(2026, 5, 8, 16, tzinfo=UTC)


def test_the_earliest_meaning_of_a_day_is_its_local_start() -> None:
    """A day may have been its first instant; an instant is only itself."""
    assert earliest(date(2026, 3, 2), SHANGHAI) == datetime(2026, 3, 1, 16, tzinfo=UTC)
    instant = datetime(2026, 3, 2, 5, tzinfo=UTC)
    assert earliest(instant, SHANGHAI) == instant


@given(days, st.sampled_from(ZONES))
def test_a_local_day_begins_at_its_first_instant(day: date, zone: ZoneInfo) -> None:
    """The start of a day lies on it (on the next, when the zone skipped it), and a second before does not."""
    start = start_of_day(day, zone)
    assert start.astimezone(zone).date() >= day
    assert (start - timedelta(seconds=1)).astimezone(zone).date() < day


@given(days, st.sampled_from(ZONES))
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: ZoneInfo) -> None:
    """One day ends exactly where the next begins, and no day is longer than 26 hours or shorter than none."""
    assert end_of_day(day, zone) == start_of_day(day + timedelta(days=1), zone)
    length = end_of_day(day, zone) - start_of_day(day, zone)
    assert timedelta(0) <= length <= timedelta(hours=26)


@given(instants, st.sampled_from(ZONES))
def test_every_instant_lies_within_its_own_day(instant: datetime, zone: ZoneInfo) -> None:
    """The day of an instant begins at or before it and ends after it."""
    day = day_of(instant, zone)
    assert start_of_day(day, zone) <= instant < end_of_day(day, zone)


@pytest.mark.parametrize(
    ("zone", "day", "starts_at"),
    [
        ("America/Santiago", date(2026, 9, 6), time(1, 0)),
        ("Africa/Cairo", date(2026, 4, 24), time(1, 0)),
        ("America/Havana", date(2026, 3, 8), time(1, 0)),
        ("Asia/Shanghai", date(2026, 3, 8), time(0, 0)),
    ],
)
def test_a_day_whose_midnight_is_skipped_begins_when_the_clock_has_jumped(
    zone: str, day: date, starts_at: time
) -> None:
    """Where clocks jump over midnight the day begins at one o'clock, to the second."""
    start = start_of_day(day, ZoneInfo(zone)).astimezone(ZoneInfo(zone))
    assert (start.date(), start.time()) == (day, starts_at)


def test_a_day_that_a_zone_skipped_is_empty() -> None:
    """Apia had no 30 December 2011: the day begins and ends at the same instant."""
    apia = ZoneInfo("Pacific/Apia")
    assert start_of_day(date(2011, 12, 30), apia) == end_of_day(date(2011, 12, 30), apia)
