"""A record to replay: lives heard by the desk in virtual time, each deadline at its own moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from activities.orders import REACH_CLOCK, DeskOutcome, Due, OpenOrder, clock_command_id
from domain.commands import Command, command_body
from domain.recorded import STUDY_SUBJECT
from replay.history import History, history_of
from tests.support.lives import life
from tests.support.trial import Trial, open_trial

FIRST, SECOND = "EX02-001", "EX02-002"


@dataclass
class Recording:
    """A trial whose deadlines pass by themselves between what is asked."""

    trial: Trial
    file: Path
    _due: dict[str, Due] = field(default_factory=dict)
    _asked: int = 0

    def ask(self, participant: str, command: Command | dict[str, Any], at: datetime) -> DeskOutcome:
        """Let time pass up to `at`, then ask."""
        self.pass_time(at)
        body = command if isinstance(command, dict) else command_body(command)
        self._asked += 1
        return self._hear(participant, body, at, f"asked/{self._asked:04}")

    def pass_time(self, until: datetime) -> None:
        """Decide every deadline up to `until`, the earliest first."""
        while self._due:
            participant, due = min(self._due.items(), key=lambda each: (each[1].at, each[0]))
            at = datetime.fromisoformat(due.at)
            if at > until:
                return
            outcome = self._hear(participant, REACH_CLOCK, at, clock_command_id(due.at))
            assert outcome.due != due, f"the deadline {due} stays"

    def history(self) -> History:
        """What is recorded by now."""
        with self.trial.store.reading() as reading:
            return history_of(reading)

    def _hear(self, participant: str, body: dict[str, Any], at: datetime, command_id: str) -> DeskOutcome:
        outcome = self.trial.hear(participant, body, at, command_id)
        self._wait(participant, outcome)
        if outcome.study_moved:
            self._wait(STUDY_SUBJECT, self._look(STUDY_SUBJECT))
        return outcome

    def _wait(self, subject: str, outcome: DeskOutcome) -> None:
        self._due.pop(subject, None)
        if outcome.due is not None:
            self._due[subject] = outcome.due

    def _look(self, subject: str) -> DeskOutcome:
        with self.trial.store.writing() as tx:
            return self.trial.hearing.look(tx, OpenOrder(self.trial.study, subject))


def recording(folder: Path) -> Recording:
    """An empty trial in a folder."""
    file = folder / "record.sqlite3"
    return Recording(open_trial(f"sqlite:///{file}", site="hefei"), file)


def told_lives(folder: Path, lives: Sequence[tuple[str, date]]) -> Recording:
    """Whole participations, interleaved as they happened."""
    record = recording(folder)
    told = [
        (at, participant, command)
        for participant, consent in lives
        for at, command in life(record.trial.protocol, record.trial.site, participant, consent)
    ]
    for at, participant, command in sorted(told, key=lambda step: step[:2]):
        outcome = record.ask(participant, command, at)
        assert outcome.refused is None, f"{participant} {at}: {outcome.text}"
    return record
