"""Intervals and curves against published figures, and against what must hold for any data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.endpoints import statistics
from console.endpoints.statistics import Interval, StatisticsMissing, exact_interval, survival_curve

# Weeks in remission under 6-mercaptopurine: Freireich et al., Blood 1963;21:699; True: a relapse.
FREIREICH = [
    *((week, True) for week in (6, 6, 6, 7, 10, 13, 16, 22, 23)),
    *((week, False) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)),
]
# The estimate and the numbers at risk as Kleinbaum and Klein print them (Survival Analysis, chapter 2).
PUBLISHED = {
    6: (21, 0.857), 7: (17, 0.807), 10: (15, 0.753), 13: (12, 0.690), 16: (11, 0.627), 22: (7, 0.538),
    23: (6, 0.448),
}  # fmt: skip

watched = st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("counted", "among", "low", "high"),
    [
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0000, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_the_exact_interval_is_the_published_one(counted: int, among: int, low: float, high: float) -> None:
    """The four worked examples of Newcombe (Stat Med 1998;17:857, method 5, Clopper-Pearson) come out."""
    found = exact_interval(counted, among)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize("among", range(1, 21))
def test_none_and_all_have_the_closed_form(among: int) -> None:
    """Of 0/n the bounds are 0 and 1 - 0.025^(1/n), of n/n their mirror image."""
    edge = 1 - 0.025 ** (1 / among)
    none, everybody = exact_interval(0, among), exact_interval(among, among)
    assert none.low == 0
    assert none.high == pytest.approx(edge)
    assert everybody.low == pytest.approx(1 - edge)
    assert everybody.high == 1


def test_of_nobody_there_is_no_interval() -> None:
    """Nothing by nothing is no share and has no bounds: it is said, and nothing breaks."""
    assert exact_interval(0, 0) == Interval(None, None)
    curve = survival_curve([])
    assert (curve.steps, curve.median, curve.at_risk(0), curve.survival(0)) == ((), None, 0, None)


@given(st.integers(1, 200).flatmap(lambda among: st.tuples(st.integers(0, among), st.just(among))))
def test_the_interval_contains_the_share_and_is_a_mirror_image(pair: tuple[int, int]) -> None:
    """The estimate lies between the bounds, and who did not respond has the interval turned round."""
    counted, among = pair
    found, mirrored = exact_interval(counted, among), exact_interval(among - counted, among)
    assert found.low is not None and found.high is not None
    assert 0 <= found.low <= counted / among <= found.high <= 1
    assert mirrored.low == pytest.approx(1 - found.high)
    assert mirrored.high == pytest.approx(1 - found.low)


def test_the_curve_is_the_published_one() -> None:
    """Estimate, numbers at risk and median of the 6-mercaptopurine arm are the printed ones."""
    curve = survival_curve(FREIREICH)
    steps = {step.day: step for step in curve.steps if step.events}
    assert {day: step.at_risk for day, step in steps.items()} == {day: n for day, (n, _) in PUBLISHED.items()}
    for day, (_, survival) in PUBLISHED.items():
        assert steps[day].survival == pytest.approx(survival, abs=5e-4)
    assert curve.median == 23


def test_the_interval_of_the_curve_is_the_log_log_one() -> None:
    """At week 10 Greenwood's formula on the log-log scale, worked by hand, gives 0.503 to 0.889; the median's
    interval begins at week 13 and does not end."""
    curve = survival_curve(FREIREICH)
    found = curve.interval(10)
    assert found.low == pytest.approx(0.5032, abs=5e-4)
    assert found.high == pytest.approx(0.8894, abs=5e-4)
    assert (curve.median_low, curve.median_high) == (13, None)


def test_a_median_can_be_not_reached() -> None:
    """With one death among five the median is not reached and no number is made up for it, nor for a share
    beyond the last day anybody was watched; its lower bound is the day of the death."""
    curve = survival_curve([(40, True), *[(300, False)] * 4])
    assert (curve.median, curve.median_low, curve.median_high) == (None, 40, None)
    assert curve.survival(365) is None
    assert curve.survival(300) == pytest.approx(0.8)


@given(watched)
def test_survival_never_rises_and_lies_within_its_interval(times: list[tuple[int, bool]]) -> None:
    """The estimate falls from 1 to no less than 0, and each bound that exists is on its side."""
    before = 1.0
    for step in survival_curve(times).steps:
        assert 0 <= step.survival <= before
        before = step.survival
        if step.interval.low is not None and step.interval.high is not None:
            assert step.interval.low - 1e-9 <= step.survival <= step.interval.high + 1e-9


@given(st.lists(st.integers(0, 400), min_size=1, max_size=40), st.integers(0, 400))
def test_without_censoring_the_curve_is_the_share_still_alive(days: list[int], day: int) -> None:
    """When everybody is watched to the end, the estimate is the plain share of those beyond the day."""
    curve = survival_curve([(each, True) for each in days])
    found = curve.survival(day)
    assert found == pytest.approx(sum(each > day for each in days) / len(days))


@given(watched, st.integers(0, 400))
def test_at_risk_are_those_watched_so_long(times: list[tuple[int, bool]], day: int) -> None:
    """The number at risk on a day is everybody watched until then or longer, whatever became of them."""
    assert survival_curve(times).at_risk(day) == sum(watched_for >= day for watched_for, _ in times)


@given(watched, st.randoms(use_true_random=False))
def test_the_order_of_participants_does_not_matter(times: list[tuple[int, bool]], chance: object) -> None:
    """Shuffled, the same people give the same curve."""
    shuffled = list(times)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert survival_curve(shuffled) == survival_curve(times)


def test_without_scipy_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed SciPy is told the extra by its name, and how to count without it."""
    monkeypatch.setattr(statistics, "find_spec", lambda _: None)
    with pytest.raises(StatisticsMissing, match=r"\.\[endpoints\].*--counts"):
        exact_interval(1, 2)
    with pytest.raises(StatisticsMissing, match=r"\.\[endpoints\].*--counts"):
        survival_curve([(1, True)])
