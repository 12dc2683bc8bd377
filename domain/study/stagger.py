"""The stagger: how far apart the first participants reach a milestone, and whose turn it is.

The rule that keeps it honest: an authorisation counts like the milestone itself until it is used, lapses or
is given back, so that of two given in the same second the second one is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.protocol.conduct import Conduct, Stagger
from domain.span import add_to_day
from domain.study.book import Study, Turn, day_noted
from domain.study.window import last_day


@dataclass(frozen=True, slots=True)
class Place:
    """One participant's day in the order of the staggered milestone; `day` None: an open-ended turn."""

    participant: str
    day: date | None
    authorised: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """What stands in the way of a day, and the first day that would do (None: unknown)."""

    with_: Place
    first_allowed: date | None


def turns_in_force(study: Study, at: datetime) -> tuple[Turn, ...]:
    """The authorisations that are neither used, lapsed at `at` (UTC) nor given back."""
    return tuple(
        each
        for each in study.turns
        if each.returned is None
        and study.milestone(each.taken.participant, each.taken.milestone) is None
        and (each.taken.until is None or at < each.taken.until)
    )


def turn_covering(study: Study, participant: str, day: date) -> Turn | None:
    """The participant's turn, in force or lapsed, of whose days `day` is one."""
    for each in reversed(study.turns):
        taken = each.taken
        if taken.participant != participant or each.returned is not None or day < taken.first:
            continue
        if taken.last is None or day <= taken.last:
            return each
    return None


def conflict_on(
    study: Study, conduct: Conduct, participant: str, day: date, at: datetime, *, authorised: bool = False
) -> Conflict | None:
    """What the stagger says against `participant` on `day`; None: nothing.

    `authorised`: the participant had the turn that day, so only those who came before count.
    """
    stagger = conduct.stagger
    if stagger is None:
        return None
    others = _others(study, stagger, participant, at, with_turns=not authorised)
    for open_ended in (each for each in others if each.day is None):
        if len(others) < stagger.among_first:
            return Conflict(open_ended, None)
    placed = sorted(((each.day, each) for each in others if each.day), key=lambda pair: pair[0])
    before = [pair for pair in placed if pair[0] <= day]
    after = [pair for pair in placed if pair[0] > day]
    rank = len(before) + 1
    if before and rank <= stagger.among_first:
        allowed = first_allowed_after(conduct, before[-1][0])
        if day < allowed:
            return Conflict(before[-1][1], allowed)
    if after and not authorised and rank + 1 <= stagger.among_first:
        next_day, other = after[0]
        if next_day < first_allowed_after(conduct, day):
            return Conflict(other, None)
    return None


def first_allowed_after(conduct: Conduct, day: date) -> date:
    """The first day on which the next may follow one who came on `day`."""
    stagger = conduct.stagger
    assert stagger is not None, "asked of a staggered milestone"
    allowed = add_to_day(day, stagger.gap)
    if stagger.after_dlt_window and conduct.dlt_window is not None:
        allowed = max(allowed, last_day(conduct.dlt_window, day) + timedelta(days=1))
    return allowed


def _others(
    study: Study, stagger: Stagger, participant: str, at: datetime, *, with_turns: bool
) -> list[Place]:
    reached = [
        Place(each.participant, day_noted(each), authorised=False)
        for each in study.reached(stagger.milestone)
        if each.participant != participant
    ]
    if not with_turns:
        return reached
    turns = [each.taken for each in turns_in_force(study, at) if each.taken.participant != participant]
    return reached + [Place(each.participant, each.last, authorised=True) for each in turns]
