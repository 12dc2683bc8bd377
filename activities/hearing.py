"""Hearing one command in an open transaction: load, decide, append, show, owe.

The rule that keeps it honest: the outcome of a command id is found before anything is decided, and events,
command, read models and owed notices are written together or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from activities import settling
from activities.orders import DeskOrder, DeskOutcome, OpenOrder
from activities.outcomes import Heard, outcome_of
from activities.remembering import Remembered
from activities.rulebook import MissingDocument, Rulebook
from activities.study_hearing import StudyHearing
from activities.wire import body_hash, parsed, readable
from domain.commands import Command, RegisterParticipant
from domain.decide import Subject, decide
from domain.events import Event, ParticipantRegistered
from domain.evolve import ParticipantEvent, fold
from domain.notices import owed
from domain.recorded import STUDY_SUBJECT, Recorded, Stamp, participant_stream, study_stream
from domain.refusal import Code, Refused
from domain.rows import rows_of
from domain.state import Rules, State, initial
from domain.stated import parse_instant
from domain.study import Study, StudyRules
from store import Head, Reading, StoredCommand, Writing


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is stamped on every event of this process: versions of the software and of the zone table."""

    software: str
    zone_table: str


class Hearing:
    """Decides commands. Holds no connection: the transaction is passed in."""

    def __init__(self, rulebook: Rulebook, provenance: Provenance) -> None:
        self._rulebook = rulebook
        self._provenance = provenance
        self._states: Remembered[State] = Remembered(STATES_REMEMBERED)
        self._of_study = StudyHearing(rulebook, provenance.software, provenance.zone_table)

    def hear(self, tx: Writing, order: DeskOrder) -> DeskOutcome:
        """The outcome of the order, decided now or found as decided before.

        Raises:
            StoreError: nothing was written; a retryable one is worth asking again with the same id.
        """
        stream = stream_of(order.study, order.participant)
        tx.lock(*_streams_to_lock(order))
        before = tx.command(stream, order.command_id)
        if before is not None:
            return self._as_before(tx, order, before)
        if order.participant == STUDY_SUBJECT:
            return self._of_study.decide(tx, order)
        return self._decide(tx, order, stream)

    def look(self, tx: Writing, order: OpenOrder) -> DeskOutcome:
        """How the participant stands, deciding nothing."""
        return self._outcome(tx, order.study, order.participant, Heard())

    def state_of(self, tx: Reading, study: str, participant: str) -> State | None:
        """The participant as recorded, under their own rules; None when there is no such participant."""
        stream = participant_stream(study, participant)
        head = tx.head(stream)
        if head.version == 0:
            return None
        known = self._states.recall(stream, head)
        if known is not None:
            return self._under_rules_in_force(tx, study, known)
        record = tx.events(stream)
        rules = self._rulebook.for_participant(tx, study, registration(record))
        state = fold(initial(rules), _events(record))
        self._states.keep(stream, head, state)
        return state

    def study_of(self, tx: Reading, study: str) -> tuple[Study, StudyRules | None]:
        """The study as recorded, and what it is decided under; None: nothing is published for it."""
        known = self._rulebook.study(tx, study)
        published = known.protocols and known.sites
        return known, self._rulebook.study_rules(tx, study) if published else None

    def _under_rules_in_force(self, tx: Reading, study: str, state: State) -> State:
        site = self._rulebook.site_in_force(tx, study, state.site)
        versions = self._rulebook.versions(tx, study)
        known = state.rules
        if site is known.site and versions == known.versions:
            return state
        return replace(state, rules=replace(known, site=site, versions=versions))

    def _as_before(self, tx: Writing, order: DeskOrder, before: StoredCommand) -> DeskOutcome:
        if before.body_hash != body_hash(readable(order.command)):
            text = f"command id {order.command_id} was used before for something else ({before.kind})"
            heard = Heard(refused=Code.COMMAND_REUSED.value, text=text)
        else:
            heard = Heard(refused=before.code, text=before.text, events=before.events, repeated=True)
        return self._outcome(tx, order.study, order.participant, heard)

    def _decide(self, tx: Writing, order: DeskOrder, stream: str) -> DeskOutcome:
        known = self.state_of(tx, order.study, order.participant)
        at = _recorded_at(order, tx.head(stream))
        state: State | None = known
        command: Command | None = None
        try:
            command = parsed(order.command)
            state = known if known is not None else self._new(tx, order, command)
            events = decide(state, command, at, Subject(order.study, order.participant))
            after = fold(state, events)
            stamp = self._stamp(order, command, state.rules, at)
            study_moved = self._of_study.tell(tx, order.study, after, events, stamp)
        except Refused as refused:
            recorded: list[ParticipantEvent] = []
            if command is not None and state is not None and refused.recorded:
                stamp = self._stamp(order, command, state.rules, at)
                recorded = _participants(refused.recorded)
                state = self._record(tx, order, recorded, fold(state, recorded), stamp)
            return self._refused(tx, order, stream, refused, at, state, recorded)
        self._record(tx, order, events, after, stamp)
        tx.settle_command(settling.recorded(order, stream, stamp, events, after.version))
        heard = Heard(events=tuple(event.TYPE for event in events))
        outcome = outcome_of(after, tx.unsettled(order.study, order.participant), heard)
        return replace(outcome, study_moved=study_moved)

    def _record(
        self, tx: Writing, order: DeskOrder, events: list[ParticipantEvent], after: State, stamp: Stamp
    ) -> State:
        """Put the events on the record with what they show and owe; `after` is the state after them."""
        # The record's global lock is taken by the append, so what needs no lock comes before it.
        if events:
            if tx.shows:
                tx.show(rows_of(after))
            notices = list(owed(events, after.rules.site))
            tx.owe(order.study, order.participant, notices, stamp.recorded_at)
        stream = participant_stream(order.study, order.participant)
        self._states.keep(stream, tx.append(stream, after.version - len(events), events, stamp), after)
        return after

    def _new(self, tx: Writing, order: DeskOrder, command: Command) -> State:
        if isinstance(command, RegisterParticipant):
            return initial(self._rulebook.for_registration(tx, order.study, command.site))
        raise Refused(
            Code.UNKNOWN_PARTICIPANT,
            f"there is no participant {order.participant!r} in {order.study}: enrol them first",
        )

    def _refused(
        self,
        tx: Writing,
        order: DeskOrder,
        stream: str,
        refused: Refused,
        at: datetime,
        state: State | None,
        recorded: Sequence[Event],
    ) -> DeskOutcome:
        version = state.version if state else 0
        rules = (state.protocol.hash, state.rules.site.hash) if state else (None, None)
        tx.settle_command(settling.turned_away(order, stream, refused, at, version, recorded, rules))
        heard = Heard(refused=refused.code.value, text=refused.text)
        return self._outcome(tx, order.study, order.participant, heard)

    def _outcome(self, tx: Writing, study: str, participant: str, heard: Heard) -> DeskOutcome:
        if participant == STUDY_SUBJECT:
            return self._of_study.look(tx, study, heard)
        state = self.state_of(tx, study, participant)
        if state is None:
            return DeskOutcome(
                refused=heard.refused, text=heard.text, repeated=heard.repeated, known=False, closed=True
            )
        return outcome_of(state, tx.unsettled(study, participant), heard)

    def _stamp(self, order: DeskOrder, command: Command, rules: Rules, at: datetime) -> Stamp:
        return Stamp(
            recorded_at=at,
            command_id=order.command_id,
            actor=command.actor,
            protocol=rules.protocol.hash,
            site=rules.site.hash,
            zone_table=self._provenance.zone_table,
            software=self._provenance.software,
        )


