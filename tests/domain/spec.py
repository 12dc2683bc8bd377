"""Given what people did, when somebody asks, then these events or this refusal.

The rule that keeps it honest: the clock runs as in production: each deadline is decided at its own moment
before the next command is heard.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from domain import (
    Code,
    Deadline,
    Refused,
    Rules,
    Standing,
    State,
    Subject,
    decide,
    fold,
    initial,
    next_deadline,
    standing,
)
from domain.commands import Command, ReachClock
from domain.events import Event
from domain.evolve import ParticipantEvent
from domain.plan import whole_plan
from domain.roles import SYSTEM
from domain.standing import sight_of
from tests.domain import builders

E = TypeVar("E", bound=Event)
SUBJECT = Subject("NCT06642025", "EX02-001")


def given(*story: Iterable[tuple[datetime, Command]], rules: Rules | None = None) -> Course:
    """A participant (EX02-001) to whom all of the story happened."""
    course = Course(initial(rules or builders.rules()))
    for told in story:
        for at, command in told:
            course.when(command, at)
    return course


@dataclass
class Course:
    """A participant's state, and the events of the last thing asked."""

    state: State
    events: tuple[ParticipantEvent, ...] = ()
    record: list[ParticipantEvent] = field(default_factory=list)
    refusal: Refused | None = None

    def when(self, command: Command, at: datetime) -> Course:
        """Let the clock run up to `at` and hear the command then; a refusal leaves the state as it was."""
        self.run(at)
        return self.hear(command, at)

    def hear(self, command: Command, at: datetime) -> Course:
        """Hear the command at `at` without letting the clock run first, as after an outage."""
        assert self.refusal is None, f"the story was refused already: {self.refusal}"
        try:
            self.events = tuple(decide(self.state, command, at, SUBJECT))
        except Refused as refused:
            self.events, self.refusal = (), refused
        self.state = fold(self.state, self.events)
        self.record.extend(self.events)
        return self

    def run(self, until: datetime) -> Course:
        """Let every deadline up to and at `until` pass at its moment; `events` are all of theirs."""
        passed: list[ParticipantEvent] = []
        while (due := next_deadline(self.state)) is not None and due.at <= until:
            self.hear(ReachClock(actor=SYSTEM), due.at)
            passed += self.events
        self.events = tuple(passed)
        return self

    def then(self, *events: str | ParticipantEvent) -> Course:
        """Exactly these events happened, in order: whole events, or their types."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert len(self.events) == len(events), [each.TYPE for each in self.events]
        for found, wanted in zip(self.events, events, strict=True):
            told = found.TYPE if isinstance(wanted, str) else found
            assert told == wanted, found
        return self

    def includes(self, *types: str) -> Course:
        """It was taken, and events of these types are among what happened."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert set(types) <= {each.TYPE for each in self.events}, [each.TYPE for each in self.events]
        return self

    def refused(self, code: Code, *saying: str) -> None:
        """It was refused with this code, and the sentence names each of `saying`."""
        assert self.refusal is not None, f"it was taken: {[each.TYPE for each in self.events]}"
        assert self.refusal.code is code, self.refusal
        for part in saying:
            assert part in self.refusal.text, self.refusal.text

    def keep_trace(self) -> None:
        """Go on after a refusal, with what it left on the record."""
        assert self.refusal is not None, "nothing was refused"
        left = [each for each in self.refusal.recorded if isinstance(each, ParticipantEvent)]
        self.state, self.refusal = fold(self.state, left), None
        self.record.extend(left)

    def stands(self, item: str, now: datetime) -> Standing:
        """How the item stands at `now`."""
        found = self.state.protocol.items[item]
        return standing(sight_of(self.state, found, whole_plan(self.state).get(item)), now)

    def alerts(self) -> dict[str, tuple[str, int]]:
        """The open alerts without the participant: status and rung."""
        open_ones = self.state.alerts.values()
        return {each.alert.split("/", 1)[1]: (each.status.value, each.rung) for each in open_ones}

    def one(self, type_: type[E]) -> E:
        """The one event of that type among `events`."""
        found = [each for each in self.events if isinstance(each, type_)]
        assert len(found) == 1, [each.TYPE for each in self.events]
        return found[0]

    def due(self) -> Deadline:
        """What is waited for next."""
        deadline = next_deadline(self.state)
        assert deadline is not None, "nothing is left to wait for"
        return deadline
