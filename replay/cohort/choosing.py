"""Decisions between branches of the protocol, and what a late treatment asks for.

The rule that keeps it honest: a decision is taken once something hangs on it, and by the role the protocol
names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.plan import BINDING
from domain.product.reopening import repeat_awaited
from domain.protocol.document import Decision
from domain.protocol.expanded import Protocol
from domain.protocol.rules import (
    AllConditions,
    AnyCondition,
    Condition,
    Decided,
    NotCondition,
    Reached,
)
from domain.state import Outcome
from domain.stated import earliest
from replay.cohort.task import AN_HOUR, MORNING, Look, Task, local_day, moment, saying_when


def decision_tasks(look: Look) -> Iterator[Task]:
    """The decisions that are due as things stand."""
    if look.state.ending is not None:
        return
    special = of_the_product(look.state.protocol)
    for decision in look.state.protocol.decisions.values():
        if decision.code not in look.state.decisions and decision.code not in special:
            since = _due_since(look, decision)
            if since is not None:
                yield _taken(look, decision, _chosen(look, decision), since + AN_HOUR)
    yield from _repeat(look)


def of_the_product(protocol: Protocol) -> frozenset[str]:
    """The decisions that a failed product or a treatment too late asks for."""
    part, plan = protocol.document.product, protocol.document.plan_back
    branches = (part.collect_again if part is not None else None, plan.repeat if plan is not None else None)
    return frozenset(branch.decision for branch in branches if branch is not None)


def _repeat(look: Look) -> Iterator[Task]:
    """What is planned back from came too late: it is begun once more, not done past its hard stop."""
    plan, state = look.state.protocol.document.plan_back, look.state
    if plan is None or plan.repeat is None or not repeat_awaited(state):
        return
    window = state.item(plan.from_).window
    if window is None or window.hard_stop is None or window.basis not in BINDING:
        return
    decision = state.protocol.decisions[plan.repeat.decision]
    yield _taken(look, decision, plan.repeat.option, _morning_after(look, window.hard_stop))


def _morning_after(look: Look, at: datetime) -> datetime:
    site = look.person.site
    return max(at, moment(site, local_day(site, at), MORNING))


def _taken(look: Look, decision: Decision, option: str, at: datetime) -> Task:
    body = {"kind": "take_decision", "decision": decision.code, "option": option}
    say = saying_when(look.person.site, decision.by, body)
    return Task(f"decision/{decision.code}", at, say, needed=True)


def _chosen(look: Look, decision: Decision) -> str:
    categories = look.person.cohort.decisions.get(decision.code)
    if categories is None:
        return next(iter(decision.options))
    return look.person.draws.name(categories, f"decision/{decision.code}")


def _due_since(look: Look, decision: Decision) -> datetime | None:
    """When the first item that hangs on the decision had its anchor settled; None: none has."""
    state, found = look.state, list[datetime]()
    for item in state.protocol.items.values():
        if item.condition is None or item.window is None or not _hangs_on(item.condition, decision.code):
            continue
        anchor = state.item(item.window.anchor)
        if anchor.outcome is not Outcome.PENDING:
            known = anchor.happened
            found.append(earliest(known, look.person.site.zone) if known is not None else look.now)
    return min(found, default=None)


def _hangs_on(condition: Condition, decision: str) -> bool:
    match condition:
        case Decided():
            return condition.decided == decision
        case Reached():
            return False
        case AllConditions():
            return any(_hangs_on(each, decision) for each in condition.all)
        case AnyCondition():
            return any(_hangs_on(each, decision) for each in condition.any)
        case NotCondition():
            return _hangs_on(condition.not_, decision)
