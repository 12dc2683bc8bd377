"""The domain of a trial participant's timeline: pure functions over events.

    decide(state, command, at, subject) -> [event, ...]   or Refused
    evolve(state, event)                -> state
    next_deadline(state)                -> Deadline or None

The rule that keeps it honest: no clock, no I/O, no randomness, no Temporal and no SQL in this package. The
passing of time is a command too (`ReachClock`).

Start with `commands` (what may be asked) and `events` (what can have happened), then follow `decide`.
"""

from domain.deadline import next_deadline
from domain.decide import Subject, decide
from domain.evolve import evolve, fold
from domain.refusal import Code, Refused
from domain.standing import Standing, standing
from domain.state import Rules, State, initial
from domain.warrant import Deadline

__all__ = [
    "Code",
    "Deadline",
    "Refused",
    "Rules",
    "Standing",
    "State",
    "Subject",
    "decide",
    "evolve",
    "fold",
    "initial",
    "next_deadline",
    "standing",
]
