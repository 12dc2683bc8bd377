"""What happened in one played study, as numbers: how long it took, what waited, what held it, who was told.

The rule that keeps it honest: everything is read from the states the core folded and from what the desk
recorded and owed; nothing is judged a second time here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from zoneinfo import ZoneInfo

from domain.recorded import STUDY_SUBJECT
from domain.state import Alert, State
from domain.study import Study
from domain.study.book import Hold
from replay.cohort.lives import Life, life_of
from replay.cohort.played import PlayedStudy
from replay.cohort.told import Told, told_of
from replay.cohort.weeks import Weeks, weeks_of
from replay.course import Course

BY_HAND = "by_hand"
"""The name of a hold that no stopping rule placed."""
_EVERYTHING = 2**31 - 1


@dataclass(frozen=True, slots=True)
class HoldSeen:
    """One hold. `rule`: the stopping rule, or `by_hand`; `day`: days after the first consent; `lasted`: days
    until it was lifted, None: it was not."""

    rule: str
    day: int
    lasted: int | None


@dataclass(frozen=True, slots=True)
class Observed:
    """One played study. `seed` plays it again; days are site days.

    `days`: from the first consent to the last day on which anything happened, both counted. `unended`:
    participants whose participation had not ended when the play did. `at_the_top`: alerts that climbed to the
    last of several rungs. `refused`: commands by code. `turned_away`: candidates who were never registered;
    `given_up`: what staff no longer asked for, by the code of the last refusal.
    """

    seed: int
    first: date
    days: int
    lives: tuple[Life, ...]
    weeks: Weeks
    holds: tuple[HoldSeen, ...]
    told: Told
    deviations: Mapping[str, int]
    refused: Mapping[str, int]
    turned_away: int
    given_up: Mapping[str, int]
    at_the_top: int
    commands: int
    events: int

    @property
    def unended(self) -> int:
        return sum(each.end is None for each in self.lives)

    @property
    def infused(self) -> int:
        return sum(each.infused for each in self.lives)


class NobodyConsented(ValueError):
    """A play in which there is nothing to observe."""


def observe(played: PlayedStudy) -> Observed:
    """What happened in a study that was played to its end; its seed is a number.

    Raises:
        NobodyConsented: no participant ever did.
    """
    course = played.course
    states = list(_states(course))
    lives = tuple(life for state in states if (life := life_of(state)) is not None)
    if not lives:
        raise NobodyConsented(f"study {course.study}: nobody consented, so there is nothing to observe")
    study, _ = course.of_study()
    first, last = min(each.consented for each in lives), max(each.last for each in lives)
    alerts, zone = [*_alerts(states, study)], states[0].zone
    commands = course.paper.commands(limit=_EVERYTHING)
    return Observed(
        seed=int(played.seed),
        first=first,
        days=(last - first).days + 1,
        lives=lives,
        weeks=weeks_of(alerts, first, max(last, _last_moved(alerts, zone, last)), zone),
        holds=tuple(_hold(each, first, zone) for each in study.holds),
        told=told_of(course.paper.owed, {each.participant: each.rules.site for each in states}),
        deviations=dict(Counter(each.kind for state in states for each in state.deviations.values())),
        refused=dict(Counter(each.code for each in commands if each.code is not None)),
        turned_away=len(played.turned_away),
        given_up=dict(Counter(each.code for each in played.given_up)),
        at_the_top=sum(_at_the_top(each) for each in alerts),
        commands=len(commands),
        events=sum(course.paper.head(stream).version for stream in course.paper.streams()),
    )


def _states(course: Course) -> Iterator[State]:
    for subject in course.subjects:
        state = course.state(subject) if subject != STUDY_SUBJECT else None
        if state is not None:
            yield state


def _alerts(states: Sequence[State], study: Study) -> Iterator[Alert]:
    keepers: list[State | Study] = [*states, study]
    for each in keepers:
        yield from each.settled_alerts
        yield from each.alerts.values()


def _last_moved(alerts: Iterable[Alert], zone: ZoneInfo, last: date) -> date:
    """The last day on which an alert was raised or settled."""
    moments = chain.from_iterable((each.raised_at, each.resolved_at) for each in alerts)
    return max((at.astimezone(zone).date() for at in moments if at is not None), default=last)


def _hold(hold: Hold, first: date, zone: ZoneInfo) -> HoldSeen:
    placed = hold.placed.placed_at.astimezone(zone).date()
    lifted = hold.lifted.lifted_at.astimezone(zone).date() if hold.lifted is not None else None
    lasted = (lifted - placed).days if lifted is not None else None
    return HoldSeen(hold.placed.rule or BY_HAND, (placed - first).days, lasted)


def _at_the_top(alert: Alert) -> bool:
    return alert.rung >= len(alert.ladder.rungs) > 1
