"""One simulated study: decided by its seed, bounded, and with nobody lost."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.chain import canonical
from domain.events import encode_event
from domain.protocol.document import End
from domain.recorded import STUDY_SUBJECT, Recorded
from domain.state import Outcome
from domain.stated import earliest
from replay.cohort.document import Cohort
from replay.cohort.played import PlayedStudy
from replay.cohort.playing import play_study
from replay.cohort.reading import read_cohort
from tests.replay.cohort.trials import (
    CYCLES,
    ROOT,
    STARTS,
    THERAPY,
    cohort,
    played,
    protocol_named,
    site,
    types,
)

EVERYTHING: dict[str, Any] = {
    "candidates": 4,
    "per_week": 2,
    "arrivals": "random",
    "screening": {"failure": 0.25},
    "visits": {
        "late_days": {"shape": "triangular", "least": -3, "likeliest": 0, "most": 9},
        "missed": 0.15,
        "entered_after_hours": {"shape": "exponential", "mean": 40},
    },
    "answers": [{"answered": 0.5, "after_hours": {"shape": "exponential", "mean": 9}}],
    "departures": [
        {"end": "withdrawn", "chance": 0.2, "after_days": {"shape": "uniform", "least": 0, "most": 200}},
        {"end": "died", "chance": 0.3, "after_days": {"shape": "exponential", "mean": 150}, "related": 0.5},
    ],
}
"""Trouble that can befall a participant of any protocol."""


def example() -> Cohort:
    """The cohort that is shipped, cut to nine months."""
    shipped = read_cohort(ROOT / "cohorts" / "example.yaml", protocol_named(THERAPY))
    return shipped.model_copy(update={"candidates": 5, "per_week": 1.5, "lasts": cohort().lasts})


def told(events: tuple[Recorded, ...]) -> bytes:
    """Every event with its stream, number and stamp, as bytes."""
    return b"\n".join(
        canonical(
            {
                "stream": each.stream,
                "seq": each.seq,
                "event": list(encode_event(each.event)),
                "at": each.stamp.recorded_at.isoformat(),
                "by": each.stamp.actor.id,
                "command": each.stamp.command_id,
            }
        )
        for each in events
    )


@pytest.fixture(scope="module")
def study() -> PlayedStudy:
    """The shipped cohort under one seed."""
    return play_study(example(), protocol_named(THERAPY), site(), 11, STARTS)


def test_the_same_seed_gives_the_same_events_byte_for_byte(study: PlayedStudy) -> None:
    """Everything follows from file, protocol, site and seed: ids, moments and order included."""
    again = play_study(example(), protocol_named(THERAPY), site(), 11, STARTS)
    assert told(again.events) == told(study.events)
    assert (again.steps, again.given_up, again.ended) == (study.steps, study.given_up, study.ended)


def test_another_seed_gives_another_study(study: PlayedStudy) -> None:
    """A seed is no ornament."""
    other = play_study(example(), protocol_named(THERAPY), site(), 12, STARTS)
    assert told(other.events) != told(study.events)


def test_one_more_candidate_changes_nobody_before_them() -> None:
    """Where people do not meet (there are places enough), a fifth candidate leaves four as they were."""
    four, five = played(CYCLES, **EVERYTHING), played(CYCLES, **{**EVERYTHING, "candidates": 5})
    for who in four.participants:
        before = [each for each in four.steps if each.subject == who]
        assert before == [each for each in five.steps if each.subject == who]
    assert set(five.participants) - set(four.participants) == {"SIM-0005"}


def test_one_more_draw_changes_no_other() -> None:
    """Visits that are missed leave arrivals, screening and ends as they were under the same seed."""
    plain = played(CYCLES, **{**EVERYTHING, "visits": {}})
    missed = played(CYCLES, **{**EVERYTHING, "visits": {"missed": 0.4}})
    assert "visit.missed" in types(missed) - types(plain)

    def kept(study: PlayedStudy) -> list[tuple[datetime, str, str]]:
        return [
            (each.at, each.subject, each.body["kind"])
            for each in study.steps
            if each.body["kind"] in ("register_participant", "end_participation")
        ]

    assert kept(missed) == kept(plain)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**48), st.sampled_from([THERAPY, CYCLES]))
def test_whatever_happens_nobody_is_lost_and_time_has_an_end(seed: int, name: str) -> None:
    """Any seed, either protocol: everybody is accounted for, and nothing is recorded outside the play."""
    played_out = played(name, seed, **EVERYTHING)
    candidates = {f"SIM-{number:04}" for number in range(1, 5)}
    registered, away = set(played_out.participants), set(played_out.turned_away)
    open_still = set(played_out.cut_off)
    assert registered | away | (open_still - registered) == candidates
    assert not registered & away
    for who in registered - open_still:
        state = played_out.course.state(who)
        assert state is not None and state.ending is not None
    moments = [each.stamp.recorded_at for each in played_out.events]
    assert moments[-1] <= played_out.ended
    assert played_out.ended - played_out.began < timedelta(days=280)
    assert sum(played_out.refusals.values()) == sum(step.refused is not None for step in played_out.steps)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**48))
def test_nothing_happens_to_the_dead(seed: int) -> None:
    """After a death no visit, milestone or toxicity is stated of a later day."""
    trouble = [{"end": "died", "chance": 1, "after_days": {"shape": "uniform", "least": 1, "most": 120}}]
    study = played(THERAPY, seed, candidates=2, departures=trouble, toxicities=[fever(0.9)])
    for who in study.participants:
        state = study.course.state(who)
        assert state is not None
        if state.ending is None or state.ending.end is not End.DIED:
            continue
        died = earliest(state.ending.happened, state.zone)
        done = [each.happened for each in state.items.values() if each.outcome is Outcome.DONE]
        assert all(earliest(each, state.zone) <= died for each in done if each is not None)
        assert all(
            each.onset.first_day(state.zone) <= died.date() + timedelta(1)
            for each in state.safety.standing_events
        )


def fever(chance: float) -> dict[str, Any]:
    """Something that befalls some after the infusion."""
    days = {"shape": "uniform", "least": 1, "most": 20}
    return {
        "term": "Fever", "scale": "CTCAE", "chance": chance, "onset_days": days, "grade": 3, "lasts_days": 4,
        "serious_from": 3,
    }  # fmt: skip


def test_a_play_ends_at_its_horizon() -> None:
    """A cohort that lasts two months is cut off then, and says whom."""
    study = played(CYCLES, candidates=3, lasts="P2M")
    assert study.ended < STARTS + timedelta(days=62)
    assert set(study.cut_off) == {"SIM-0001", "SIM-0002", "SIM-0003"}


def test_a_play_ends_when_everybody_is_through() -> None:
    """Nothing is waited for once the last participation has ended."""
    study = played(CYCLES, candidates=2, lasts="P10Y")
    assert study.cut_off == ()
    assert study.ended < STARTS + timedelta(days=420)


def test_deadlines_pass_as_in_production(study: PlayedStudy) -> None:
    """Alerts are raised, told rung by rung, answered and resolved between what people do."""
    assert {"alert.raised", "alert.rung_reached", "alert.acknowledged", "alert.resolved"} <= types(study)
    clock = [each for each in study.events if each.stamp.command_id.startswith("clock/")]
    assert clock
    assert all(each.stamp.actor.id == "day-zero" for each in clock)
    assert study.course.paper.owed


def test_everybody_is_marked_as_simulated(study: PlayedStudy) -> None:
    """Nobody could take a simulated participant for a real one."""
    states = [study.course.state(who) for who in study.participants]
    assert all(each is not None and each.simulated for each in states)
    assert {step.body["actor"]["method"] for step in study.steps} == {"simulated"}


def test_what_is_recorded_late_happened_in_time() -> None:
    """A late entry is told as such: the visit states its own time, before the moment of the record."""
    study = played(CYCLES, candidates=1, visits={"entered_after_hours": 60})
    visits = [each for each in study.events if each.event.TYPE == "visit.recorded"]
    lags = Counter(
        (each.stamp.recorded_at - earliest(getattr(each.event, "happened"), site().zone)).days  # noqa: B009
        for each in visits
    )
    assert set(lags) - {0} and max(lags) >= 2


def test_the_study_is_a_subject_of_its_own(study: PlayedStudy) -> None:
    """What is asked of the study is told under its own name."""
    of_study = [each for each in study.steps if each.subject == STUDY_SUBJECT]
    assert {each.body["kind"] for each in of_study} <= {
        "lift_hold", "record_meeting", "decide_treatment", "acknowledge_alert",
    }  # fmt: skip
