"""What is measured of every played study, by name: one number for a study, or one for each participant.

The rule that keeps it honest: a name is a stable code with its unit; what one study has none of counts as
zero, and what cannot be said of a study (how long a hold lasted that never came) is not counted at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from replay.cohort.observed import Observed


class Unit(StrEnum):
    """What a number counts."""

    DAYS = "days"
    CANDIDATES = "candidates"
    PARTICIPANTS = "participants"
    ITEMS = "items"
    ALERTS = "alerts"
    A_DAY = "a day"
    MESSAGES = "messages"
    DEVIATIONS = "deviations"
    COMMANDS = "commands"
    TASKS = "tasks"


class Each(StrEnum):
    """Of what there is one number for each."""

    STUDY = "study"
    PARTICIPANT = "participant"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, order=True)
class Measure:
    """One thing that is measured. `kind` groups them; `about` says of which stage, role, code or rule.

    `counted`: a study that has none of it has zero.
    """

    kind: str
    about: str
    unit: Unit
    each: Each = Each.STUDY
    counted: bool = True

    @property
    def code(self) -> str:
        return f"{self.kind}.{self.about}" if self.about else self.kind


def measured(observed: Observed) -> Iterator[tuple[Measure, float]]:
    """Everything that is measured of one study."""
    yield from _of_study(observed)
    yield from _of_lives(observed)
    yield from _of_messages(observed)
    yield from _of_holds(observed)
    for kind, count in observed.deviations.items():
        yield Measure("deviations", kind, Unit.DEVIATIONS), count
    for code, count in observed.given_up.items():
        yield Measure("given_up", code, Unit.TASKS), count
    for code, count in observed.refused.items():
        yield Measure("refused", code, Unit.COMMANDS), count


def _of_study(observed: Observed) -> Iterator[tuple[Measure, float]]:
    weeks = observed.weeks
    yield Measure("duration", "", Unit.DAYS), observed.days
    yield Measure("consented", "", Unit.PARTICIPANTS), len(observed.lives)
    yield Measure("turned_away", "", Unit.CANDIDATES), observed.turned_away
    yield Measure("infused", "", Unit.PARTICIPANTS), observed.infused
    yield Measure("unended", "", Unit.PARTICIPANTS), observed.unended
    yield Measure("overdue_at_most", "", Unit.ITEMS), max(weeks.overdue)
    yield Measure("alerts", "", Unit.ALERTS), sum(weeks.raised)
    yield Measure("alerts_a_day", "", Unit.A_DAY), _a_day(sum(weeks.raised), observed)
    yield Measure("at_the_top", "", Unit.ALERTS), observed.at_the_top
    yield Measure("commands", "", Unit.COMMANDS), observed.commands


def _of_lives(observed: Observed) -> Iterator[tuple[Measure, float]]:
    for end in {each.end for each in observed.lives if each.end is not None}:
        ended = sum(each.end == end for each in observed.lives)
        yield Measure("ended", end, Unit.PARTICIPANTS), ended
    for life in observed.lives:
        for span, days in life.spans.items():
            yield Measure("span", span, Unit.DAYS, Each.PARTICIPANT, counted=False), days
        for stage, days in life.stages.items():
            yield Measure("stage", stage, Unit.DAYS, Each.PARTICIPANT, counted=False), days


def _of_messages(observed: Observed) -> Iterator[tuple[Measure, float]]:
    told = observed.told
    for role in {role for role, _ in told.by_rung}:
        of_role = sum(count for (each, _), count in told.by_rung.items() if each is role)
        yield Measure("messages_a_day", role.value, Unit.A_DAY), _a_day(of_role, observed)
    for (role, rung), count in told.by_rung.items():
        yield Measure("messages", f"{role.value}.rung_{rung}", Unit.MESSAGES), count
    for role, count in told.busiest.items():
        yield Measure("messages_at_most", role.value, Unit.A_DAY), count
    yield Measure("messages_outside", "", Unit.MESSAGES), told.outside


def _of_holds(observed: Observed) -> Iterator[tuple[Measure, float]]:
    came: set[str] = set()
    for hold in observed.holds:
        if hold.rule not in came:
            came.add(hold.rule)
            yield Measure("hold_came", hold.rule, Unit.DAYS, Each.STUDY, counted=False), hold.day
        if hold.lasted is not None:
            yield Measure("hold_lasted", hold.rule, Unit.DAYS, Each.HOLD, counted=False), hold.lasted


def _a_day(count: int, observed: Observed) -> float:
    return count / observed.days
