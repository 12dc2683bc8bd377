"""Deaths that stand as adverse events, which may be before anybody records the end.

The rule that keeps it honest: a death is a death wherever it was written down; of a day known in part the
earliest counts, for it may have been soon after the infusion.
"""

from __future__ import annotations

from domain.safety.book import AdverseEvent
from domain.safety.terms import DEATH_GRADE, AeOutcome, Serious
from domain.state import State
from domain.stated import Stated, earliest


def fatal_events(state: State) -> list[AdverseEvent]:
    """The events that somebody died of."""
    return [
        each
        for each in state.safety.standing_events
        if each.outcome is AeOutcome.FATAL
        or each.current_grade == DEATH_GRADE
        or Serious.DEATH in each.serious
    ]


def death_written_up(state: State) -> tuple[Stated, int] | None:
    """(when, the event that says so) of the earliest; None where no event is fatal."""
    found = [(_day_of_death(state, each), each.seqs[-1]) for each in fatal_events(state)]
    return min(found, key=lambda each: earliest(each[0], state.zone), default=None)


def _day_of_death(state: State, event: AdverseEvent) -> Stated:
    graded = [each.happened for each in event.gradings if each.grade == DEATH_GRADE]
    known = event.resolved if event.outcome is AeOutcome.FATAL else next(iter(graded), None)
    if known is None:
        return event.known
    return known.stated or known.first_day(state.zone)
