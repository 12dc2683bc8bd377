"""Every measure is a plain count of what was observed, with its unit and of whom there is one."""

from __future__ import annotations

from collections import Counter

import pytest

from replay.cohort.measures import Each, Measure, Unit, measured
from replay.cohort.observed import Observed, observe
from tests.replay.cohort.told_stories import played_of
from tests.replay.cohort.trials import CYCLES, played


@pytest.fixture(scope="module")
def crowded() -> Observed:
    """Eleven people ask for nine places; the play is over before anybody is infused."""
    return observe(played(candidates=11, per_week=20, lasts="P30D", asking_again={"at_most": 1}))


def by_code(observed: Observed) -> dict[str, float]:
    """The measures of a study that has one number of each."""
    return {measure.code: value for measure, value in measured(observed) if measure.each is Each.STUDY}


def test_who_found_no_place_is_counted(crowded: Observed) -> None:
    """Candidates beyond the cap were never registered, and what staff gave up for them is named."""
    found = by_code(crowded)
    assert (found["consented"], found["turned_away"], found["infused"]) == (9, 2, 0)
    assert found["given_up.no-slot"] == 2
    assert found["refused.no-slot"] == 4
    assert found["unended"] == 9


def test_nobody_infused_has_no_stretch_to_the_infusion(crowded: Observed) -> None:
    """What has not happened has no duration: not zero days, none at all."""
    assert [measure for measure, _ in measured(crowded) if measure.kind == "span"] == []


def test_messages_by_rung_sum_up_to_those_a_day() -> None:
    """Per role the rungs give the total, and the total over the days gives how many a day."""
    observed = observe(played_of("study/death_holds_the_study"))
    found = by_code(observed)
    for role in ("coordinator", "investigator", "sponsor"):
        rungs = sum(value for code, value in found.items() if code.startswith(f"messages.{role}.rung_"))
        assert found[f"messages_a_day.{role}"] == pytest.approx(rungs / observed.days)


def test_a_hold_that_comes_twice_comes_first_once() -> None:
    """When it first came is one number of a study; how long it lasted is one of each hold."""
    found = [measure for measure, _ in measured(observe(played_of("study/two_limiting_toxicities")))]
    assert Counter(measure.kind for measure in found)["hold_came"] == 1
    assert Measure("hold_came", "two_dlt", Unit.DAYS, Each.STUDY, counted=False) in found


def test_no_measure_comes_twice_for_a_study(crowded: Observed) -> None:
    """Of whatever there is one for each study there is one, or it would count double."""
    codes = [measure.code for measure, _ in measured(crowded) if measure.each is Each.STUDY]
    assert len(codes) == len(set(codes))


def test_a_protocol_without_a_product_is_measured_too() -> None:
    """There is no vein to vein where nothing is collected; consent to day 0 there is."""
    switched = {"course": {"shape": "categorical", "among": {"switch": 1}}}
    observed = observe(played(CYCLES, candidates=1, lasts="P8M", decisions=switched))
    spans = {measure.about for measure, _ in measured(observed) if measure.kind == "span"}
    assert spans == {"consent_to_infusion"}
    assert observed.infused == 1


def test_stages_follow_each_other_without_a_gap() -> None:
    """The days in all stages that were left are the days from consent to the end."""
    (life,) = observe(played_of("ends/fifteen_years")).lives
    assert life.end == "completed"
    assert sum(life.stages.values()) == (life.last - life.consented).days
    assert min(life.stages.values()) >= 0
