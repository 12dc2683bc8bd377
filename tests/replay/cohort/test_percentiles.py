"""Percentiles, chances and seeds are what their definitions say."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay.cohort.estimated import estimated
from replay.cohort.seeds import seed_of, seeds_of
from replay.cohort.spread import PERCENTILES, Spread

NUMBERS = st.lists(st.integers(0, 40) | st.floats(0, 40, allow_nan=False), min_size=1, max_size=60)


@given(NUMBERS)
def test_a_percentile_is_the_least_number_that_enough_are_not_above(numbers: list[float]) -> None:
    """As defined, number by number: the first in order that so many per cent of all are not above."""
    spread = Spread(numbers)
    for percent in (1, *PERCENTILES, 100):
        enough = [
            each
            for each in numbers
            if Fraction(sum(other <= each for other in numbers), len(numbers)) >= Fraction(percent, 100)
        ]
        assert spread.percentile(percent) == min(enough)


@given(NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_numbers_does_not_matter(numbers: list[float], chance_: object) -> None:
    """Counted in any order, percentiles and mean are the same to the last digit."""
    turned = sorted(numbers, key=lambda _: chance_.random())  # type: ignore[attr-defined]
    one, other = Spread(numbers), Spread(turned)
    assert (one.percentiles(), one.mean, one.of) == (other.percentiles(), other.mean, other.of)


@given(NUMBERS, st.integers(0, 60))
def test_who_had_none_of_it_counts_as_zero(numbers: list[float], more: int) -> None:
    """Filled up, a spread is that of the same numbers and zeros; the first one is left as it was."""
    spread = Spread(numbers)
    filled = spread.filled(len(numbers) + more)
    assert filled.percentiles() == Spread([*numbers, *[0] * more]).percentiles()
    assert (spread.of, filled.of) == (len(numbers), len(numbers) + more)


def test_of_nothing_there_is_no_percentile() -> None:
    """Without a number there is no percentile and no mean, rather than a zero."""
    assert (Spread().percentiles(), Spread().mean) == ((None,) * 5, None)


# Wilson's interval as published: Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
NEWCOMBE = {
    (81, 263): (0.2553, 0.3662),
    (15, 148): (0.0624, 0.1605),
    (0, 20): (0.0, 0.1611),
    (1, 29): (0.0061, 0.1718),
}


@pytest.mark.parametrize("case", NEWCOMBE)
def test_an_interval_is_the_published_one(case: tuple[int, int]) -> None:
    """Wilson's bounds at 95 %, as a paper gives them for real cases."""
    found = estimated(*case)
    assert (round(found.low, 4), round(found.high, 4)) == NEWCOMBE[case]


@given(st.integers(1, 5000).flatmap(lambda among: st.tuples(st.integers(0, among), st.just(among))))
def test_an_interval_holds_its_share_and_stays_a_chance(case: tuple[int, int]) -> None:
    """Between 0 and 1, around what was counted, and never without width: it might have been otherwise."""
    found = estimated(*case)
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert found.low < found.high


@pytest.mark.parametrize("case", [(0, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_has_no_interval(case: tuple[int, int]) -> None:
    """Of no studies, or in more than there are: an error, not a number."""
    with pytest.raises(ValueError, match="is no share"):
        estimated(*case)


@given(st.integers(0, 2**32), st.integers(1, 50), st.integers(0, 50))
def test_more_studies_begin_with_the_same_seeds(seed: int, studies: int, more: int) -> None:
    """Each study's seed follows from the first and its number; asking for more changes none."""
    first = list(seeds_of(seed, studies))
    assert list(seeds_of(seed, studies + more))[:studies] == first
    assert first[-1] == seed_of(seed, studies - 1)
    assert all(0 <= each < 2**48 for each in first)


def test_seeds_differ() -> None:
    """A thousand studies of two first seeds are two thousand different ones."""
    assert len({*seeds_of(1, 1000), *seeds_of(2, 1000)}) == 2000
