"""Whose turn it is for a milestone that the protocol spaces out, as staff agree on it beforehand.

The rule that keeps it honest: only a plan; the desk decides, and staff who planned wrongly are refused.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from domain.protocol.conduct import Conduct
from domain.protocol.expanded import Protocol
from domain.protocol.product import PlanBack, StepBack
from domain.study.book import day_noted
from domain.study.stagger import first_allowed_after, turns_in_force
from replay.cohort.task import Look, local_day, moment

PUT_OFF_TO = time(10)


def leads_to_turn(protocol: Protocol) -> tuple[str, int] | None:
    """(item, days): the item by which somebody is committed to the spaced milestone so many days later."""
    conduct, plan = protocol.document.conduct, protocol.document.plan_back
    if conduct is None or conduct.stagger is None:
        return None
    if plan is None or plan.from_ != conduct.stagger.milestone:
        return conduct.stagger.milestone, 0
    first = _first(plan)
    return first.item, first.before.days


def first_step(protocol: Protocol) -> str | None:
    """The item by which the treatment begins that is planned back from another one."""
    plan = protocol.document.plan_back
    return _first(plan).item if plan is not None else None


def _first(plan: PlanBack) -> StepBack:
    return max(plan.steps, key=lambda step: step.before.rough_days())


def with_turn(look: Look, item: str, planned: datetime) -> datetime:
    """The time planned for an item, put off until the turn it leads to is free."""
    lead = leads_to_turn(look.person.protocol)
    if lead is None or lead[0] != item:
        return planned
    site, days = look.person.site, timedelta(days=lead[1])
    day = local_day(site, max(planned, look.now))
    put_off = turn_from(look, day + days) - days
    return planned if put_off == local_day(site, planned) else moment(site, put_off, PUT_OFF_TO)


def turn_from(look: Look, wanted: date) -> date:
    """The first day from `wanted` on that is far enough from everybody else's."""
    conduct = look.person.protocol.document.conduct
    assert conduct is not None and conduct.stagger is not None, "asked of a spaced milestone"
    others, day = _others(look, conduct), wanted
    while (later := _later(conduct, others, day)) > day:
        day = later
    return day


def _later(conduct: Conduct, others: list[date], day: date) -> date:
    assert conduct.stagger is not None
    before, after = [each for each in others if each <= day], [each for each in others if each > day]
    rank = len(before) + 1
    if before and rank <= conduct.stagger.among_first:
        allowed = first_allowed_after(conduct, max(before))
        if day < allowed:
            return allowed
    if after and rank < conduct.stagger.among_first and min(after) < first_allowed_after(conduct, day):
        return min(after)
    return day


def _others(look: Look, conduct: Conduct) -> list[date]:
    assert conduct.stagger is not None
    study, milestone = look.study, conduct.stagger.milestone
    days = {
        who: day
        for who, day in look.intended.items()
        if study.milestone(who, milestone) is None and who not in study.ends
    }
    for turn in turns_in_force(study, look.now):
        days[turn.taken.participant] = turn.taken.last or turn.taken.first
    for noted in study.reached(milestone):
        days[noted.participant] = day_noted(noted)
    days.pop(look.person.code, None)
    return sorted(days.values())
