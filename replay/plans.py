"""What one plan has that another has not: appointments, clashes, and the work of each week.

The rule that keeps it honest: both are looked at at the same moment, before any time passes; what is equal is
not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.plan import applicable, whole_plan
from domain.recorded import STUDY_SUBJECT
from domain.state import Outcome, State
from replay.clashes import clashes_of_plan, planned_days
from replay.course import Course
from replay.effects import Change, Effect, compared

LOOKED_AHEAD = timedelta(weeks=26)


def plan_changes(before: Course, after: Course, at: datetime) -> Iterator[Change]:
    """Everything planned that is another thing in `after`, seen at `at` (UTC)."""
    for participant in sorted({*before.subjects, *after.subjects} - {STUDY_SUBJECT}):
        old, new = _appointments(before, participant), _appointments(after, participant)
        yield from compared(participant, Effect.APPOINTMENT, old, new)
        old, new = _clashes(before, participant, at), _clashes(after, participant, at)
        yield from compared(participant, Effect.CLASH, old, new)
    yield from compared(STUDY_SUBJECT, Effect.WORK, _work(before, at), _work(after, at))


def _appointments(course: Course, participant: str) -> dict[str, str]:
    state = course.state(participant)
    return {code: str(day) for code, day in planned_days(state)} if state is not None else {}


def _clashes(course: Course, participant: str, at: datetime) -> dict[str, str]:
    state = course.state(participant)
    if state is None or state.ending is not None:
        return {}
    study, rules = course.of_study()
    conduct = rules.protocol.document.conduct if rules is not None else None
    return dict.fromkeys(clashes_of_plan(state, study, conduct, at), "clashes")


def _work(course: Course, at: datetime) -> dict[str, str]:
    """How many visits each site has in each week of half a year from `at` on: planned, or on their target."""
    counts: Counter[str] = Counter()
    for participant in course.subjects:
        state = course.state(participant) if participant != STUDY_SUBJECT else None
        if state is not None and state.ending is None:
            today = at.astimezone(state.zone).date()
            days = (day for day in _expected_days(state).values() if today <= day < today + LOOKED_AHEAD)
            counts.update(_week(state, day) for day in days)
    return {week: f"{count} visits" for week, count in sorted(counts.items())}


def _expected_days(state: State) -> dict[str, date]:
    plan, planned = whole_plan(state), dict(planned_days(state))
    pending = (
        (code, window)
        for code, window in plan.items()
        if state.item(code).outcome is Outcome.PENDING and applicable(state, state.protocol.items[code])
    )
    target = {
        code: (window.target - timedelta(microseconds=1)).astimezone(state.zone).date()
        for code, window in pending
    }
    return target | planned


def _week(state: State, day: date) -> str:
    return f"{state.site}, week of {day - timedelta(days=day.weekday())}"
