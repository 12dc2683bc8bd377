"""Shift: the last value before treatment beside the value at a later visit.

The rule that keeps it honest: a value on the day of treatment without a time is taken as before it, and that
is said; who has no later value stays in the denominator, and what became of them is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.endpoints.figure import Judged, Place
from domain.endpoints.known import Known, Seen
from domain.events import PlannedWindow
from domain.protocol.endpoints import ShiftEndpoint
from domain.stated import day_of, earliest, is_day

LOWER, SAME, HIGHER = "lower", "the same", "higher"
DIRECTIONS = (LOWER, SAME, HIGHER)

Value = tuple[Seen, str]


def judge(known: Known, endpoint: ShiftEndpoint) -> Judged:
    """How the observation changed from the last value before treatment to the visit."""
    start = known.first(endpoint.among)
    if start is None:
        return Judged(known.participant, Place.LEFT_OUT, f"no {endpoint.among}")
    results = list(known.results(endpoint.observation))
    before = _baseline(known, results, start)
    after = _at_visit(known, results, endpoint.at)
    seqs = _seqs(start, before, after)
    if before is None or after is None:
        missing = [f"before {endpoint.among}"] * (before is None) + [f"at {endpoint.at}"] * (after is None)
        why = f"no {endpoint.observation} {' and none '.join(missing)}"
        return Judged(known.participant, Place.UNKNOWN, why, seqs)
    shift = f"{before[1]} → {after[1]}"
    why = f"{before[1]} on {before[0].day}{_taken(before[0], start)}, {after[1]} on {after[0].day}"
    marks = (_direction(before[1], after[1]), shift)
    return Judged(known.participant, Place.COUNTED, why, seqs, value=shift, marks=marks)


def shifts(judged: Sequence[Judged]) -> tuple[str, ...]:
    """The shifts that were found, each once, in order."""
    return tuple(sorted({each.value for each in judged if each.value is not None}))


def _baseline(known: Known, results: Sequence[Value], start: Seen) -> Value | None:
    found = [each for each in results if _before(known, each[0], start)]
    return max(found, key=lambda each: (each[0].day, _instant(known, each[0]), each[0].seq), default=None)


def _before(known: Known, result: Seen, start: Seen) -> bool:
    if is_day(result.stated) or is_day(start.stated):
        return result.day <= start.day
    return _instant(known, result) < _instant(known, start)


def _at_visit(known: Known, results: Sequence[Value], visit: str) -> Value | None:
    """The value nearest to the visit within its window; of two as near, the later one."""
    window = known.state.item(visit).window
    if window is None:
        return None
    made = known.first(visit)
    day = made.day if made is not None else _target_day(known, window)
    within = [
        each
        for each in results
        if window.opens <= _instant(known, each[0]) < window.closes or (made and each[0].day == day)
    ]
    return min(within, key=lambda each: _distance(each[0], day), default=None)


def _distance(seen: Seen, day: date) -> tuple[int, int, int]:
    return abs((seen.day - day).days), -seen.day.toordinal(), -seen.seq


def _target_day(known: Known, window: PlannedWindow) -> date:
    return day_of(window.target - timedelta(microseconds=1), known.state.zone)


def _taken(before: Seen, start: Seen) -> str:
    same_day = before.day == start.day and (is_day(before.stated) or is_day(start.stated))
    return f" (the day of {start.what}, taken as before it)" if same_day else ""


def _direction(before: str, after: str) -> str:
    change = Decimal(after) - Decimal(before)
    if change == 0:
        return SAME
    return LOWER if change < 0 else HIGHER


def _instant(known: Known, seen: Seen) -> datetime:
    return earliest(seen.stated, known.state.zone)


def _seqs(start: Seen, *values: Value | None) -> tuple[int, ...]:
    return tuple(sorted({start.seq, *(value[0].seq for value in values if value is not None)}))
