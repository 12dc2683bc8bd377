"""The stagger: the first three infusions are fourteen days apart, and an authorisation takes the turn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain import Code
from domain.events import TurnTaken
from domain.study.stagger import turns_in_force
from domain.study.window import in_dlt_window
from tests.domain.builders import correct, end, retract
from tests.domain.study.words import FIRST, at, code, cohort, infused, refused, say, until
from tests.support.cohort import Cohort


def ready(number: int, consent: date, world: Cohort) -> Cohort:
    """The participant has everything the infusion needs but the authorisation."""
    told = [*until(number, consent)]
    gate = next(i for i, each in enumerate(told) if getattr(each[2], "gate", "") == "fit_for_infusion")
    return world.play(told[:gate])


def test_infusions_fourteen_days_apart_are_taken() -> None:
    """Day 14 after the one before is the first day that will do."""
    assert infused(14, 3).study.breaches == {}


def test_an_infusion_inside_the_stagger_is_refused() -> None:
    """Authorised on the eve, so that the day itself would do; a day early it is refused, naming the day."""
    world = infused()
    day13 = date(2026, 3, 1)
    told = [*until(2, day13 - timedelta(days=42))]
    world.play(told[:-1])
    moment, who, infusion = told[-1]
    refused(world, who, infusion, moment, Code.STAGGER, "EX02-001", "2026-03-02", "P14D apart")


def test_an_authorisation_that_could_only_be_used_too_early_is_refused() -> None:
    """Signed twelve days after the one before, it lapses before the gap has passed."""
    world = ready(2, FIRST + timedelta(days=12), infused())
    sign = [*until(2, FIRST + timedelta(days=12), "fit_for_infusion")][-1][2]
    refused(
        world, code(2), sign, at("2026-02-28 08:45"), Code.STAGGER, "fit_for_infusion signed for 2026-02-28"
    )


def test_of_two_authorisations_in_one_second_the_second_is_refused() -> None:
    """The first takes the turn on the study's stream; until used or lapsed it counts like an infusion."""
    world = ready(2, FIRST, ready(1, FIRST, cohort()))
    sign = [*until(1, FIRST, "fit_for_infusion")][-1][2]
    moment = at("2026-02-16 08:45")
    world.when(code(1), sign, moment)
    assert [type(event) for _, event in world.events].count(TurnTaken) == 1
    refused(world, code(2), sign, moment, Code.STAGGER, "EX02-001, who is authorised for 2026-02-17")


def test_a_turn_that_lapses_or_is_given_back_lets_the_next_one_in() -> None:
    """An authorisation unused after its last day, or returned with a reason, counts no longer."""
    world = ready(2, FIRST, ready(1, FIRST, cohort()))
    sign = [*until(1, FIRST, "fit_for_infusion")][-1][2]
    world.when(code(1), sign, at("2026-02-16 08:45"))
    assert len(turns_in_force(world.study, at("2026-02-17 23:59"))) == 1
    assert turns_in_force(world.study, at("2026-02-18")) == ()
    world.when("study", say("return_turn", participant=code(1), reason="fever"), at("2026-02-16 09:00"))
    world.when(code(2), sign, at("2026-02-16 09:00"))
    assert [each.taken.participant for each in turns_in_force(world.study, at("2026-02-16 10:00"))] == [
        code(2)
    ]


def test_a_turn_nobody_holds_is_not_given_back() -> None:
    """The sentence says who holds one."""
    command = say("return_turn", participant=code(1), reason="fever")
    refused(infused(), "study", command, at("2026-02-16 12:00"), Code.NO_TURN, "nobody has one")


def test_the_end_of_a_participation_gives_its_turn_back() -> None:
    """Nobody waits for somebody who has withdrawn."""
    world = ready(1, FIRST, cohort())
    sign = [*until(1, FIRST, "fit_for_infusion")][-1][2]
    world.when(code(1), sign, at("2026-02-16 08:45"))
    world.when(code(1), end("withdrawn", "2026-02-16"), at("2026-02-16 09:00"))
    assert "study.turn_returned" in world.types()


def test_a_corrected_infusion_is_noted_again_and_what_it_breaks_is_noted() -> None:
    """The truth is never refused by a correction; the breach stands until its ground goes."""
    world = infused(14, 2)
    world.when(code(1), correct("infusion", "2026-02-17 09:40"), at("2026-03-03 12:00"))
    assert {each.kind for each in world.study.breaches.values()} == {"inside_stagger"}
    world.when(code(1), correct("infusion", "2026-02-16 09:40"), at("2026-03-03 13:00"))
    assert world.types() == ["study.milestone_noted", "study.breach_withdrawn"]


def test_a_retracted_infusion_is_withdrawn_from_the_study() -> None:
    """The study forgets what the participant's record no longer says, in the same step."""
    world = infused()
    world.when(code(1), retract("infusion"), at("2026-02-16 12:00"))
    assert "study.fact_withdrawn" in world.types()
    assert world.study.reached("infusion") == ()


def test_after_the_first_three_nobody_waits() -> None:
    """The fourth may follow the third on the same day."""
    world = infused(14, 3)
    world.play([*until(4, FIRST + timedelta(days=28))])
    assert len(world.study.reached("infusion")) == 4
    assert world.study.breaches == {}


@pytest.mark.parametrize(("moment", "watched"), [("2026-03-16 23:59", 1), ("2026-03-17", 0)])
def test_the_dlt_window_ends_with_its_last_day(moment: str, watched: int) -> None:
    """Infused on 2026-02-16: day 28 is 2026-03-16, and belongs to the window."""
    world = infused()
    window = world.study_rules.conduct
    assert window is not None
    assert window.dlt_window is not None
    assert len(in_dlt_window(world.study, window.dlt_window, at(moment))) == watched
