"""What one plan has that another has not: appointments, clashes, and the work of each week.

The rule that keeps it honest: both are looked at at the same moment, before any time passes; what is equal is
not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.plan import applicable, whole_plan
from domain.recorded import STUDY_SUBJECT
from domain.state import Outcome, State
from replay.clashes import clashes_of_plan, planned_days
from replay.course import Course
from replay.effects import Change, Effect, compared

LOOKED_AHEAD = timedelta(weeks=26)


@dataclass(frozen=True, slots=True)
class Load:
    """How many visits a site has in a week, in one course and in the other. `week`: its Monday there."""

    site: str
    week: date
    before: int
    after: int


def loads(before: Course, after: Course, at: datetime) -> tuple[Load, ...]:
    """The visits of each site in each week of half a year from `at` (UTC) on: planned, or on their target.

    Weeks without a visit between the first and the last are told too.
    """
    old, new = _work(before, at), _work(after, at)
    found: list[Load] = []
    for site in sorted({site for site, _ in (*old, *new)}):
        weeks = [week for each, week in (*old, *new) if each == site]
        week = min(weeks)
        while week <= max(weeks):
            found.append(Load(site, week, old[site, week], new[site, week]))
            week += timedelta(weeks=1)
    return tuple(found)


def plan_changes(before: Course, after: Course, at: datetime, work: Sequence[Load]) -> Iterator[Change]:
    """Everything planned that is another thing in `after`, seen at `at` (UTC); `work`: what `loads` found."""
    for participant in sorted({*before.subjects, *after.subjects} - {STUDY_SUBJECT}):
        old, new = _appointments(before, participant), _appointments(after, participant)
        yield from compared(participant, Effect.APPOINTMENT, old, new)
        old, new = _clashes(before, participant, at), _clashes(after, participant, at)
        yield from compared(participant, Effect.CLASH, old, new)
    for each in work:
        if each.before != each.after:
            about = f"{each.site}, week of {each.week}"
            yield Change(STUDY_SUBJECT, Effect.WORK, about, _visits(each.before), _visits(each.after))


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


def _visits(count: int) -> str | None:
    return f"{count} visits" if count else None


def _work(course: Course, at: datetime) -> Counter[tuple[str, date]]:
    counts: Counter[tuple[str, date]] = Counter()
    for participant in course.subjects:
        state = course.state(participant) if participant != STUDY_SUBJECT else None
        if state is not None and state.ending is None:
            today = at.astimezone(state.zone).date()
            days = [day for day in expected_days(state).values() if today <= day < today + LOOKED_AHEAD]
            counts.update((state.site, day - timedelta(days=day.weekday())) for day in days)
    return counts


def expected_days(state: State) -> dict[str, date]:
    """The site day of everything that is not done: its appointment, or else its target."""
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
