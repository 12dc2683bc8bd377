"""Several participants and their study on the pure core, as the desk keeps them.

The rule that keeps it honest: each decision is answered by the study in the same step or refused as a whole,
and every deadline, of a participant or of the study, is decided at its own moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from domain import Refused, Rules, State, Subject, decide, fold, initial, next_deadline
from domain.commands import Command, ReachClock
from domain.events import Event, ProtocolPublished, SitePublished
from domain.evolve import ParticipantEvent
from domain.recorded import STUDY_SUBJECT
from domain.roles import SYSTEM
from domain.study import (
    Study,
    StudyRules,
    answer,
    decide_study,
    evolve_study,
    fold_study,
    next_study_deadline,
    study_rules,
)

ToldOf = tuple[datetime, str, Command]
"""When, to whom (a participant's code or "study"), and what."""


def published(rules: Rules) -> Study:
    """A study whose protocol and one site are published."""
    protocol, site = rules.protocol, rules.site
    return fold_study(
        [
            ProtocolPublished(protocol.id, protocol.id, protocol.version, protocol.hash),
            SitePublished(site.id, site.version, site.hash),
        ]
    )


@dataclass
class Cohort:
    """Participants by code, their study, and what the last step led to: (whose stream, event)."""

    rules: Rules
    study: Study = field(init=False)
    states: dict[str, State] = field(default_factory=dict)
    events: list[tuple[str, Event]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.study = published(self.rules)

    @property
    def study_rules(self) -> StudyRules:
        return study_rules(self.rules)

    def when(self, who: str, command: Command, at: datetime) -> Cohort:
        """Let the clock run up to `at` and hear the command then.

        Raises:
            Refused: nothing moved, except what the refusal itself records.
        """
        self.run(at)
        self.events = []
        self._hear(who, command, at)
        return self

    def hear(self, who: str, command: Command, at: datetime) -> Cohort:
        """Hear the command at `at` without letting any clock run first, as after an outage."""
        self.events = []
        self._hear(who, command, at)
        return self

    def play(self, told: Iterable[ToldOf]) -> Cohort:
        """Everything told, in order of time."""
        for at, who, command in sorted(told, key=lambda each: each[0]):
            self.when(who, command, at)
        return self

    def run(self, until: datetime) -> Cohort:
        """Let every deadline up to and at `until` pass at its moment; `events` are all of theirs."""
        self.events = []
        while (due := min(self._deadlines(), default=None)) is not None and due[0] <= until:
            self._hear(due[1], ReachClock(actor=SYSTEM), due[0])
        return self

    def types(self, who: str = STUDY_SUBJECT) -> list[str]:
        """The types of the last step's events on one stream."""
        return [event.TYPE for whose, event in self.events if whose == who]

    def alerts(self) -> dict[str, tuple[str, int]]:
        """The study's open alerts without "study/": status and rung."""
        found = self.study.alerts.values()
        return {
            each.alert.removeprefix(f"{STUDY_SUBJECT}/"): (each.status.value, each.rung) for each in found
        }

    def _deadlines(self) -> Iterator[tuple[datetime, str]]:
        for who, state in self.states.items():
            if (deadline := next_deadline(state)) is not None:
                yield deadline.at, who
        if (deadline := next_study_deadline(self.study, self.study_rules)) is not None:
            yield deadline.at, STUDY_SUBJECT

    def _hear(self, who: str, command: Command, at: datetime) -> None:
        if who == STUDY_SUBJECT:
            self._tell_study(decide_study(self.study, self.study_rules, command, at))
            return
        state = self.states.get(who) or initial(self.rules)
        try:
            events = decide(state, command, at, Subject(self.rules.protocol.id, who))
            after = fold(state, events)
            answers = answer(self.study, self.study_rules, after, events, at)
        except Refused as refused:
            recorded = [each for each in refused.recorded if isinstance(each, ParticipantEvent)]
            if recorded:
                self._keep(who, fold(state, recorded), recorded)
            raise
        self._keep(who, after, events)
        self._tell_study(answers)

    def _keep(self, who: str, after: State, events: Iterable[ParticipantEvent]) -> None:
        self.states[who] = after
        self.events += [(who, event) for event in events]

    def _tell_study(self, events: Iterable[Event]) -> None:
        for event in events:
            self.study = evolve_study(self.study, event)
            self.events.append((STUDY_SUBJECT, event))
