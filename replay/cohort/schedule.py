"""What the schedule asks for next: milestones with their gates, visits, and when each takes place.

The rule that keeps it honest: windows are read from the record, where the core put them; staff only choose a
day in them, or miss them as the cohort file says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from domain.events import PlannedWindow
from domain.plan import BINDING, applicable
from domain.product.collected import may_collect_again, part_of
from domain.protocol.expanded import Category, Item
from domain.roles import Role
from domain.span import ZERO
from domain.state import Outcome, State
from domain.stated import earliest
from domain.working_time import is_working_day, next_working_instant
from replay.cohort.at_visits import found_at
from replay.cohort.preparing import preparation
from replay.cohort.task import (
    A_DAY,
    A_MOMENT,
    MORNING,
    Look,
    Person,
    Said,
    Task,
    local_day,
    moment,
    saying,
    stated,
)
from replay.cohort.turns import first_step, with_turn

_ROOM = timedelta(days=3)
"""A window at least so wide leaves a choice of days."""
_MILESTONES_AT, _ELSEWHERE_AT = time(10), time(11)
_APPROVED = {"reason": "no earlier day was possible", "approved_by": "investigator-1"}


def item_tasks(look: Look) -> Iterator[Task]:
    """The items that can take place as things stand, each with its next step."""
    for item, window in _awaited(look.state, look.person):
        if item.category is Category.VISIT:
            task = _visit(look, item, window)
        else:
            task = _milestone(look, item, window)
        if task is not None:
            yield task


def _awaited(state: State, person: Person) -> Iterator[tuple[Item, PlannedWindow | None]]:
    items = state.protocol.items
    for code, known in state.items.items():
        window = known.window
        if known.outcome is Outcome.PENDING and window is not None and window.basis in BINDING:
            item = items[code]
            if not item.repeatable and _within_reach(state, item):
                yield item, window
    for code in person.without_window:
        item = items[code]
        if state.item(code).outcome is Outcome.PENDING and _within_reach(state, item):
            yield item, None
    part = part_of(state)
    if part is not None and may_collect_again(state, part.collected_at):
        yield items[part.collected_at], state.item(part.collected_at).window


def _within_reach(state: State, item: Item) -> bool:
    part = part_of(state)
    if part is not None and item.code == part.released_at:
        return False  # recorded by releasing the product
    required = all(state.item(code).outcome is Outcome.DONE for code in item.requires)
    return required and applicable(state, item)


def _milestone(look: Look, item: Item, window: PlannedWindow | None) -> Task | None:
    person, leaves = look.person, look.leaves
    planned = with_turn(look, item.code, planned_for(look, item, window))
    if leaves is not None and planned >= leaves:
        return None
    before = preparation(look, item, max(planned, look.now))
    if before is not None:
        return before

    def say(at: datetime) -> Iterator[Said]:
        body = {"kind": "record_item", "item": item.code, "happened": stated(person.site, at)}
        yield Said(Role.COORDINATOR, {**body, **_approval(window, at)})

    return Task(item.code, planned, say, needed=not item.optional or item.code in person.leading)


def _visit(look: Look, item: Item, window: PlannedWindow | None) -> Task | None:
    person, leaves = look.person, look.leaves
    assert window is not None, "a visit has a window"
    if leaves is not None and leaves <= look.now and look.state.ending is None:
        return None
    made_from = (item.code, window.target, window.anchor_on)
    task = person.plans.get(made_from)
    if task is None:
        task = person.plans[made_from] = _planned_visit(look, item, window)
    gone = leaves is not None and look.state.ending is None and task.at >= leaves
    return None if gone else task


def _planned_visit(look: Look, item: Item, window: PlannedWindow) -> Task:
    person, cohort = look.person, look.person.cohort
    happened, typed = planned_for(look, item, window), None
    if item.code not in person.leading:
        if person.draws.happens(cohort.visits.missed, f"{item.code}/missed"):
            return _missed(item, _typed(person, item, window.closes))
        typed = _typed(person, item, happened)

    def say(at: datetime) -> Iterator[Said]:  # noqa: ARG001 - it happened when it happened
        body = {"kind": "record_item", "item": item.code, "happened": stated(person.site, happened)}
        yield Said(Role.COORDINATOR, {**body, **_approval(window, happened)})
        yield from found_at(person, item, happened)

    return Task(item.code, typed or happened, say)


def _typed(person: Person, item: Item, since: datetime) -> datetime:
    """When it is typed in: at the bedside at any time, else in working time."""
    visits, days = person.cohort.visits, item.window is None or item.window.whole_days
    rule = visits.entered_after_hours if days else visits.bedside_entered_after_hours
    late = timedelta(minutes=round(person.draws.number(rule, f"{item.code}/entered") * 60))
    return next_working_instant(person.site, since + late) if late and days else since + late


def _missed(item: Item, at: datetime) -> Task:
    body = {"kind": "miss_visit", "item": item.code, "reason": "the participant did not come"}
    return Task(item.code, at, saying(Said(Role.COORDINATOR, body)))


def planned_for(look: Look, item: Item, window: PlannedWindow | None) -> datetime:
    """When an item takes place (UTC), if nothing stands in its way."""
    return max(_in_window(look, item, window), _floor(look, item))


def _in_window(look: Look, item: Item, window: PlannedWindow | None) -> datetime:
    person, visits = look.person, look.person.cohort.visits
    visit = item.category is Category.VISIT
    if window is None or item.window is None:
        return _floor(look, item)
    if _is_again(look, item):
        return _again(look, item)
    if not item.window.whole_days:
        late_hours = person.draws.number(visits.late_hours, f"{item.code}/late")
        return window.target + timedelta(minutes=round(late_hours * 60))
    day = local_day(person.site, window.target - timedelta(microseconds=1))
    if _on_its_day(person, item):
        return moment(person.site, day, MORNING if visit else _MILESTONES_AT)
    late = visits.late_days if visit else visits.milestones_late_days
    screening = person.cohort.screening.lasts_days
    if screening is not None and any(gate.criteria for gate in person.protocol.gates_before(item.code)):
        day = _consented(look) + timedelta(days=round(person.draws.number(screening, "screening/lasts")))
    else:
        moved = day + timedelta(days=round(person.draws.number(late, f"{item.code}/late")))
        day = max(moved, local_day(person.site, window.opens))
    if item.optional:
        # Nobody waits for it: it is done elsewhere, on whatever day it falls.
        return moment(person.site, day, _ELSEWHERE_AT)
    return moment(person.site, _worked(person, day, window), MORNING if visit else _MILESTONES_AT)


def _on_its_day(person: Person, item: Item) -> bool:
    """What has one day only, and a treatment once it has begun: neither is moved for anybody's sake."""
    plan, window = person.protocol.document.plan_back, item.window
    begun = {plan.from_, *(step.item for step in plan.steps)} if plan is not None else set[str]()
    if item.code in begun - {first_step(person.protocol)}:
        return True
    return item.category is Category.VISIT and window is not None and window.early == window.late == ZERO


