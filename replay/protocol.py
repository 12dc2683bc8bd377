"""Protocol what-if: the same lives under another protocol version, from consent to a moment.

The rule that keeps it honest: what people did is asked again under the desk's own hearing; where the other
protocol would have refused it, that is told, and the course goes on with what happened, because it happened.
Both courses are lived in the same way, so whatever differs comes from the protocol.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from typing_extensions import override

from activities.hearing import Hearing, Provenance
from activities.rulebook import Rulebook
from activities.together import TOGETHER
from domain.protocol.expanded import Protocol
from domain.recorded import STUDY_SUBJECT
from domain.state import Rules
from domain.study import StudyRules
from protocols.reading import protocol_body
from replay.course import Course
from replay.effects import Change, Effect, changes
from replay.facts import take_as_recorded
from replay.history import Asked, Foreign, History, Unasked
from replay.paper import Documents, Paper
from replay.patience import Patience
from store import Reading

_LEFT_OUT = frozenset({"reach_clock", "apply_amendment"})
"""Time passes by itself here; and whoever lives under the other version is not moved to another one."""
_ANSWERS_TO_ALERTS = frozenset({"acknowledge_alert", "snooze_alert"})


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What another protocol would have meant. `at`: up to when (UTC); `participants`: for whom."""

    study: str
    version: str
    at: datetime
    participants: tuple[str, ...]
    changes: tuple[Change, ...]


def under_protocol(
    history: History,
    protocol: Protocol,
    participants: Collection[str],
    at: datetime,
    provenance: Provenance,
    patience: Patience | None = None,
) -> WhatIf:
    """Live the study again under `protocol`, for some participants or (none named) for all, up to `at`.

    After the newest record messages are counted without those that only say at the last rung once more what
    was said there before.

    Raises:
        Foreign: the record is not of that study, or knows no such participant.
        replay.course.Standstill: a deadline of the other protocol never passes.
        replay.patience.OutOfPatience: it takes too long.
    """
    of_study = history.of(protocol.id)
    known = sorted({each.subject for each in _asked(of_study)} - {STUDY_SUBJECT})
    if not known:
        raise Foreign(f"nobody is recorded in study {protocol.id!r}: the document is of another study")
    began = min(each.command.asked_at for each in _asked(of_study))
    if at < began:
        raise Foreign(f"{protocol.id} has no record by {at.isoformat()}: its first is of {began.isoformat()}")
    unknown = sorted(set(participants) - set(known))
    if unknown:
        raise Foreign(f"there is no participant {', '.join(unknown)} in {protocol.id}")
    chosen = frozenset(participants or known)
    before, _ = _lived(of_study, None, frozenset(), at, provenance, patience)
    after, refused = _lived(of_study, protocol, chosen, at, provenance, patience)
    found = [*refused, *changes(before, after, at)]
    found.sort(key=lambda each: (each.subject == STUDY_SUBJECT, each.subject))
    return WhatIf(protocol.id, protocol.version, at, tuple(sorted(chosen)), tuple(found))


class _OtherRules(Rulebook):
    """The published rules, but another protocol for those it is asked for. `asking`: who asks just now."""

    def __init__(self, protocol: Protocol | None, chosen: frozenset[str], *, whole_study: bool) -> None:
        super().__init__()
        self._other, self._chosen, self._whole_study = protocol, chosen, whole_study
        self.asking = ""

    @override
    def for_registration(self, reading: Reading, study: str, site: str | None) -> Rules:
        rules = super().for_registration(reading, study, site)
        if self._other is None or self.asking not in self._chosen:
            return rules
        return replace(rules, protocol=self._other)

    @override
    def study_rules(self, reading: Reading, study: str) -> StudyRules:
        rules = super().study_rules(reading, study)
        return replace(rules, protocol=self._other) if self._other and self._whole_study else rules


def _lived(
    history: History,
    protocol: Protocol | None,
    chosen: frozenset[str],
    at: datetime,
    provenance: Provenance,
    patience: Patience | None,
) -> tuple[Course, list[Change]]:
    study = history.studies()[0]
    everybody = {each.subject for each in _asked(history)} - {STUDY_SUBJECT}
    rulebook = _OtherRules(protocol, chosen, whole_study=everybody <= chosen)
    paper = Paper(_documents(history, protocol))
    course = Course(paper, Hearing(rulebook, provenance), study, patience=patience)
    refused: list[Change] = []
    for entry in history.entries:
        match entry:
            case Unasked(event) if event.stamp.recorded_at <= at:
                head = course.paper.head(event.stream)
                course.paper.append(event.stream, head.version, [event.event], event.stamp)
            case Asked(command=command) if command.asked_at <= at:
                rulebook.asking = entry.subject
                under = protocol if entry.subject in chosen else None
                refused += _ask(course, entry, under)
            case _:
                pass  # it came later; clocks differ, so what follows may still be of before
    course.hush()
    course.pass_time(at)
    return course, refused


def _ask(course: Course, asked: Asked, other: Protocol | None) -> Iterator[Change]:
    command = asked.command
    if command.kind == TOGETHER:
        return  # it decided nothing by itself
    if command.kind in _LEFT_OUT and (command.kind == "reach_clock" or other is not None):
        return
    body = course.renumbered(asked.subject, _in_the_words_of(command.body, other))
    outcome = course.ask(asked.subject, body, command.asked_at, command.command_id)
    refused = command.accepted and outcome.refused is not None and command.kind not in _ANSWERS_TO_ALERTS
    taken = take_as_recorded(course, asked) if refused else True
    course.matched(asked.subject, asked.events)
    if not refused:
        return
    yield Change(
        asked.subject,
        Effect.REFUSED,
        f"{command.kind} {command.body.get('item', '')}".rstrip() + f" {command.asked_at:%Y-%m-%d}",
        "taken",
        f"{outcome.refused}: {outcome.text}" + ("" if taken else " (left out from here on)"),
    )


def _in_the_words_of(body: Mapping[str, Any], other: Protocol | None) -> dict[str, Any]:
    """What was signed is taken as signed: over what stands in this course, in this protocol's words."""
    said = {key: value for key, value in body.items() if key != "content"}
    gate = other.gates.get(str(body.get("gate"))) if other is not None else None
    return {**said, "meaning": gate.meaning} if gate is not None and "meaning" in said else said


def _documents(history: History, protocol: Protocol | None) -> Documents:
    if protocol is None:
        return history.documents
    bodies = {**history.documents.bodies, ("protocol", protocol.hash): protocol_body(protocol)}
    return replace(history.documents, bodies=bodies)


def _asked(history: History) -> Iterable[Asked]:
    return (each for each in history.entries if isinstance(each, Asked))
