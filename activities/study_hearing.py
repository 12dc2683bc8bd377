"""Hearing what concerns the study as a whole: its own commands, and what participants' events mean for it.

The rule that keeps it honest: in the caller's transaction and on the locked stream of the study, so that the
study's side of a decision is written with the participant's or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from activities import settling
from activities.orders import DeskOrder, DeskOutcome
from activities.outcomes import Heard
from activities.rulebook import Rulebook
from activities.study_outcomes import outcome_of_study
from activities.wire import parsed
from domain.events import Event, RungReached
from domain.notices import owed
from domain.recorded import STUDY_SUBJECT, Stamp, study_stream
from domain.refusal import Code, Refused
from domain.state import State
from domain.stated import parse_instant
from domain.study import (
    Study,
    StudyEvent,
    StudyRules,
    answer,
    decide_study,
    evolve_study,
    touches_study,
)
from domain.study.alarms import site_of
from domain.study.rows import study_rows
from store import Head, Writing


class StudyHearing:
    """Decides on the study's stream. Holds no connection: the transaction is passed in."""

    def __init__(self, rulebook: Rulebook, software: str, zone_table: str) -> None:
        self._rulebook = rulebook
        self._software, self._zone_table = software, zone_table

    def tell(self, tx: Writing, study: str, after: State, events: Sequence[Event], stamp: Stamp) -> bool:
        """Record what a participant's events mean for the study; whether its stream moved.

        Raises:
            Refused: the study does not let them happen.
        """
        if not touches_study(events):
            return False
        tx.lock(study_stream(study))
        known, rules = self._known(tx, study), self._rulebook.study_rules(tx, study)
        head = tx.head(study_stream(study))
        # Command ids are unique for each participant only, and here the participants meet.
        own = replace(_not_before(stamp, head), command_id=f"{after.participant}/{stamp.command_id}")
        answers = answer(known, rules, after, events, own.recorded_at)
        if answers:
            self._record(tx, study, known, rules, answers, own)
        return bool(answers)

    def decide(self, tx: Writing, order: DeskOrder) -> DeskOutcome:
        """Hear a command of the study itself; its stream is locked and the command id is new."""
        stream = study_stream(order.study)
        known, head = self._known(tx, order.study), tx.head(stream)
        at = max(parse_instant(order.at), head.recorded_at or parse_instant(order.at))
        try:
            command = parsed(order.command)
            if not known.protocols or not known.sites:
                text = f"no protocol and site are published for study {order.study!r}"
                raise Refused(Code.UNKNOWN_STUDY, text)
            rules = self._rulebook.study_rules(tx, order.study)
            events = decide_study(known, rules, command, at)
        except Refused as refused:
            tx.settle_command(settling.turned_away(order, stream, refused, at, known.version))
            return self.look(tx, order.study, Heard(refused=refused.code.value, text=refused.text))
        stamp = Stamp(
            recorded_at=at,
            command_id=order.command_id,
            actor=command.actor,
            protocol=rules.protocol.hash,
            site=None,
            zone_table=self._zone_table,
            software=self._software,
        )
        after = self._record(tx, order.study, known, rules, events, stamp) if events else known
        tx.settle_command(settling.recorded(order, stream, stamp, events, after.version))
        return self.look(tx, order.study, Heard(events=tuple(event.TYPE for event in events)))

    def look(self, tx: Writing, study: str, heard: Heard) -> DeskOutcome:
        """How the study stands."""
        known = self._known(tx, study)
        if not known.protocols or not known.sites:
            return DeskOutcome(
                refused=heard.refused, text=heard.text, repeated=heard.repeated, known=False, closed=True
            )
        rules = self._rulebook.study_rules(tx, study)
        return outcome_of_study(known, rules, tx.unsettled(study, STUDY_SUBJECT), heard)

    def show(self, tx: Writing, study: str) -> None:
        """Bring the study's read models up to date with its stream."""
        known = self._known(tx, study)
        if known.protocols and known.sites:
            tx.show_study(study_rows(known, self._rulebook.study_rules(tx, study)))

    def _known(self, tx: Writing, study: str) -> Study:
        return self._rulebook.study(tx, study)

    def _record(
        self,
        tx: Writing,
        study: str,
        before: Study,
        rules: StudyRules,
        events: Sequence[StudyEvent],
        stamp: Stamp,
    ) -> Study:
        head = tx.append(study_stream(study), before.version, events, stamp)
        after = before
        for event in events:
            after = evolve_study(after, event)
        self._rulebook.keep_study(study, head, after)
        tx.show_study(study_rows(after, rules))
        for event in events:
            if isinstance(event, RungReached):
                alert = after.alert_named(event.alert)
                assert alert is not None, "a rung belongs to an alert"
                site = site_of(after, rules, alert.item, alert.kind)
                tx.owe(study, STUDY_SUBJECT, list(owed([event], site)), stamp.recorded_at)
        return after


def _not_before(stamp: Stamp, head: Head) -> Stamp:
    earlier = head.recorded_at
    return stamp if earlier is None else replace(stamp, recorded_at=max(stamp.recorded_at, earlier))
