"""Dates known in part: kept as stated, and compared only as far as they are known."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.safety.partial import Partial, parse_partial
from tests.domain.builders import SHANGHAI

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2028", "2028-01-01", "2028-12-31"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2028-02-03", "2028-02-03", "2028-02-03"),
        ("2028-02-03T23:30:00+00:00", "2028-02-04", "2028-02-04"),
    ],
)
def test_a_partial_date_is_kept_and_spans_what_it_can_mean(text: str, first: str, last: str) -> None:
    """The text stays; the days are of the site's zone."""
    partial = parse_partial(text)
    assert str(partial) == text
    assert (partial.first_day(SHANGHAI).isoformat(), partial.last_day(SHANGHAI).isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-13", "not a real month"),
        ("2026-02-30", "not a real time"),
        ("26", "year"),
        ("2026-3", "month"),
        ("1899", "outside the years"),
        ("2026-03-02T09:30:00", "offset"),
    ],
)
def test_what_is_no_date_is_refused_with_what_would_be(text: str, said: str) -> None:
    """A wrong date says what is wrong with it and how one is written."""
    with pytest.raises(ValueError, match=said):
        parse_partial(text)


@given(DAYS, DAYS, st.sampled_from((4, 7, 10)), st.sampled_from((4, 7, 10)))
def test_before_is_said_only_of_what_is_surely_before(
    one: date, other: date, cut: int, cut_other: int
) -> None:
    """If one partial date is before another, every day it can mean is."""
    early, late = Partial(one.isoformat()[:cut]), Partial(other.isoformat()[:cut_other])
    if early.surely_before(late, SHANGHAI):
        assert one < other
        assert not late.surely_before(early, SHANGHAI)
