"""Adverse events that emerged under treatment: who had any, how severe, how serious.

The rule that keeps it honest: the protocol's rule decides what is treatment-emergent and the other wording is
counted beside it; an onset known in part may leave it open, which is said and not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.endpoints.figure import WORST_GRADE, Judged, Place
from domain.endpoints.known import Known
from domain.protocol.endpoints import AdverseEventEndpoint
from domain.safety.book import AdverseEvent
from domain.safety.emergent import Answer, emergent

SERIOUS, RELATED = "serious", "related"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One event with what the rule and its other wording say of it."""

    event: AdverseEvent
    counted: Answer
    beside: Answer | None


def judge(known: Known, endpoint: AdverseEventEndpoint) -> Judged:
    """Whether this participant had a treatment-emergent adverse event, and how severe the worst was."""
    start = known.first(endpoint.among)
    if start is None:
        return Judged(known.participant, Place.LEFT_OUT, f"no {endpoint.among}")
    asked = list(_asked(known))
    yes = [each.event for each in asked if each.counted is Answer.YES]
    unknown = [each.event for each in asked if each.counted is Answer.UNKNOWN]
    graded_unknown = [WORST_GRADE] if unknown else []
    grades = tuple(sorted(_worst(yes).items()))
    beside = _beside(known)
    return Judged(
        known.participant,
        Place.COUNTED if yes else Place.UNKNOWN if unknown else Place.NOT_COUNTED,
        _why(asked),
        tuple(sorted({start.seq, *(seq for each in asked for seq in each.event.seqs)})),
        value=", ".join(f"{scale} grade {grade}" for scale, grade in grades) or None,
        marks=(*_kinds(yes), *_by_the_other(asked, beside, Answer.YES)),
        open=(*_kinds(unknown), *_by_the_other(asked, beside, Answer.UNKNOWN), *graded_unknown),
        grades=grades,
    )


def marks(people: Iterable[Known]) -> tuple[str, ...]:
    """The rows beside the first: serious ones, related ones, and those by the other wording of the rule."""
    beside = {row for each in people if (row := _beside(each)) is not None}
    return (SERIOUS, RELATED, *sorted(beside))


def _asked(known: Known) -> Iterator[_Asked]:
    for event in known.state.safety.standing_events:
        found = emergent(known.state, event)
        # A participant's own protocol version may be older than the rule: nothing says what counts.
        yield (
            _Asked(event, Answer.UNKNOWN, None)
            if found is None
            else _Asked(event, found.counted, found.beside)
        )


def _kinds(events: Sequence[AdverseEvent]) -> Iterator[str]:
    if any(event.is_serious for event in events):
        yield SERIOUS
    if any(event.related for event in events):
        yield RELATED


def _beside(known: Known) -> str | None:
    rules = known.state.protocol.document.adverse_events
    if rules is None or rules.teae.shown_beside is None:
        return None
    return f"by the other wording, {rules.teae.shown_beside} after {rules.teae.anchor}"


def _by_the_other(asked: Sequence[_Asked], row: str | None, answer: Answer) -> Iterator[str]:
    if row is not None and any(each.beside is answer for each in asked):
        yield row


def _worst(events: Sequence[AdverseEvent]) -> dict[str, int]:
    """The worst grade on each scale; grades of two scales or versions are never compared."""
    worst: dict[str, int] = {}
    for event in events:
        for grading in event.gradings:
            scale = f"{grading.scale} {grading.version}"
            worst[scale] = max(worst.get(scale, 0), grading.grade)
    return worst


def _why(asked: Sequence[_Asked]) -> str:
    if not asked:
        return "no adverse event recorded"
    return "; ".join(map(_told, asked))


def _told(asked: _Asked) -> str:
    event = asked.event
    grade = f" grade {event.worst_grade}" if event.worst_grade is not None else ""
    emerged = {
        Answer.YES: "treatment-emergent",
        Answer.NO: "not treatment-emergent",
        Answer.UNKNOWN: "not known whether treatment-emergent",
    }[asked.counted]
    differs = ""
    if asked.beside is not None and asked.beside is not asked.counted:
        differs = f" (by the other wording: {asked.beside.value})"
    return f"{event.ae} {event.term}{grade}, onset {event.onset}: {emerged}{differs}"
