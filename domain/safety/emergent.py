"""Whether an adverse event is treatment-emergent, by the protocol's rule and by the one shown beside it.

The rule that keeps it honest: a date known in part can leave it open, and open is an answer of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.safety.book import AdverseEvent
from domain.safety.partial import Partial, partial_of
from domain.span import Span, add_to_day
from domain.state import State
from domain.stated import Stated, day_of


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Emergent:
    """`counted` by the protocol's rule; `beside` by the other wording, where the protocol has one."""

    counted: Answer
    beside: Answer | None


def emergent(state: State, event: AdverseEvent) -> Emergent | None:
    """Whether the event counts; None where the protocol has no part on adverse events.

    Counted from the first time the anchor happened. An event that was there before counts by its worsening:
    a grade above all earlier ones, within the same time.
    """
    rules = state.protocol.document.adverse_events
    if rules is None:
        return None
    start = first_time(state, rules.teae.anchor)
    beside = rules.teae.shown_beside
    return Emergent(
        _within(state, event, start, rules.teae.within),
        _within(state, event, start, beside) if beside is not None else None,
    )


def first_time(state: State, milestone: str) -> Stated | None:
    """When a milestone first happened; of a repeatable one, the earliest time."""
    known = state.item(milestone)
    times = [each.happened for each in known.earlier]
    if known.happened is not None:
        times.append(known.happened)
    return min(times, key=lambda each: partial_of(each).first_day(state.zone), default=None)


def _within(state: State, event: AdverseEvent, start: Stated | None, span: Span) -> Answer:
    if start is None:
        return Answer.NO
    answers = [_lies(state, each, start, span) for each in _beginnings(event)]
    if Answer.YES in answers:
        return Answer.YES
    return Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.NO


def _beginnings(event: AdverseEvent) -> Iterator[Partial]:
    """The onset, unless it was there before; and each worsening beyond every earlier grade."""
    if not event.preexisting:
        yield event.onset
    for index, grading in enumerate(event.gradings):
        before = [each.grade for each in event.gradings[:index] if each.same_scale(grading)]
        if before and grading.grade > max(before):
            yield grading.happened


def _lies(state: State, when: Partial, start: Stated, span: Span) -> Answer:
    first = day_of(start, state.zone)
    last = add_to_day(first, span)
    if _before(state, when, start) or when.first_day(state.zone) > last:
        return Answer.NO
    inside = _between(when.first_day(state.zone), first, last) and _between(
        when.last_day(state.zone), first, last
    )
    return Answer.YES if inside else Answer.UNKNOWN


def _before(state: State, when: Partial, start: Stated) -> bool:
    if isinstance(when.stated, datetime) and isinstance(start, datetime):
        return when.stated < start
    return when.last_day(state.zone) < day_of(start, state.zone)


def _between(day: date, first: date, last: date) -> bool:
    return first <= day <= last
