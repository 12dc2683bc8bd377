"""One figure: everybody's place in it, and the rows that are counted.

The rule that keeps it honest: numerator and denominator are lengths of lists of people, never numbers kept
beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from domain.protocol.endpoints import Endpoint

GRADES = (1, 2, 3, 4, 5)
SEVERE = 3
WORST_GRADE = "worst grade"


class Place(StrEnum):
    """Where a participant stands in a figure. All but `left out` are in the denominator."""

    COUNTED = "counted"
    NOT_COUNTED = "not counted"
    UNKNOWN = "unknown"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Judged:
    """One participant in one figure: the place, why, and the events of their stream behind it, by `seq`.

    `value`: what was found (a category, a shift). `marks`: the rows beside the first in which it counts;
    `open`: those of which it is not known. `grades`: the worst grade on each scale. `days`: of survival, the
    days watched.
    """

    participant: str
    place: Place
    why: str
    seqs: tuple[int, ...] = ()
    value: str | None = None
    marks: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    grades: tuple[tuple[str, int], ...] = ()
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a figure: `counted` of `among`; of the rest, whether `unknown` count is not known."""

    name: str
    counted: tuple[str, ...]
    among: tuple[str, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One endpoint over everybody. `groups` is empty for survival, which has times instead."""

    endpoint: Endpoint
    judged: tuple[Judged, ...]
    groups: tuple[Group, ...] = ()


def groups(overall: str, judged: Sequence[Judged], marks: Sequence[str] = ()) -> tuple[Group, ...]:
    """The row of all that count, a row for each of `marks`, and rows by worst grade on each scale."""
    return (
        _group(overall, judged, _counts, overall),
        *(_group(mark, judged, partial(_marked, mark), mark) for mark in marks),
        *_by_grade(judged),
    )


def _by_grade(judged: Sequence[Judged]) -> Iterator[Group]:
    for scale in sorted({scale for each in judged for scale, _ in each.grades}):
        severe = f"{scale} grade {SEVERE} or worse"
        yield _group(severe, judged, partial(_at_least, scale, SEVERE), WORST_GRADE)
        for grade in GRADES:
            name = f"{scale} {WORST_GRADE} {grade}"
            yield _group(name, judged, partial(_graded, scale, grade), WORST_GRADE)


def _group(name: str, judged: Sequence[Judged], counts: Callable[[Judged], bool], opens: str) -> Group:
    among = [each for each in judged if each.place is not Place.LEFT_OUT]
    rest = [each for each in among if not counts(each)]
    return Group(
        name,
        counted=_named(each for each in among if counts(each)),
        among=_named(among),
        unknown=_named(each for each in rest if each.place is Place.UNKNOWN or opens in each.open),
    )


def _counts(judged: Judged) -> bool:
    return judged.place is Place.COUNTED


def _marked(mark: str, judged: Judged) -> bool:
    return mark in judged.marks


def _at_least(scale: str, grade: int, judged: Judged) -> bool:
    return any(each == scale and worst >= grade for each, worst in judged.grades)


def _graded(scale: str, grade: int, judged: Judged) -> bool:
    return (scale, grade) in judged.grades


def _named(judged: Iterable[Judged]) -> tuple[str, ...]:
    return tuple(each.participant for each in judged)
