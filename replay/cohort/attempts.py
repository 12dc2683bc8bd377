"""What was refused and is asked again later, a bounded number of times.

The rule that keeps it honest: nothing is asked for ever; what is given up is given up for good and is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from replay.cohort.document import AskingAgain
from replay.cohort.task import Task

_Key = tuple[str, str]
"""Whom a task is about, and its name."""


@dataclass(frozen=True)
class Attempts:
    """The attempts at every task that was refused and not done since."""

    rule: AskingAgain
    _refused: dict[_Key, int] = field(default_factory=dict)
    _next: dict[_Key, datetime] = field(default_factory=dict)
    _given_up: set[_Key] = field(default_factory=set)

    def not_before(self, subject: str, task: Task) -> datetime:
        """The first moment (UTC) at which it is worth trying."""
        asked_again = self._next.get((subject, task.name))
        return task.at if asked_again is None else max(task.at, asked_again)

    def again(self, subject: str, task: Task, now: datetime) -> bool:
        """It was refused `now`: plan another attempt; False: there were enough."""
        key = (subject, task.name)
        self._refused[key] = self._refused.get(key, 0) + 1
        self._next[key] = now + self.rule.every.elapsed
        return self._refused[key] <= self.rule.at_most

    def settled(self, subject: str, task: Task) -> None:
        """It was done; should the same be done once more, it starts anew."""
        self._refused.pop((subject, task.name), None)
        self._next.pop((subject, task.name), None)

    def give_up(self, subject: str, task: Task) -> None:
        self._given_up.add((subject, task.name))

    def is_given_up(self, subject: str, task: Task) -> bool:
        return (subject, task.name) in self._given_up
