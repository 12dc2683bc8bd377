"""Toxicity of cell therapy: the worst grade that was given since the first infusion, by day or as an event.

The rule that keeps it honest: the stated grade counts, not the advised one, and grades on two scales or two
versions of a scale are never compared.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.endpoints.figure import Judged, Place
from domain.endpoints.known import Known
from domain.protocol.endpoints import ToxicityEndpoint
from domain.safety.course import Graded, courses
from domain.stated import day_of


def judge(known: Known, endpoint: ToxicityEndpoint) -> Judged:
    """Whether this participant had the toxicity, and how severe it became."""
    start = known.first(endpoint.among)
    if start is None:
        return Judged(known.participant, Place.LEFT_OUT, f"no {endpoint.among}")
    assessed = [
        each for told in courses(known.state, endpoint.toxicity) for each in told if each.latest >= start.day
    ]
    seqs = tuple(sorted({start.seq, *(each.seq for each in assessed)}))
    worst = _worst(assessed)
    if not worst:
        why = f"{len(assessed)} assessments, grade 0 in each" if assessed else "none recorded"
        return Judged(known.participant, Place.NOT_COUNTED, why, seqs)
    grades = tuple((scale_of(each), each.grade) for each in worst)
    seqs = tuple(sorted({start.seq, *(each.seq for each in worst)}))
    why = ", ".join(
        f"{scale_of(each)} grade {each.grade} on {day_of(each.happened, known.state.zone)}" for each in worst
    )
    return Judged(
        known.participant, Place.COUNTED, f"worst: {why}", seqs, value=_value(grades), grades=grades
    )


def scale_of(graded: Graded) -> str:
    return f"{graded.scale} {graded.version}"


def _worst(assessed: Iterable[Graded]) -> list[Graded]:
    """The first of the worst grades on each scale, by scale; grade 0 is none."""
    found: dict[str, Graded] = {}
    for each in assessed:
        before = found.get(scale_of(each))
        if each.grade > 0 and (before is None or each.grade > before.grade):
            found[scale_of(each)] = each
    return [found[scale] for scale in sorted(found)]


def _value(grades: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{scale} grade {grade}" for scale, grade in grades)
