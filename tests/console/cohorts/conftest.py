"""What the tests of reports share: three told studies, summed up and reported."""

from __future__ import annotations

from datetime import date

import pytest

from console.cohorts.report import Played, report
from console.cohorts.shapes import CohortSimulated
from replay.cohort.document import Cohort
from replay.cohort.many import observe_many
from replay.cohort.observed import Observed
from replay.cohort.summed import Summing, Sums
from tests.replay.cohort.told_stories import in_turn
from tests.replay.cohort.trials import THERAPY, protocol_named, site

RULES = ("related_death", "lasting_grade_4", "two_dlt")


@pytest.fixture(scope="session")
def observed() -> list[Observed]:
    """Nine plays of three told studies: one with a hold, one with a late visit, one that has just begun."""
    stories = in_turn("study/death_holds_the_study", "visits/late_entry", "chapters/enrolled")
    return list(observe_many(stories, range(9), jobs=1))


@pytest.fixture(scope="session")
def sums(observed: list[Observed]) -> Sums:
    """The nine summed up."""
    summing = Summing(RULES)
    for each in observed:
        summing.take(each)
    return summing.sums()


@pytest.fixture(scope="session")
def found(sums: Sums) -> CohortSimulated:
    """The report on the nine."""
    cohort = Cohort.model_validate({"cohort": "told", "candidates": 1, "per_week": 1, "lasts": "P1Y"})
    return report(Played(cohort, protocol_named(THERAPY), site(), date(2026, 1, 5), 1), sums)
