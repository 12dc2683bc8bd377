"""What staff know of one participant, and what they mean to do next.

The rule that keeps it honest: a task says when it is done and what is then asked; it changes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from domain.protocol.expanded import Protocol
from domain.roles import Role
from domain.site import Site
from domain.state import State
from domain.study import Study
from domain.working_time import is_working_day
from replay.cohort.document import Cohort
from replay.cohort.draws import Draws

MORNING, AFTERNOON = time(9), time(14)
Body = dict[str, Any]
A_DAY, AN_HOUR, A_MOMENT = timedelta(days=1), timedelta(hours=1), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Said:
    """One command: in which role it is given, and its body without the actor."""

    role: Role
    body: Body


Say = Callable[[datetime], Iterable[Said]]
"""Makes the commands of a task for the moment (UTC) at which it is done."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do from `at` (UTC) on; `say` makes the commands for the moment at which it is done.

    `once`: nothing on the record says that it was done, so that staff remember it themselves. `needed`:
    without it the participation cannot go on.
    """

    name: str
    at: datetime
    say: Say
    once: bool = False
    needed: bool = False


@dataclass(frozen=True)
class Person:
    """One participant as their staff know them; `comes` (UTC): when they ask to take part.

    `done`: the tasks that are done once. `plans`: tasks made once, by what they are made from.
    """

    code: str
    comes: datetime
    cohort: Cohort
    draws: Draws
    protocol: Protocol
    site: Site
    done: set[str] = field(default_factory=set)
    plans: dict[Any, Task] = field(default_factory=dict)

    @cached_property
    def leading(self) -> frozenset[str]:
        """The items that something else waits for: they are typed in at once and never missed."""
        plan = self.protocol.document.plan_back
        steps = {step.item for step in plan.steps} if plan is not None else set[str]()
        required = {code for item in self.protocol.items.values() for code in item.requires}
        return self.protocol.anchors | required | steps

    @cached_property
    def without_window(self) -> tuple[str, ...]:
        """The milestones that are never due and that others wait for all the same."""
        opens = self.protocol.document.registration.milestone
        return tuple(
            item.code
            for item in self.protocol.items.values()
            if item.window is None
            and item.code in self.leading
            and item.code != opens
            and not item.repeatable
        )


@dataclass(frozen=True, slots=True)
class Look:
    """How things stand when staff look. `intended`: for which days others intend the spaced milestone.

    `leaves` (UTC): from when on nothing more is done with the participant; None: that is not known yet.
    """

    person: Person
    state: State
    study: Study
    now: datetime
    intended: dict[str, date]
    leaves: datetime | None


def saying(*said: Said) -> Say:
    """The same commands, whenever it is done."""

    def say(_at: datetime) -> Iterable[Said]:
        return said

    return say


def saying_when(site: Site, role: Role, body: Body, field: str = "happened") -> Say:
    """One command that states the moment at which it is given."""

    def say(at: datetime) -> Iterable[Said]:
        return [Said(role, {**body, field: stated(site, at)})]

    return say


def moment(site: Site, day: date, clock: time) -> datetime:
    """A local time of a site day (UTC)."""
    return datetime.combine(day, clock, site.zone).astimezone(UTC)


def stated(site: Site, at: datetime) -> str:
    """A moment as people of the site state it."""
    return at.astimezone(site.zone).isoformat()


def local_day(site: Site, at: datetime) -> date:
    """The site day of a moment."""
    return at.astimezone(site.zone).date()


def next_working_day(site: Site, day: date) -> date:
    """The day itself if it is worked, else the next one that is, within two months."""
    for count in range(60):
        if is_working_day(site, day + timedelta(days=count)):
            return day + timedelta(days=count)
    return day
