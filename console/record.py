"""One participant's record in full: the events, the state they fold into, and what follows from it.

The rule that keeps it honest: the same fold and the same rules as the desk uses, and nothing decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from console.folding import folded
from console.reading import StudyLook
from console.sights import EventSight, ExplanationSight, FindingSight, GateSight, TouchSight
from console.speech import Speech
from console.telling import happened_in, told
from console.telling_why import rule_told, touch_told
from domain.eligibility import Finding, gate_findings
from domain.evolve import ParticipantEvent
from domain.explanation import Explanation, Touch, explain
from domain.protocol.document import Gate
from domain.protocol.expanded import Item
from domain.recorded import Recorded, participant_stream
from domain.signatures import shown_at, signature_for
from domain.signed import content_of
from domain.state import Outcome, State


@dataclass(frozen=True)
class ParticipantRecord:
    """The events of one participant with the state after them, seen through a look at the study."""

    look: StudyLook
    events: tuple[Recorded, ...]
    state: State

    @property
    def today(self) -> date:
        """The present day at the site."""
        return self.look.now.astimezone(self.state.zone).date()

    def gates(self) -> list[GateSight]:
        """Every gate of the protocol as it stands today."""
        return [self._gate(gate) for gate in self.state.protocol.gates.values()]

    def gate(self, code: str) -> GateSight | None:
        """One gate; None when the protocol has none of that code."""
        gate = self.state.protocol.gates.get(code)
        return self._gate(gate) if gate else None

    def told(self) -> list[EventSight]:
        """Every event as a line, oldest first."""
        return [self._event(each) for each in self.events]

    def explained(self, item: str) -> ExplanationSight:
        """Why the item's dates are what they are.

        Raises:
            Refused: the code is not in the participant's protocol version.
        """
        return _sight(self, explain(self.state, item, self.events, self.look.now))

    def _gate(self, gate: Gate) -> GateSight:
        newest = self.state.signatures.get(gate.code, ())[-1:]
        findings = gate_findings(self.state, gate, self.today)
        return GateSight(
            gate=gate.code,
            label=gate.labels.in_language(self.look.language),
            before=gate.before,
            signed_by=gate.signed_by.value,
            meaning=gate.meaning,
            signed_at=newest[0].signed_at if newest else None,
            signer=newest[0].by if newest else None,
            in_force=signature_for(self.state, gate, self.today) is not None,
            passed=self.state.item(gate.before).outcome is Outcome.DONE,
            findings=tuple(self._finding(gate, each) for each in findings),
            content=content_of(shown_at(self.state, gate, self.today)),
        )

    def _finding(self, gate: Gate, finding: Finding) -> FindingSight:
        needs = {need.code: need.labels for need in gate.needs}
        criterion = self.state.protocol.criteria.get(finding.code)
        labels = needs.get(finding.code) or (criterion.labels if criterion else None)
        return FindingSight(
            code=finding.code,
            label=labels.in_language(self.look.language) if labels else finding.code,
            truth=finding.truth.value,
            why=finding.why,
        )

    def _event(self, recorded: Recorded) -> EventSight:
        event = cast(ParticipantEvent, recorded.event)
        return EventSight(
            seq=recorded.seq,
            type=event.TYPE,
            says=told(event, self.look.speech(self.state.zone, self.state.protocol)),
            happened=happened_in(event),
            recorded_at=recorded.stamp.recorded_at,
            by=recorded.stamp.actor.id,
            role=recorded.stamp.actor.role.value,
            command_id=recorded.stamp.command_id,
        )


def record_of(look: StudyLook, participant: str) -> ParticipantRecord:
    """The record of one participant.

    Raises:
        Refused: there is no such participant.
        activities.rulebook.MissingDocument: the store lacks a document the record names.
    """
    events = look.reading.events(participant_stream(look.study, participant))
    if not events:
        raise look.unknown(participant)
    return ParticipantRecord(look, tuple(events), folded(look.reading, look.rulebook, events))


def _sight(record: ParticipantRecord, why: Explanation) -> ExplanationSight:
    window, item = why.window, record.state.protocol.items[why.item]
    say = record.look.speech(record.state.zone, record.state.protocol)
    return ExplanationSight(
        participant=record.state.participant,
        item=why.item,
        label=item.labels.in_language(record.look.language),
        standing=why.standing.value,
        anchor=window.anchor if window else None,
        anchor_on=window.anchor_on.isoformat() if window else None,
        basis=window.basis if window else None,
        rule=rule_told(item.window, say) if item.window and say.worded else why.rule,
        source_kind=why.source_kind or "",
        source=why.source_text or "",
        opens=window.opens if window else None,
        target=window.target if window else None,
        closes=window.closes if window else None,
        first_day=_day(why.first_day),
        target_day=_day(why.target_day),
        last_day=_day(why.last_day),
        zone=why.zone,
        protocol=why.protocol,
        protocol_hash=why.protocol_hash,
        notes=why.notes,
        touches=tuple(
            TouchSight(each.seq, each.type, _touched(record, each, item, say), each.recorded_at, each.by)
            for each in why.touches
        ),
    )


def _touched(record: ParticipantRecord, touch: Touch, item: Item, say: Speech) -> str:
    told = next(each for each in record.events if (each.seq, each.event.TYPE) == (touch.seq, touch.type))
    return touch_told(told, item, touch.says, say)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None
