"""What is known of a study as a whole: the state that its own stream folds into.

The rule that keeps it honest: recorded facts and decisions only; what depends on the present moment (a turn
that lapses, a meeting that is overdue) is asked with that moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from domain.events.study import (
    BreachNoted,
    EndNoted,
    HoldLifted,
    HoldPlaced,
    LastingToxicityNoted,
    LimitingToxicityNoted,
    MeetingRecorded,
    MilestoneNoted,
    ProtocolPublished,
    Recruitment,
    RecruitmentSet,
    SitePublished,
    TreatmentDecided,
    TurnTaken,
)
from domain.state import Alert
from domain.stated import day_of

Fact = MilestoneNoted | EndNoted | LimitingToxicityNoted | LastingToxicityNoted
"""What the study knows of a participant; `fact` is its name, unique in the study."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold as it fell, and how it was lifted.

    `taken_back`: facts it fell for that did not stand when it was lifted, or were withdrawn since.
    """

    placed: HoldPlaced
    lifted: HoldLifted | None = None
    taken_back: frozenset[str] = frozenset()

    @property
    def code(self) -> str:
        return self.placed.hold

    @property
    def in_force(self) -> bool:
        return self.lifted is None

    @property
    def answers_for(self) -> frozenset[str]:
        """The facts that need no further hold: it is in force for them, or was lifted over them."""
        return frozenset(self.placed.facts) - self.taken_back


@dataclass(frozen=True, slots=True)
class Turn:
    """An authorisation for the staggered milestone; `returned`: why it was given back."""

    taken: TurnTaken
    returned: str | None = None

    def held_by(self, participant: str) -> bool:
        """Whether it is this participant's and was not given back."""
        return self.returned is None and self.taken.participant == participant


@dataclass(frozen=True)
class Study:
    """What is recorded of the study. `version` counts its events; tuples are oldest first.

    `numbers`: chain-of-identity numbers with the participant of each.
    `alerts` are the open ones by (item, kind); `settled_alerts` keeps the closed ones.
    """

    version: int = 0
    slots: frozenset[str] = frozenset()
    numbers: Mapping[str, str] = field(default_factory=dict)
    protocols: tuple[ProtocolPublished, ...] = ()
    sites: tuple[SitePublished, ...] = ()
    recruitments: tuple[RecruitmentSet, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    holds: tuple[Hold, ...] = ()
    decided: tuple[TreatmentDecided, ...] = ()
    meetings: Mapping[str, MeetingRecorded] = field(default_factory=dict)
    breaches: Mapping[str, BreachNoted] = field(default_factory=dict)
    alerts: Mapping[tuple[str, str], Alert] = field(default_factory=dict)
    settled_alerts: tuple[Alert, ...] = ()

    @property
    def code(self) -> str:
        """The study's code; empty before anything was published."""
        return self.protocols[0].study if self.protocols else ""

    @property
    def recruitment(self) -> Recruitment:
        return self.recruitments[-1].recruitment if self.recruitments else Recruitment.OPEN

    @property
    def holds_in_force(self) -> tuple[Hold, ...]:
        return tuple(each for each in self.holds if each.in_force)

    @cached_property
    def ends(self) -> Mapping[str, EndNoted]:
        """How participations ended, by participant."""
        return {each.participant: each for each in self.facts.values() if isinstance(each, EndNoted)}

    def milestone(self, participant: str, item: str) -> MilestoneNoted | None:
        """What is noted of a participant's milestone."""
        fact = self.facts.get(f"{participant}/{item}")
        return fact if isinstance(fact, MilestoneNoted) else None

    def reached(self, item: str) -> tuple[MilestoneNoted, ...]:
        """Everybody who reached a milestone, in the order of their days and times."""
        found = [each for each in self.facts.values() if isinstance(each, MilestoneNoted)]
        return tuple(sorted((each for each in found if each.item == item), key=in_order))

    def alert_named(self, alert: str) -> Alert | None:
        """The open alert of that name, or the settled one."""
        everything = (*self.alerts.values(), *self.settled_alerts)
        return next((each for each in everything if each.alert == alert), None)


def in_order(fact: MilestoneNoted) -> tuple[date, str, str]:
    """How milestones of several participants are ordered: by site day, then as stated, then by code."""
    return day_noted(fact), fact.happened.isoformat(), fact.participant


def day_noted(fact: MilestoneNoted | EndNoted) -> date:
    """The day it happened at the participant's site."""
    return day_of(fact.happened, ZoneInfo(fact.zone))
