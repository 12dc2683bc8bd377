"""The course of CRS and ICANS: the grades of daily assessments, and of adverse events on the same scales.

The rule that keeps it honest: a grade counts wherever it was written down; what is known to the month only is
taken at its worst, a grade from the first day it can mean and its end from the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.safety.book import AdverseEvent, ToxicityGrade
from domain.safety.partial import Partial
from domain.safety.terms import AeOutcome, Toxicity
from domain.state import State
from domain.stated import Stated, day_of, earliest

_OVER = frozenset({AeOutcome.RECOVERED, AeOutcome.RECOVERED_WITH_SEQUELAE})


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade on a scale since a stated time. `by`: the assessment or adverse event; `seq`: its event.

    `latest`: the last day that `happened` can mean.
    """

    by: str
    grade: int
    scale: str
    version: str
    happened: Stated
    latest: date
    seq: int


def courses(state: State, toxicity: Toxicity) -> Iterator[list[Graded]]:
    """What was assessed of a toxicity, and then each adverse event graded on one of its scales, by time."""
    assessed = [_assessed(state, each) for each in state.safety.toxicities if each.toxicity is toxicity]
    yield sorted(assessed, key=lambda each: (earliest(each.happened, state.zone), each.seq))
    rules = state.protocol.document.adverse_events
    scales = {each.code for each in rules.scales if each.toxicity is toxicity} if rules is not None else set()
    for event in state.safety.standing_events:
        told = [*_of_event(state, event, scales)]
        if told:
            yield told


def _assessed(state: State, each: ToxicityGrade) -> Graded:
    day = day_of(each.happened, state.zone)
    return Graded(each.assessment, each.grade, each.scale, each.version, each.happened, day, each.seq)


def _of_event(state: State, event: AdverseEvent, scales: set[str]) -> Iterator[Graded]:
    graded = [each for each in event.gradings if each.scale in scales]
    worst = 0
    for each in graded:
        rises = each.grade >= worst
        worst = max(worst, each.grade)
        happened = _taken_as(state, each.happened, first=rises)
        latest = each.happened.last_day(state.zone)
        yield Graded(event.ae, each.grade, each.scale, each.version, happened, latest, each.seq)
    if graded and event.outcome in _OVER and event.resolved is not None:
        over = _taken_as(state, event.resolved, first=False)
        latest = event.resolved.last_day(state.zone)
        yield Graded(event.ae, 0, graded[-1].scale, graded[-1].version, over, latest, event.seqs[-1])


def _taken_as(state: State, when: Partial, *, first: bool) -> Stated:
    return when.stated or (when.first_day(state.zone) if first else when.last_day(state.zone))
