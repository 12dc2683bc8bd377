"""A study going on, on paper: what is asked is heard, and every deadline between passes at its moment.

The rule that keeps it honest: time passes as in production, deadline by deadline, for participants and study
alike; nothing is heard at a moment before what is due by then was decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from activities.hearing import Hearing
from activities.orders import (
    REACH_CLOCK,
    DeskOrder,
    DeskOutcome,
    Due,
    OpenOrder,
    clock_command_id,
)
from domain.deadline import next_deadline
from domain.notices import Notice
from domain.recorded import STUDY_SUBJECT, Recorded
from domain.state import Alert, AlertStatus, State
from domain.study import Study, StudyRules, next_study_deadline
from domain.warrant import Deadline
from replay.awaited import Awaited
from replay.difference import subject_of
from replay.paper import Paper
from replay.patience import Patience


class Standstill(Exception):
    """A deadline that stays when it is decided: time cannot go on."""


class Course:
    """One study on one paper. `subjects`: everybody who was asked something.

    `quiet`: nobody waits for the last rung of a ladder to be told once more, which may be every minute for
    months and changes nothing but the number of messages; everything else passes at its moment.
    `patience`: how long it may take.
    """

    def __init__(
        self,
        paper: Paper,
        hearing: Hearing,
        study: str,
        *,
        quiet: bool = False,
        patience: Patience | None = None,
    ) -> None:
        self.paper, self.study = paper, study
        self._hearing, self._patience = hearing, patience
        # How many messages were owed when it became quiet.
        self._quiet_after: int | None = 0 if quiet else None
        self._awaited = Awaited()
        self.subjects: dict[str, None] = {}
        self._seqs: dict[tuple[str, int], int] = {}

    def ask(self, subject: str, body: dict[str, Any], at: datetime, command_id: str) -> DeskOutcome:
        """Let time pass up to `at` (UTC), then have the command decided.

        Raises:
            Standstill: a deadline stays as it is.
            OutOfPatience: it takes too long.
        """
        self.pass_time(at)
        self.paper.begin()
        return self._hear(subject, body, at, command_id)

    def pass_time(self, until: datetime) -> None:
        """Decide every deadline up to `until` (UTC), the earliest first.

        Raises:
            Standstill: a deadline stays as it is.
            OutOfPatience: it takes too long.
        """
        while (first := self._awaited.first()) is not None:
            subject, due = first
            at = datetime.fromisoformat(due.at)
            if at > until:
                return
            outcome = self._hear(subject, REACH_CLOCK, at, clock_command_id(due.at))
            if outcome.due == due:
                again = clock_command_id(due.at, outcome.version)
                outcome = self._hear(subject, REACH_CLOCK, at, again)
            if outcome.due == due:
                raise Standstill(f"{subject}: the deadline {due.at} ({due.summary}) stays as it is")

    def next_due(self) -> datetime | None:
        """The moment (UTC) of the earliest deadline that somebody waits for; None: nobody waits."""
        first = self._awaited.first()
        return datetime.fromisoformat(first[1].at) if first is not None else None

    def hush(self) -> None:
        """Be quiet from now on."""
        self._quiet_after = len(self.paper.owed)
        for subject in [*self.subjects]:
            self.look(subject)

    def look(self, subject: str) -> DeskOutcome:
        """How a subject stands; what it waits for is waited for from now on."""
        return self._waited(subject, self._hearing.look(self.paper, OpenOrder(self.study, subject)))

    def state(self, participant: str) -> State | None:
        """A participant as the paper has it; None when there is no such participant."""
        return self._hearing.state_of(self.paper, self.study, participant)

    def of_study(self) -> tuple[Study, StudyRules | None]:
        """The study as the paper has it, and what it is decided under; None: nothing is published."""
        return self._hearing.study_of(self.paper, self.study)

    def messages(self) -> Iterator[Notice]:
        """What people are told; since it is quiet, without what was said to them before."""
        for number, (_, _, notice) in enumerate(self.paper.owed):
            if self._quiet_after is None or number < self._quiet_after or notice.round == 1:
                yield notice

    def matched(self, subject: str, recorded: Sequence[Recorded]) -> None:
        """Remember where this course has what was recorded by the command that was just asked."""
        free = [each for each in self.paper.taken if _belongs(each, subject)]
        for known in recorded:
            name = subject_of(known.event)
            same = next((each for each in free if subject_of(each.event) == name), None)
            if same is not None and _belongs(known, subject):
                free.remove(same)
                self._seqs[subject, known.seq] = same.seq

    def renumbered(self, subject: str, body: dict[str, Any]) -> dict[str, Any]:
        """A command's body with the record it names by number named as it is numbered in this course."""
        here = self._seqs.get((subject, body["seq"])) if isinstance(body.get("seq"), int) else None
        return body if here is None else {**body, "seq": here}

    def fork(self) -> Course:
        """A copy that goes its own way."""
        copy = Course(self.paper.fork(), self._hearing, self.study, patience=self._patience)
        copy._quiet_after = self._quiet_after
        copy._awaited, copy.subjects = self._awaited.fork(), dict(self.subjects)
        copy._seqs = dict(self._seqs)
        return copy

    def _hear(self, subject: str, body: dict[str, Any], at: datetime, command_id: str) -> DeskOutcome:
        if self._patience is not None:
            self._patience.spend()
        order = DeskOrder(self.study, subject, command_id, body, at.isoformat())
        outcome = self._waited(subject, self._hearing.hear(self.paper, order))
        if outcome.study_moved:
            self.look(STUDY_SUBJECT)
        return outcome

    def _waited(self, subject: str, outcome: DeskOutcome) -> DeskOutcome:
        """The outcome, with what this course waits for from now on."""
        if self._quiet_after is not None and outcome.due is not None:
            outcome = replace(outcome, due=self._but_for_the_last_rung(subject))
        self._awaited.wait(subject, outcome.due)
        if outcome.known:
            self.subjects[subject] = None
        return outcome

    def _but_for_the_last_rung(self, subject: str) -> Due | None:
        deadline = self._of_study() if subject == STUDY_SUBJECT else self._of_participant(subject)
        return Due(deadline.at.isoformat(), deadline.what) if deadline is not None else None

    def _of_participant(self, participant: str) -> Deadline | None:
        state = self.state(participant)
        if state is None:
            return None
        alerts = {key: _told_once(each) for key, each in state.alerts.items()}
        return next_deadline(replace(state, alerts=alerts))

    def _of_study(self) -> Deadline | None:
        study, rules = self.of_study()
        if rules is None:
            return None
        alerts = {key: _told_once(each) for key, each in study.alerts.items()}
        return next_study_deadline(replace(study, alerts=alerts), rules)


def _told_once(alert: Alert) -> Alert:
    at_the_top = alert.status is AlertStatus.OPEN and alert.rung >= len(alert.ladder.rungs)
    return replace(alert, next_at=None) if at_the_top else alert


def _belongs(recorded: Recorded, subject: str) -> bool:
    return recorded.stream.endswith(f"/{subject}")
