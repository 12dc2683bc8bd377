"""Correcting is complete: the plan is the one that would stand had the right date been recorded at first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from hypothesis import assume, reject, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain import Refused, State, decide, fold, initial
from domain.commands import Command, RecordItem
from domain.plan import whole_plan
from domain.stated import Stated, is_day
from tests.domain import cycles
from tests.domain.builders import COORDINATOR, clock, correct, followed, miss, retract, rules
from tests.domain.spec import SUBJECT
from tests.support.lives import Told

TOLD = {"NCT06642025": followed(), "DZ-CYCLES": cycles.cycled(5)}
UNDER = {"NCT06642025": rules(), "DZ-CYCLES": cycles.RULES}
JULY = datetime(2026, 7, 1, tzinfo=UTC)


def lived(state: State, told: Sequence[tuple[datetime, Command]]) -> State:
    """The state after these commands, the clock reached only with each of them."""
    for at, command in told:
        state = fold(state, decide(state, command, at, SUBJECT))
    return state


@cache
def after(name: str, count: int) -> State:
    """The state after the first `count` commands of a protocol's story."""
    if count == 0:
        return initial(UNDER[name])
    return lived(after(name, count - 1), TOLD[name][count - 1 : count])


def picture(state: State) -> tuple[object, ...]:
    """What stands in the end: plan, outcomes, deviations, stage and alerts, without their numbers."""
    return (
        whole_plan(state),
        {code: (each.outcome, each.happened) for code, each in state.items.items()},
        {(each.item, each.kind, each.detail) for each in state.deviations.values()},
        {(key, each.due, each.latest_snooze) for key, each in state.alerts.items()},
        state.stage,
        state.ending,
    )


def moved(value: Stated, days: int, minutes: int) -> Stated:
    """Some days away; an instant also some minutes."""
    step = timedelta(days=days) if is_day(value) else timedelta(days=days, minutes=minutes)
    return value + step


@settings(max_examples=60, deadline=None)
@for_all(
    name=st.sampled_from(sorted(TOLD)),
    number=st.integers(0, 40),
    days=st.integers(-6, 6),
    minutes=st.integers(-600, 600),
)
def test_a_corrected_life_stands_as_if_it_had_been_told_rightly(
    name: str, number: int, days: int, minutes: int
) -> None:
    """Any record of either protocol, any other date it could have had: one plan, one list of deviations."""
    told = TOLD[name]
    records = [index for index, (_, command) in enumerate(told) if isinstance(command, RecordItem)]
    index = records[number % len(records)]
    at, command = told[index]
    assert isinstance(command, RecordItem)
    right = moved(command.happened, days, minutes)
    assume(right != command.happened)
    rightly: Told = [(at, command.model_copy(update={"happened": right})), *told[index + 1 :]]
    correction = correct(command.item, "2026-01-01").model_copy(update={"happened": right})
    try:
        corrected = lived(after(name, len(told)), [(JULY, correction)])
        straight = lived(after(name, index), [*rightly, (JULY, clock())])
    except Refused:
        reject()
    assert picture(corrected) == picture(straight)


@settings(max_examples=20, deadline=None)
@for_all(cycle=st.integers(1, 5), later=st.integers(0, 3))
def test_taken_back_and_told_again_stands_as_if_told_once(cycle: int, later: int) -> None:
    """Retracted and recorded once more on the same day: nothing of the detour is left in the plan."""
    at = datetime.combine(date(2026, 4, 27), time(20), UTC) + timedelta(days=later)
    whole = after("DZ-CYCLES", len(TOLD["DZ-CYCLES"]))
    record = RecordItem(
        actor=COORDINATOR, item=f"C{cycle}", happened=date.fromisoformat(cycles.CYCLES[cycle - 1])
    )
    detour = lived(whole, [(at, retract(f"C{cycle}")), (at, record)])
    assert picture(detour) == picture(lived(whole, [(at, clock())]))


def test_taken_back_and_given_up_stands_as_if_given_up_at_once() -> None:
    """Recorded by mistake, retracted and missed: the chain and the deviation are those of a missed cycle."""
    count = len(TOLD["DZ-CYCLES"])
    at = datetime(2026, 5, 2, 20, tzinfo=UTC)
    given_up = lived(after("DZ-CYCLES", count), [(at, retract("C5")), (at, miss("C5"))])
    assert picture(given_up) == picture(lived(after("DZ-CYCLES", count - 1), [(at, miss("C5"))]))