STATES_REMEMBERED = 2_000
LEADING_TO_THE_STUDY = frozenset({"register_participant", "end_participation", "sign_gate"})


def stream_of(study: str, subject: str) -> str:
    """The stream of a participant, or of the study itself."""
    return study_stream(study) if subject == STUDY_SUBJECT else participant_stream(study, subject)


def _streams_to_lock(order: DeskOrder) -> list[str]:
    streams = [stream_of(order.study, order.participant)]
    if isinstance(order.command, dict) and order.command.get("kind") in LEADING_TO_THE_STUDY:
        streams.append(study_stream(order.study))
    return streams


def _recorded_at(order: DeskOrder, head: Head) -> datetime:
    # Two clocks may record (the workflow's and the watchdog's): a stream's time never goes back.
    asked = parse_instant(order.at)
    return asked if head.recorded_at is None else max(asked, head.recorded_at)


def registration(record: list[Recorded]) -> ParticipantRegistered:
    """The event that opens a participant's stream.

    Raises:
        MissingDocument: the stream begins with something else, so no rules can be found for it.
    """
    first = record[0].event
    if not isinstance(first, ParticipantRegistered):
        raise MissingDocument(f"stream {record[0].stream} does not begin with a registration")
    return first


def _participants(events: tuple[Event, ...]) -> list[ParticipantEvent]:
    return [event for event in events if isinstance(event, ParticipantEvent)]


def _events(record: list[Recorded]) -> list[ParticipantEvent]:
    return [cast(ParticipantEvent, each.event) for each in record]