def _worked(person: Person, day: date, window: PlannedWindow) -> date:
    """The day, or the nearest one that is worked, where the window leaves a choice and the day is in it."""
    first = local_day(person.site, window.opens)
    last = local_day(person.site, window.closes - timedelta(microseconds=1))
    if window.closes - window.opens < _ROOM or not first <= day <= last:
        return day
    for away in range((last - first).days + 1):
        for each in (day - away * A_DAY, day + away * A_DAY):
            if first <= each <= last and is_working_day(person.site, each):
                return each
    return day


def _floor(look: Look, item: Item) -> datetime:
    """The first moment after everything the item needs; it is never before consent."""
    person, state = look.person, look.state
    codes = [*item.requires, state.protocol.document.registration.milestone]
    if item.window is not None:
        codes.append(item.window.anchor)
    known = (state.item(code).happened for code in codes)
    return max(earliest(each, person.site.zone) + A_MOMENT for each in known if each is not None)


def _is_again(look: Look, item: Item) -> bool:
    return item.category is Category.MILESTONE and may_collect_again(look.state, item.code)


def _again(look: Look, item: Item) -> datetime:
    """A further collection, so long after the product before it failed."""
    newest = look.state.holding.newest
    assert newest is not None and newest.failure is not None, "only a failed product is collected again"
    person = look.person
    days = person.draws.number(person.cohort.manufacture.again_after_days, f"{item.code}/again")
    failed = local_day(person.site, newest.failure.known_at)
    return moment(person.site, failed + timedelta(days=max(0, round(days))), _MILESTONES_AT)


def _consented(look: Look) -> date:
    happened = look.state.item(look.state.protocol.document.registration.milestone).happened
    assert happened is not None, "a registered participant consented"
    return local_day(look.person.site, earliest(happened, look.person.site.zone))


def _approval(window: PlannedWindow | None, happened: datetime) -> dict[str, str]:
    if window is None or window.hard_stop is None or happened < window.hard_stop:
        return {}
    return _APPROVED
