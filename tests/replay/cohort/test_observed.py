"""What is observed of a played study is what its events say."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest

from domain.evolve import evolve
from domain.plan import whole_plan
from domain.recorded import participant_stream
from domain.roles import Role
from domain.standing import Standing, sight_of, standing
from domain.state import State, initial
from domain.stated import start_of_day
from replay.cohort.observed import BY_HAND, HoldSeen, NobodyConsented, Observed, observe
from replay.course import Course
from tests.replay.cohort.told_stories import played_of

DEATH = "study/death_holds_the_study"
OVERDUE_FOR_WEEKS = ("visits/late_entry", "alerts/unanswered_until_the_sponsor", DEATH)


@pytest.fixture(scope="module")
def after_a_death() -> Observed:
    """A story in which a death holds the study until the sponsor lifts it."""
    return observe(played_of(DEATH))


def test_a_life_is_told_with_its_stretches(after_a_death: Observed) -> None:
    """Consent to infusion and vein to vein are counted in days; a stage lasts until the next one."""
    (life,) = after_a_death.lives
    assert (life.end, life.infused) == ("died", True)
    assert life.spans == {"consent_to_infusion": 56, "vein_to_vein": 45}
    assert life.stages == {
        "screening": 7,
        "enrolled": 4,
        "apheresis": 40,
        "conditioning": 5,
        "infused": 9,
    }
    assert sum(life.stages.values()) == (life.last - life.consented).days
    assert after_a_death.days == sum(life.stages.values()) + 1


def test_a_hold_is_told_with_its_rule_and_its_days(after_a_death: Observed) -> None:
    """The stopping rule that placed it, the day after the first consent, and how long it lasted."""
    assert after_a_death.holds == (HoldSeen("related_death", 66, 0),)


def test_a_hold_by_hand_is_told_as_one() -> None:
    """A hold that nobody's rule placed has a name of its own."""
    observed = observe(played_of("study/held_by_hand_and_the_review"))
    assert [each.rule for each in observed.holds] == [BY_HAND]


def test_refusals_and_ladders_are_counted(after_a_death: Observed) -> None:
    """Refused commands are counted by code, and alerts that climbed to the last rung."""
    assert after_a_death.refused == {"unknown-hold": 1, "study-on-hold": 1}
    assert after_a_death.at_the_top == 6
    assert after_a_death.seed == 7


def test_every_message_that_was_owed_is_counted() -> None:
    """By role and rung, none left out; the busiest day of a role has at most all of its messages."""
    played = played_of(DEATH)
    course, told = played.course, observe(played).told
    assert sum(told.by_rung.values()) == len(course.paper.owed) > 0
    assert told.by_rung[Role.COORDINATOR, 1] == 11
    for role, most in told.busiest.items():
        assert 0 < most <= sum(count for (each, _), count in told.by_rung.items() if each is role)


def test_what_may_not_wait_is_told_outside_working_time() -> None:
    """A safety clock tells people at night, and that is counted."""
    assert observe(played_of("safety/reported_on_the_clock")).told.outside > 0


@pytest.mark.parametrize("story", OVERDUE_FOR_WEEKS)
def test_the_load_of_a_week_is_what_stood_overdue(story: str) -> None:
    """In each week as many items are overdue as `standing` says at some change of the record in it."""
    played = played_of(story)
    observed = observe(played)
    stood = _stood_overdue(played.course, observed.first)
    assert max(observed.weeks.overdue) > 0
    assert list(observed.weeks.overdue) == [len(stood[week]) for week in range(len(observed.weeks.overdue))]


def _stood_overdue(course: Course, first: date) -> defaultdict[int, set[tuple[str, str]]]:
    """By week from `first`: (participant, item) that stood overdue at a change or at its first midnight."""
    found: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    for subject in course.subjects:
        final = course.state(subject)
        record = course.paper.events(participant_stream(course.study, subject))
        if final is None:
            continue
        moments = {each.stamp.recorded_at for each in record}
        weeks = range((max(moments).date() - first).days // 7 + 1)
        moments |= {start_of_day(first + timedelta(days=7 * week), final.zone) for week in weeks}
        state, folded = initial(final.rules), 0
        for at in sorted(moments):
            while folded < len(record) and record[folded].stamp.recorded_at <= at:
                state = evolve(state, record[folded].event)  # type: ignore[arg-type]
                folded += 1
            week = (at.astimezone(final.zone).date() - first).days // 7
            found[week] |= {(subject, code) for code in _overdue(state, at)} if folded else set()
    return found


def _overdue(state: State, at: datetime) -> set[str]:
    plan = whole_plan(state)
    return {
        code
        for code, item in state.protocol.items.items()
        if standing(sight_of(state, item, plan.get(code)), at) is Standing.OVERDUE
    }


def test_raised_alerts_are_counted_once_and_open_ones_in_each_week() -> None:
    """The weeks together raise every alert; none is open that was not raised by then."""
    played = played_of("alerts/unanswered_until_the_sponsor")
    course, weeks = played.course, observe(played).weeks
    state = next(state for subject in course.subjects if (state := course.state(subject)) is not None)
    assert sum(weeks.raised) == len(state.alerts) + len(state.settled_alerts)
    assert len(weeks.raised) == len(weeks.open) == len(weeks.overdue)
    assert all(overdue <= open_ for overdue, open_ in zip(weeks.overdue, weeks.open, strict=True))


def test_who_has_not_ended_is_told() -> None:
    """A play that stops before the end says for how many participants."""
    observed = observe(played_of("chapters/followed"))
    assert (observed.unended, observed.infused) == (1, 1)


def test_a_study_without_anybody_cannot_be_observed() -> None:
    """Nobody consented: there is nothing to count, and that is said."""
    with pytest.raises(NobodyConsented, match="nobody consented"):
        observe(played_of("eligibility/too_young_for_the_study"))
