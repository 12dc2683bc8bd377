"""What staff do when things go wrong: failed products, holds, turns, refusals that stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from domain.protocol.document import End
from domain.refusal import Code
from domain.state import Outcome, State
from domain.stated import day_of, earliest
from replay.cohort.played import PlayedStudy
from replay.cohort.playing import happy_path
from tests.replay.cohort.trials import CYCLES, STARTS, THERAPY, kinds, played, protocol_named, site, types

PART = protocol_named(THERAPY).document.product
CONDUCT = protocol_named(THERAPY).document.conduct
DEADLY: dict[str, Any] = {"end": "died", "from": "infusion", "chance": 1, "after_days": 12, "related": 1}
"""A death that holds the study of the therapy."""


def state_of(study: PlayedStudy, who: str = "SIM-0001") -> State:
    state = study.course.state(who)
    assert state is not None
    return state


def end_of(study: PlayedStudy, who: str = "SIM-0001") -> End | None:
    ending = state_of(study, who).ending
    return ending.end if ending is not None else None


def infused(study: PlayedStudy) -> dict[str, datetime]:
    """When each participant was infused, as stated."""
    assert PART is not None
    states = {who: state_of(study, who) for who in study.participants}
    known = {who: state.item(PART.given_at).happened for who, state in states.items()}
    return {who: earliest(each, site().zone) for who, each in known.items() if each is not None}


def test_screening_fails_by_a_criterion_that_is_not_met() -> None:
    """A result that excludes is recorded, named in the reason, and the place is free again."""
    study = played(screening={"failure": 1})
    state = state_of(study)
    assert end_of(study) is End.SCREEN_FAILURE
    assert state.ending is not None
    assert (
        state.ending.reason.removeprefix("criterion ").removesuffix(" is not met") in state.protocol.criteria
    )
    assert study.course.of_study()[0].slots == frozenset()


def test_a_failed_product_is_collected_again() -> None:
    """The failure is recorded, the decision taken, cells collected once more, and that product is given."""
    study = played(candidates=1, manufacture={"failure": 1, "again_after_days": 9})
    state = state_of(study)
    assert [each.failure is not None for each in state.holding.products] == [True, False]
    assert kinds(study).count("bind_identity") == 2
    assert infused(study)


def test_two_failed_products_end_the_treatment_and_not_the_follow_up() -> None:
    """After the second failure nobody tries again; survival visits go on."""
    study = played(candidates=1, lasts="P18M", manufacture={"failure": 1, "second_failure": 1})
    state = state_of(study)
    assert end_of(study) is End.MANUFACTURING_FAILURE
    assert state.ending is not None
    ended = state.ending.happened
    later = [
        code
        for code, each in state.items.items()
        if each.happened is not None and day_of(each.happened, state.zone) > day_of(ended, state.zone)
    ]
    assert later, "survival is followed"
    assert infused(study) == {}


def test_nobody_collects_again_where_the_file_says_so() -> None:
    """Without another attempt the first failure is the end of the treatment."""
    study = played(candidates=1, manufacture={"failure": 1, "again": 0})
    assert end_of(study) is End.MANUFACTURING_FAILURE
    assert kinds(study).count("fail_product") == 1


def test_the_first_infusions_keep_their_distance() -> None:
    """Five participants at once: nobody is infused too close to the one before, and hardly anybody asks."""
    assert CONDUCT is not None and CONDUCT.stagger is not None
    study = played(candidates=5, per_week=20, lasts="P12M")
    days = sorted(infused(study).values())
    assert len(days) == 5
    for one, other in pairwise(days[:3]):
        assert other - one >= timedelta(days=CONDUCT.stagger.gap.days - 1)
    assert study.refusals.get(Code.STAGGER, 0) <= 2


def test_a_hold_stops_infusions_until_it_is_lifted() -> None:
    """While the study is held nobody is infused, unless it was decided; staff ask again, and later may."""
    study = played(
        candidates=3, per_week=0.5, lasts="P14M", departures=[DEADLY], conduct={"hold_lasts_days": 25}
    )
    known, _ = study.course.of_study()
    assert known.holds and all(each.lifted is not None for each in known.holds[:-1])
    for hold in known.holds:
        lifted = hold.lifted.lifted_at if hold.lifted is not None else study.ended
        proceeded = {each.participant for each in known.decided if hold.code in each.holds}
        for who, at in infused(study).items():
            assert who in proceeded or not hold.placed.placed_at <= at < lifted
    assert study.refusals.get(Code.STUDY_ON_HOLD, 0) > 0
    assert "lift_hold" in kinds(study)


def test_a_hold_that_nobody_lifts_ends_in_things_given_up() -> None:
    """What stays refused is given up after so many attempts, by name, and the participation is ended."""
    study = played(
        candidates=2, per_week=0.25, lasts="P14M", departures=[DEADLY], conduct={"lifted": 0},
        asking_again={"every": "P7D", "at_most": 3},
    )  # fmt: skip
    given_up = {each.subject: each for each in study.given_up}
    assert given_up["SIM-0002"].code == Code.STUDY_ON_HOLD
    refused = [step for step in study.steps if step.subject == "SIM-0002" and step.refused is not None]
    assert 4 <= len(refused) <= 8
    assert "SIM-0002" in study.turned_away or end_of(study, "SIM-0002") in (End.WITHDRAWN, End.DISCONTINUED)


def test_interrupted_treatments_are_decided() -> None:
    """Whose treatment had begun when a hold fell is decided on by the role the protocol names."""
    limiting = {
        "term": "Febrile neutropenia",
        "scale": "CTCAE",
        "chance": 1,
        # By then the next one's conditioning has begun, who keeps two weeks' distance.
        "onset_days": 10.5,
        "grade": 3,
        "lasts_days": 3,
        "limiting": 1,
    }
    study = played(candidates=3, per_week=20, toxicities=[limiting])
    assert "decide_treatment" in kinds(study)
    assert "study.treatment_decided" in types(study)
    assert len(infused(study)) == 3
    withheld = played(candidates=3, per_week=20, toxicities=[limiting], conduct={"proceeds": 0})
    assert withheld.refusals.get(Code.STUDY_ON_HOLD, 0) > 0


def test_more_candidates_than_places_are_turned_away() -> None:
    """Who finds no place for good is turned away and counted; nobody beyond the cap is registered."""
    cap = protocol_named(THERAPY).document.cap
    assert cap is not None
    study = played(candidates=cap.participants + 2, per_week=14, lasts="P4M")
    assert len(study.participants) == cap.participants
    assert len(study.turned_away) == 2
    assert {each.code for each in study.given_up} == {Code.NO_SLOT}
    assert set(study.refusals) >= {Code.NO_SLOT}


def test_serious_events_start_clocks_that_reports_end() -> None:
    """A serious toxicity is opened, reported after so many hours, and closed when it is over."""
    toxicity = {
        "term": "Febrile neutropenia", "scale": "CTCAE", "chance": 1, "onset_days": 3, "grade": 3,
        "lasts_days": 6, "serious_from": 3,
    }  # fmt: skip
    study = played(candidates=1, toxicities=[toxicity], reports_after_hours=30)
    state = state_of(study)
    [event] = state.safety.standing_events
    assert event.closed and event.is_serious
    [clock] = state.safety.clocks.values()
    assert clock.state == "reported_late"


def test_a_graded_toxicity_is_assessed_and_falls_again() -> None:
    """CRS is assessed at its grade and again when it is over, beside the adverse event."""
    toxicity = {
        "term": "Cytokine release syndrome", "scale": "ASTCT-CRS", "chance": 1, "onset_days": 2, "grade": 2,
        "lasts_days": 4,
    }  # fmt: skip
    study = played(candidates=1, toxicities=[toxicity])
    assert [each.grade for each in state_of(study).safety.toxicities] == [2, 0]


def test_visits_are_missed_late_and_judged_as_the_file_says() -> None:
    """Missed visits are said to be missed; none that something else waits for is."""
    study = played(candidates=1, lasts="P16M", visits={"missed": 1}, responses={"among": {"CR": 1}})
    state = state_of(study)
    missed = {code for code, each in state.items.items() if each.outcome is Outcome.MISSED}
    assert missed and not missed & protocol_named(THERAPY).anchors
    assert infused(study)
    judged = played(candidates=1, responses={"among": {"CR": 1}})
    assert [each.category for each in state_of(judged).safety.responses] == ["CR"]


@pytest.mark.parametrize("end", [End.WITHDRAWN, End.LOST, End.DIED, End.DISCONTINUED])
def test_participations_end_as_the_file_says(end: End) -> None:
    """Each kind of departure is recorded, or a withdrawal where that end is not possible yet."""
    departure = {"end": end.value, "chance": 1, "after_days": 60}
    study = played(CYCLES, candidates=1, departures=[departure])
    assert end_of(study) is end
    early = played(CYCLES, candidates=1, departures=[{**departure, "after_days": 1}])
    assert end_of(early) is (End.WITHDRAWN if end is End.DISCONTINUED else end)


def test_a_death_from_another_cause_holds_nothing() -> None:
    """Written up as unrelated, a death after the infusion leaves the study open."""
    study = played(candidates=1, departures=[{**DEADLY, "related": 0}])
    assert end_of(study) is End.DIED
    assert study.course.of_study()[0].holds == ()


def test_progression_is_recorded_once() -> None:
    """Two entries that both come true are one progression."""
    entry = {"from": "infusion", "chance": 1, "after_days": 20}
    study = played(candidates=1, progressions=[entry, {**entry, "after_days": 40}])
    assert kinds(study).count("record_progression") == 1
    assert state_of(study).progression is not None


def test_decisions_are_drawn_among_their_options() -> None:
    """The branch is the file's to choose, and its visits follow."""
    study = played(CYCLES, candidates=1, lasts="P18M", decisions={"course": {"among": {"switch": 1}}})
    assert state_of(study).decisions == {"course": "switch"}
    assert end_of(study) is End.COMPLETED


def test_alerts_are_answered_by_whoever_was_told() -> None:
    """An overdue visit climbs until somebody answers: the first rung never does here, the second always."""
    late = {"entered_after_hours": 24 * 20}
    answers = [{"answered": 0, "after_hours": 1}, {"answered": 1, "after_hours": 1}]
    study = played(CYCLES, candidates=1, visits=late, answers=answers)
    answered = [step for step in study.steps if step.body["kind"] == "acknowledge_alert"]
    assert answered
    assert {step.refused for step in answered} == {None}
    first_rung = {contact.id for contact in site().contacts if contact.role == "coordinator"}
    assert not {step.body["actor"]["id"] for step in answered} & first_rung


def test_a_refused_registration_leaves_nobody_behind() -> None:
    """A study whose desk refuses everybody ends with everybody turned away."""
    study = happy_path(protocol_named(THERAPY), site(), "lower-case", STARTS)
    assert (study.participants, study.turned_away, study.cut_off) == ((), ("lower-case",), ())
