"""Toxicities that reached the grade of a stopping rule, and when each had fallen low enough.

The rule that keeps it honest: one fact for each time, whether the daily assessments tell it, an adverse event
or both; it keeps the name it was first recorded by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from domain.events import LastingToxicityNoted
from domain.protocol.conduct import LastingToxicity, StoppingRule
from domain.safety.course import Graded, courses
from domain.safety.terms import Toxicity
from domain.state import State
from domain.stated import Stated, day_of, earliest


def lasting(rule: StoppingRule, state: State) -> Iterator[LastingToxicityNoted]:
    """What a participant's record says for such a rule; nothing for other rules."""
    if rule.lasting is None:
        return
    for toxicity in rule.lasting.toxicities:
        told = enumerate(courses(state, Toxicity(toxicity)))
        found = [each for source, course in told for each in _episodes(rule.lasting, source, course)]
        for each in _merged(state, sorted(found, key=lambda each: each.begun.seq)):
            yield LastingToxicityNoted(
                f"{state.participant}/{rule.code}/{each.begun.by}{each.number}",
                state.participant,
                state.site,
                state.rules.site.zone_name,
                rule.code,
                toxicity,
                each.begun.grade,
                each.begun.happened,
                each.fell,
            )


@dataclass(frozen=True, slots=True)
class _Episode:
    """`source`: which course tells it; `number` tells a second rise of one adverse event, "" the first."""

    source: int
    begun: Graded
    fell: Stated | None
    number: str = ""


def _episodes(rule: LastingToxicity, source: int, told: Iterable[Graded]) -> Iterator[_Episode]:
    begun: Graded | None = None
    before: list[str] = []
    for each in told:
        if begun is None and each.grade >= rule.grade:
            begun = each
        elif begun is not None and each.grade <= rule.falls_to:
            yield _Episode(source, begun, each.happened, _number(begun, before))
            before.append(begun.by)
            begun = None
    if begun is not None:
        yield _Episode(source, begun, None, _number(begun, before))


def _number(begun: Graded, before: list[str]) -> str:
    risen = before.count(begun.by)
    return f".{risen + 1}" if risen else ""


def _merged(state: State, found: Iterable[_Episode]) -> list[_Episode]:
    """Episodes that overlap told twice are one, fallen when the first of the two says so."""
    kept: list[_Episode] = []
    for each in found:
        index = next((at for at, other in enumerate(kept) if _overlap(state, each, other)), None)
        if index is None:
            kept.append(each)
        else:
            kept[index] = replace(kept[index], fell=_first(state, kept[index].fell, each.fell))
    return kept


def _overlap(state: State, one: _Episode, other: _Episode) -> bool:
    if one.source == other.source:
        return False
    return _begun(state, one) <= _over(state, other) and _begun(state, other) <= _over(state, one)


def _begun(state: State, each: _Episode) -> date:
    return day_of(each.begun.happened, state.zone)


def _over(state: State, each: _Episode) -> date:
    return day_of(each.fell, state.zone) if each.fell is not None else date.max


def _first(state: State, one: Stated | None, other: Stated | None) -> Stated | None:
    known = [each for each in (one, other) if each is not None]
    return min(known, key=lambda each: earliest(each, state.zone), default=None)
