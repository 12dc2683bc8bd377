"""What must hold after every step, whatever went wrong before it.

The rule that keeps it honest: the record is folded here a second time, event by event as it appears, and
everything shown, answered or told is compared with that fold.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from activities.orders import DeskOrder, DeskOutcome
from activities.rulebook import Rulebook
from domain.events import AlertRaised, ParticipantRegistered, RungReached
from domain.evolve import ParticipantEvent, evolve
from domain.notices import owed
from domain.recorded import STUDY_SUBJECT, Recorded, participant_stream, study_stream
from domain.rows import rows_of
from domain.state import AlertStatus, State, initial
from domain.study import Study, evolve_study
from domain.study.rows import study_rows
from store import Reading, Store
from tests.domain.promises import hold_for_a_state


class Broken(AssertionError):
    """A promise that did not hold."""


Answer = tuple[str | None, tuple[str, ...]]


@dataclass
class Promises:
    """The record as it has been seen so far, and every answer that was given."""

    store: Store
    study: str
    rulebook: Rulebook = field(default_factory=Rulebook)
    states: dict[str, State] = field(default_factory=dict)
    studied: Study = field(default_factory=Study)
    _newest: dict[str, datetime] = field(default_factory=dict)
    _answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    _rungs: set[tuple[str, int, int]] = field(default_factory=set)

    def answered(self, order: DeskOrder, outcome: DeskOutcome) -> None:
        """The same id is answered the same for ever, and what is answered is kept (INV-1, INV-2, INV-3)."""
        key = (order.participant, order.command_id)
        answer: Answer = (outcome.refused, tuple(outcome.events))
        first = self._answers.setdefault(key, answer)
        _hold(first == answer, f"{key} was answered {first} and now {answer} (INV-2)")
        stream = self._stream(order.participant)
        with self.store.reading() as reading:
            kept = reading.command(stream, order.command_id)
        _hold(kept is not None, f"{key} was answered and is not kept (INV-1)")

    def hold(self) -> None:
        """Look at whatever is new, and at everything shown of those it concerns."""
        with self.store.reading() as reading:
            self._study_holds(reading)
            for stream in reading.streams(f"participant/{self.study}/"):
                self._participant_holds(reading, stream.rpartition("/")[2], stream)

    def everything_answered_is_kept(self) -> None:
        """Every answer anybody ever had is on the record as it was given (INV-1)."""
        with self.store.reading() as reading:
            for (participant, command_id), (refused, events) in self._answers.items():
                kept = reading.command(self._stream(participant), command_id)
                _hold(kept is not None and kept.code == refused, f"{participant} {command_id} (INV-1)")
                assert kept is not None
                _hold(kept.events == events, f"{participant} {command_id}: {kept.events} {events} (INV-1)")

    def _participant_holds(self, reading: Reading, participant: str, stream: str) -> None:
        known = self.states.get(participant)
        new = reading.events(stream, after=known.version if known else 0)
        if not new:
            return
        self._in_order(stream, known.version if known else 0, new)
        state = known or self._opened(reading, new[0])
        for recorded in new:
            self._event_holds(state, recorded)
            state = evolve(state, cast(ParticipantEvent, recorded.event))
        self.states[participant] = state
        self._decided(state, new[-1])
        self._shown(reading, participant, state)
        self._owed(reading, participant, state, new)

    def _opened(self, reading: Reading, first: Recorded) -> State:
        event = first.event
        _hold(isinstance(event, ParticipantRegistered), f"{first.stream} begins with {event.TYPE}")
        return initial(self.rulebook.for_participant(reading, self.study, cast(ParticipantRegistered, event)))

    def _in_order(self, stream: str, before: int, new: list[Recorded]) -> None:
        """Numbers without a gap, times that never go back (INV-4)."""
        seqs = [each.seq for each in new]
        _hold(seqs == list(range(before + 1, before + 1 + len(new))), f"{stream}: {seqs} (INV-4)")
        for each in new:
            earlier = self._newest.get(stream, each.stamp.recorded_at)
            _hold(earlier <= each.stamp.recorded_at, f"{stream} #{each.seq} goes back in time")
            self._newest[stream] = each.stamp.recorded_at

    def _event_holds(self, state: State, recorded: Recorded) -> None:
        event = recorded.event
        if isinstance(event, AlertRaised):
            early = recorded.stamp.recorded_at < event.due
            _hold(not early, f"{event.alert} was raised before it was due (INV-9)")
        if isinstance(event, RungReached):
            early = recorded.stamp.recorded_at < event.due
            _hold(not early, f"{event.alert} was told before it was due (INV-9)")
            step = (event.alert, event.rung, event.round)
            _hold(step not in self._rungs, f"{step} was told twice (INV-17)")
            self._rungs.add(step)
            alert = state.alert_named(event.alert)
            answered = alert is not None and alert.status is AlertStatus.ACKNOWLEDGED
            _hold(not answered, f"{step} was told after it was acknowledged (INV-17)")

    def _decided(self, state: State, last: Recorded) -> None:
        """Whatever was due when something was recorded is decided, and every window is what the facts say
        (INV-7, INV-8, INV-10, INV-11)."""
        try:
            hold_for_a_state(state, last.stamp.recorded_at)
        except AssertionError as error:
            raise Broken(f"{last.stream} #{last.seq}: {error}") from error

    def _owed(self, reading: Reading, participant: str, state: State, new: list[Recorded]) -> None:
        """Each rung that is reached is owed to everybody on it, in the same transaction."""
        wanted = {each.notice for each in owed((each.event for each in new), state.rules.site)}
        there = {each.notice for each in reading.notices(self.study, participant)}
        _hold(wanted <= there, f"{participant}: nobody is told of {sorted(wanted - there)}")

    def _shown(self, reading: Reading, participant: str, state: State) -> None:
        """What lists show is what the events come to (INV-5, INV-27)."""
        views = rows_of(state)
        _hold(
            reading.participant(self.study, participant) == views.participant, f"{participant} is shown else"
        )
        items = {each.item: each for each in reading.items(self.study, participant)}
        _hold(items == {each.item: each for each in views.items}, f"{participant}'s items are shown else")
        alerts = {each.alert: each for each in reading.alerts(self.study, participant)}
        _hold(alerts == {each.alert: each for each in views.alerts}, f"{participant}'s alerts are shown else")
        kept = {(each.alert, each.rung, each.round) for each in reading.notices(self.study, participant)}
        told = {step for step in self._rungs if step[0].startswith(f"{participant}/")}
        _hold(kept <= told, f"{participant}: a notice is owed for no rung: {kept - told}")

    def _study_holds(self, reading: Reading) -> None:
        stream = study_stream(self.study)
        new = reading.events(stream, after=self.studied.version)
        if not new:
            return
        self._in_order(stream, self.studied.version, new)
        taken: dict[str, int] = defaultdict(int)
        for recorded in new:
            self.studied = evolve_study(self.studied, recorded.event)
            taken[recorded.event.TYPE] += 1
        if not self.studied.protocols or not self.studied.sites:
            return
        rules = self.rulebook.study_rules(reading, self.study)
        cap = rules.protocol.document.cap
        _hold(cap is None or len(self.studied.slots) <= cap.participants, "a slot was oversold")
        shown, folded = reading.study_views(self.study), study_rows(self.studied, rules)
        if shown is not None:
            _hold(shown.study == folded.study, "the study is shown else (INV-27)")

    def _stream(self, subject: str) -> str:
        return (
            study_stream(self.study) if subject == STUDY_SUBJECT else participant_stream(self.study, subject)
        )


def _hold(promise: bool, text: str) -> None:
    if not promise:
        raise Broken(text)
