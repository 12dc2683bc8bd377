"""Spans: what is read is what was written, and months are months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.span import ZERO, Span, add_to_day, format_span, parse_span

days = st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 12, 31))
parts = st.tuples(st.integers(0, 300), st.integers(0, 5_000), st.integers(0, 2_000_000))
spans = st.builds(lambda part, sign: Span(*(sign * each for each in part)), parts, st.sampled_from([1, -1]))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("P60D", Span(days=60)),
        ("P8W", Span(days=56)),
        ("P6M", Span(months=6)),
        ("P1Y6M", Span(months=18)),
        ("PT4H", Span(seconds=14_400)),
        ("PT90M", Span(seconds=5_400)),
        ("P1DT12H", Span(days=1, seconds=43_200)),
        ("-P5D", Span(days=-5)),
        ("P0D", ZERO),
    ],
)
def test_a_duration_is_read(text: str, span: Span) -> None:
    """Each ISO 8601 duration that a protocol uses is read as what it says."""
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "P",
            "-P",
            "PT",
            "P1DT",
            "60D",
            "P60",
            "60",
            "P 60D",
            "p60d",
            "P60D ",
            "P60D\n",
            "P-5D",
            "+P5D",
            "P1.5D",
        ),
        *("P５D", "P1H", "PT1D", "P1D1M", "--P5D", "P1D;DROP", "P999999D"),
    ],
)
def test_what_is_no_duration_is_refused_with_one_that_is(text: str) -> None:
    """A text that is no duration is refused, quoting it and showing one that would be right."""
    with pytest.raises(ValueError, match=r"is not a duration: write an ISO 8601 duration such as P60D"):
        parse_span(text)


@pytest.mark.parametrize("text", ["P101Y", "P9999M", "-P40000D", "PT999999H"])
def test_a_span_beyond_a_century_is_refused(text: str) -> None:
    """A span that would leave the calendar is refused where it is read, not where it is added."""
    with pytest.raises(ValueError, match="longer than 100 years"):
        parse_span(text)


@given(spans)
def test_a_span_reads_back_as_itself(span: Span) -> None:
    """Writing a span and reading it gives the same span."""
    assert parse_span(format_span(span)) == span


@given(st.integers(1, 400), st.integers(-400, -1))
def test_a_span_of_mixed_signs_is_shown_and_never_misread(months: int, later: int) -> None:
    """A span that only arithmetic makes is shown with both signs and cannot be taken for another."""
    shown = str(Span(months=months, days=later))
    assert shown == f"P{months}M{later}D"
    with pytest.raises(ValueError, match="is not a duration"):
        parse_span(shown)


@pytest.mark.parametrize(
    ("day", "span", "expected"),
    [
        (date(2028, 2, 29), "P12M", date(2029, 2, 28)),
        (date(2027, 1, 31), "P1M", date(2027, 2, 28)),
        (date(2027, 1, 31), "P2M", date(2027, 3, 31)),
        (date(2027, 8, 31), "-P6M", date(2027, 2, 28)),
        (date(2026, 11, 30), "P3M", date(2027, 2, 28)),
        (date(2026, 12, 31), "P1D", date(2027, 1, 1)),
        (date(2026, 3, 2), "P60D", date(2026, 5, 1)),
    ],
)
def test_months_are_calendar_months_with_clamping(day: date, span: str, expected: date) -> None:
    """Six months are six months, never 180 days; a day that the month lacks becomes its last."""
    assert add_to_day(day, parse_span(span)) == expected


@given(days, st.integers(-300, 300))
def test_adding_months_lands_in_the_right_month_on_the_same_day_or_its_last(day: date, months: int) -> None:
    """The month is exactly as many months away; the day is the same, or the last that there is."""
    moved = add_to_day(day, Span(months=months))
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


@given(days, st.integers(-20_000, 20_000))
def test_adding_days_counts_days(day: date, count: int) -> None:
    """Days are counted one by one, whatever the calendar does."""
    assert (add_to_day(day, Span(days=count)) - day).days == count


@given(days, spans, spans)
def test_a_longer_span_never_lands_earlier(day: date, one: Span, other: Span) -> None:
    """Adding is monotonic: more months and at least as many days never give an earlier day."""
    if one.months <= other.months and one.days <= other.days:
        assert add_to_day(day, one) <= add_to_day(day, other)


@given(spans)
def test_hours_make_a_window_of_hours(span: Span) -> None:
    """A span is whole days exactly when it counts no hours, minutes or seconds."""
    assert span.whole_days is ("T" not in format_span(span))


def test_months_have_no_fixed_length() -> None:
    """Asking for the elapsed time of a span with months is an error, not an average."""
    with pytest.raises(ValueError, match="no fixed length"):
        _ = Span(months=1).elapsed
    assert Span(days=1, seconds=60).elapsed == timedelta(days=1, minutes=1)
