"""A simulated participant's life, lived by the pure core in virtual time.

The rule that keeps it honest: the same decide, evolve and deadlines as in production; only the clock is the
script's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.demo.script import Act
from domain.commands import Command, ReachClock
from domain.deadline import next_deadline
from domain.decide import Subject, decide
from domain.evolve import ParticipantEvent, fold
from domain.roles import SYSTEM
from domain.state import Rules, State, initial


@dataclass(frozen=True, slots=True)
class Decision:
    """One command with the events it led to and the state after them."""

    at: datetime
    command_id: str
    command: Command
    events: tuple[ParticipantEvent, ...]
    after: State


def live(rules: Rules, subject: Subject, acts: Sequence[Act], until: datetime) -> Iterator[Decision]:
    """Every decision of a life up to `until` (UTC): people's acts, and deadlines that pass between them."""
    state = initial(rules)
    for number, act in enumerate(acts):
        if act.refused is not None:
            continue  # what is refused leaves a life as it is, and some refusals are the study's
        for passed in _deadlines(state, subject, act.at):
            state = passed.after
            yield passed
        decided = _decided(state, subject, act.at, f"simulated/{number:03}", act.command)
        state = decided.after
        yield decided
    yield from _deadlines(state, subject, until)


def _deadlines(state: State, subject: Subject, until: datetime) -> Iterator[Decision]:
    while (deadline := next_deadline(state)) is not None and deadline.at <= until:
        command_id = f"clock/{deadline.at.isoformat()}"
        decided = _decided(state, subject, deadline.at, command_id, ReachClock(actor=SYSTEM))
        state = decided.after
        yield decided


def _decided(state: State, subject: Subject, at: datetime, command_id: str, command: Command) -> Decision:
    events = decide(state, command, at, subject)
    return Decision(at, command_id, command, tuple(events), fold(state, events))
