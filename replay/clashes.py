"""What does not fit in what is planned: days off, windows, bookings, shelf lives, the stagger.

The rule that keeps it honest: each is judged by the domain that refuses or alerts when it happens; nothing is
counted as a clash here that the record would take without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from domain.plan import applicable
from domain.product.collected import part_of
from domain.product.shelf import expired_by
from domain.product.slipping import clashes_in
from domain.protocol.conduct import Conduct
from domain.state import Outcome, State
from domain.stated import Stated, day_of
from domain.study import Study
from domain.study.stagger import conflict_on
from domain.working_time import is_working_day


def clashes_of_plan(state: State, study: Study, conduct: Conduct | None, at: datetime) -> Iterator[str]:
    """Everything that does not fit in a participant's plan as seen at `at` (UTC), one sentence each."""
    yield from clashes_in(state, at)
    for code, day in planned_days(state):
        if not is_working_day(state.rules.site, day):
            yield f"{code} would be on {day}, when the site does not work"
    yield from _expiry(state)
    if conduct is not None:
        yield from _spacing(state, study, conduct, at)


def planned_days(state: State) -> Iterator[tuple[str, date]]:
    """(item, site day) of every appointment that lies ahead of what has happened."""
    for code, known in state.items.items():
        pending = known.outcome is Outcome.PENDING and applicable(state, state.protocol.items[code])
        if pending and known.appointment is not None:
            yield code, day_of(known.appointment, state.zone)


def _expiry(state: State) -> Iterator[str]:
    part = part_of(state)
    planned: Stated | None = state.item(part.given_at).appointment if part is not None else None
    shelf = expired_by(state, planned) if planned is not None else None
    if part is not None and planned is not None and shelf is not None:
        ends = shelf.ends.astimezone(state.zone)
        day = day_of(planned, state.zone)
        yield f"{part.given_at} would be on {day}; {shelf.product} may be used until {ends:%Y-%m-%d %H:%M}"


def _spacing(state: State, study: Study, conduct: Conduct, at: datetime) -> Iterator[str]:
    stagger = conduct.stagger
    days = dict(planned_days(state))
    if stagger is None or stagger.milestone not in days:
        return
    day = days[stagger.milestone]
    conflict = conflict_on(study, conduct, state.participant, day, at)
    if conflict is not None:
        allowed = f", from {conflict.first_allowed} on" if conflict.first_allowed else ""
        other = conflict.with_.participant
        yield f"{stagger.milestone} on {day} is too close to {other}: the first ones are spaced{allowed}"
