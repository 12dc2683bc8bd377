"""Staff ask for nothing that they could have known would be refused, whatever befalls them."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.protocol.document import End
from domain.refusal import Code
from replay.cohort.played import NO_PROGRESS
from tests.replay.cohort.trials import CYCLES, THERAPY, played

DECIDED_ELSEWHERE = {Code.STUDY_ON_HOLD, Code.NO_SLOT, Code.STAGGER, Code.RECRUITMENT_CLOSED}
"""Refusals that come from others' doing: staff learn of a hold or a taken place by asking."""


def days(mean: float) -> dict[str, Any]:
    return {"shape": "exponential", "mean": mean}


def spread(least: float, most: float) -> dict[str, Any]:
    return {"shape": "uniform", "least": least, "most": most}


ROUGH: dict[str, Any] = {
    "candidates": 3,
    "per_week": 2,
    "arrivals": "random",
    "lasts": "P8M",
    "screening": {"failure": 0.2, "lasts_days": spread(0, 60)},
    "visits": {
        "late_days": {"shape": "triangular", "least": -15, "likeliest": 0, "most": 30},
        "late_hours": {"shape": "triangular", "least": -3, "likeliest": 0, "most": 12},
        "milestones_late_days": {"shape": "triangular", "least": -10, "likeliest": 0, "most": 40},
        "missed": 0.2,
        "entered_after_hours": days(80),
        "bedside_entered_after_hours": days(10),
    },
    "answers": [{"answered": 0.5, "after_hours": days(10)}],
    "departures": [
        {"end": end.value, "chance": 0.15, "after_days": days(90), "related": 0.5}
        for end in (End.DIED, End.WITHDRAWN, End.LOST, End.DISCONTINUED)
    ],
}
"""Everything early, late, missed, forgotten or ended, for any protocol."""

SICK: dict[str, Any] = {
    "manufacture": {
        "failure": 0.4,
        "turnaround_days": spread(0, 90),
        "again": 0.8,
        "second_failure": 0.4,
    },
    "toxicities": [
        {
            "term": term,
            "scale": scale,
            "from": since,
            "chance": 0.8,
            "onset_days": days(6),
            "grade": spread(1, 4),
            "lasts_days": days(8),
            "known_after_hours": days(30),
            "serious_from": 2,
            "limiting_from": 2,
            "limiting": 0.4,
            "expectedness": "unexpected",
        }
        for term, scale, since in (
            ("Cytokine release syndrome", "ASTCT-CRS", "infusion"),
            ("Neurotoxicity", "ASTCT-ICANS", "infusion"),
            ("Infection", "CTCAE", "consent"),
        )
    ],
    "reports_after_hours": days(60),
    "responses": {"among": {"CR": 1, "PR": 1, "NE": 1, "PD": 1, "NR": 1}},
    "progressions": [{"from": "leukapheresis", "chance": 0.5, "after_days": days(90)}],
    "conduct": {
        "hold_lasts_days": days(20),
        "lifted": 0.8,
        "proceeds": 0.5,
        "meeting_after_days": spread(1, 80),
    },
    "asking_again": {"every": "P3D", "at_most": 8},
}
"""Trouble of a cell therapy beside all that."""


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**48))
def test_staff_of_a_therapy_are_refused_only_for_others_doing(seed: int) -> None:
    """Failed products, toxicities, holds, late and missing everything: no command is wrong by itself."""
    study = played(THERAPY, seed, **ROUGH, **SICK)
    assert set(study.refusals) <= DECIDED_ELSEWHERE
    assert {each.code for each in study.given_up} <= DECIDED_ELSEWHERE


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**48))
def test_staff_of_any_trial_are_refused_only_for_others_doing(seed: int) -> None:
    """The same for a trial in cycles with branches, which has no holds, turns or product at all."""
    study = played(CYCLES, seed, **ROUGH, decisions={"course": {"among": {"continue": 1, "switch": 1}}})
    assert study.refusals == {}
    assert study.given_up == ()


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**48))
def test_nothing_is_asked_in_circles(seed: int) -> None:
    """No task comes back at once without having moved anything."""
    study = played(THERAPY, seed, **{**ROUGH, "candidates": 2}, **SICK)
    assert NO_PROGRESS not in {each.code for each in study.given_up}
    asked = [(step.at, step.subject, repr(step.body)) for step in study.steps]
    assert len(asked) == len(set(asked))
