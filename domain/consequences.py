"""What follows by itself from what is recorded and from time passing.

The rule that keeps it honest: consequences are events like any other; after they are folded in, asking again
at the same moment yields none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.alerts import raisings, resolutions, warrants
from domain.amendment.replan import replanned
from domain.deviations import changed
from domain.events import (
    AmendmentApplied,
    ItemsReopened,
    MilestoneReached,
    ParticipationEnded,
    PlannedWindow,
    PlanRevised,
    RecordCorrected,
    StageEntered,
    VisitExcused,
    VisitMissed,
    VisitRecorded,
)
from domain.evolve import ParticipantEvent
from domain.ladder import next_step
from domain.plan import may_come_to_hold, revised
from domain.protocol.document import End
from domain.protocol.expanded import Item
from domain.state import Outcome, State
from domain.stated import day_of
from domain.unfolding import Unfolding

RECORDS_OF_ITEMS = (MilestoneReached, VisitRecorded, VisitExcused, VisitMissed, RecordCorrected)
_ENTERING = frozenset({Outcome.DONE, Outcome.MISSED})


def follow_from_record(course: Unfolding, cause: str, at: datetime) -> None:
    """After something was recorded: what follows from the facts, then everything time asks for.

    `cause` names the command and item behind a revised plan.
    """
    follow_from_facts(course, cause, at)
    follow_from_time(course, at)


def follow_from_facts(course: Unfolding, cause: str, at: datetime) -> None:
    """What follows from the facts alone: plan, stage, deviations, completion. `cause` as above."""
    spoken_of = _spoken_of(course.events)
    windows = _new_windows(course, spoken_of)
    if windows:
        course.happen(PlanRevised(cause=cause, windows=windows, zone=course.state.rules.site.zone_name))
        spoken_of |= {window.item for window in windows}
    stage = _stage(course.state)
    if stage != course.state.stage:
        course.happen(StageEntered(stage))
    course.happen(*changed(course.state, spoken_of))
    _complete(course, at)


def follow_from_time(course: Unfolding, at: datetime) -> None:
    """Alerts raised and resolved, rungs climbed, acknowledgements and snoozes run out, as of `at`."""
    warranted = warrants(course.state, at)
    course.happen(*resolutions(course.state, warranted, at))
    course.happen(*raisings(course.state, warranted, at))
    _climb(course, at)


def _new_windows(course: Unfolding, spoken_of: set[str]) -> tuple[PlannedWindow, ...]:
    if any(isinstance(event, AmendmentApplied) for event in course.events):
        return replanned(course.state)
    # Else only an item that others count from can move a window.
    return revised(course.state) if spoken_of & course.state.protocol.anchors else ()


def _spoken_of(events: Iterable[ParticipantEvent]) -> set[str]:
    """The items whose record these events changed."""
    said = [*events]
    reopened = {code for event in said if isinstance(event, ItemsReopened) for code in event.items}
    named = {event.item for event in said if isinstance(event, RECORDS_OF_ITEMS)}
    return (named | reopened) - {"end", "progression"}


def _climb(course: Unfolding, at: datetime) -> None:
    site = course.state.rules.site
    for key in tuple(course.state.alerts):
        while step := next_step(course.state.alerts[key], site, at):
            course.happen(step)


def _stage(state: State) -> str:
    protocol = state.protocol
    entered = [protocol.stages[0]]
    for code, known in state.items.items():
        stage = protocol.items[code].enters
        # A visit may be excused months ahead: that takes nobody there.
        if stage is not None and known.outcome in _ENTERING:
            entered.append(stage)
    return max(entered, key=protocol.stage_rank)


def _complete(course: Unfolding, at: datetime) -> None:
    state = course.state
    ending = state.ending
    if ending is None and not _still_expected(state):
        course.happen(
            ParticipationEnded(End.COMPLETED, day_of(at, state.zone), "every expected item is settled")
        )
    elif ending is not None and ending.end is End.COMPLETED and _still_expected(state):
        why = "an item is expected again"
        course.happen(RecordCorrected("end", ending.seq, was=ending.happened, happened=None, reason=why))


def _still_expected(state: State) -> bool:
    # From the end: what is scheduled last is the likeliest to be ahead.
    return any(
        state.item(item.code).outcome is Outcome.PENDING and not item.optional and _may_apply(state, item)
        for item in reversed(list(state.protocol.items.values()))
    )


def _may_apply(state: State, item: Item) -> bool:
    if item.withdrawn:
        return False
    # What hangs on a decision nobody has taken yet is still ahead.
    return item.condition is None or may_come_to_hold(item.condition, state)
