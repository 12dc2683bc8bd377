"""Windows: each opens before it closes, and no recording can belong to two visits.

The rule that keeps it honest: spans with months are compared on real days, never by an average length.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import assert_never

from domain.protocol.document import ProtocolDocument, Visit, Window
from domain.protocol.entries import Entry, entries
from domain.protocol.expanded import occurrences
from domain.protocol.problem import Path, Problem
from domain.protocol.rules import AllConditions, AnyCondition, Condition, Decided, NotCondition, Reached
from domain.span import Span, add_to_day

# The first and last days of the months of a leap year and a common year: where months differ most.
_ANCHOR_DAYS = tuple(
    day
    for year in (2027, 2028)
    for month in range(1, 13)
    for day in (date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1))
)

_FARTHEST_DAYS = 200 * 365


def window_problems(document: ProtocolDocument) -> Iterator[Problem]:
    """Windows out of order, repeats that go backwards, visits that overlap."""
    items = [entry for entry in entries(document) if not _too_far(entry)]
    for index, visit in enumerate(document.visits):
        if any(_too_far(Entry(code, (), window, visit)) for code, _, window in occurrences(visit)):
            text = f"the last repeat lies more than {_FARTHEST_DAYS // 365} years after its anchor"
            yield Problem(("visits", index, "repeat"), text, "repeat less often")
    for written in {entry.path: entry for entry in items}.values():
        if written.written.window is not None:
            yield from _shape(written, written.written.window)
    for index, visit in enumerate(document.visits):
        if visit.repeat is not None:
            yield from _repeat(visit, ("visits", index, "repeat"))
    yield from _overlaps([entry for entry in items if isinstance(entry.written, Visit)])


def _too_far(entry: Entry) -> bool:
    return entry.window is not None and abs(entry.window.target.rough_days()) > _FARTHEST_DAYS


def is_negative(span: Span) -> bool:
    return min(span.months, span.days, span.seconds) < 0


def is_positive(span: Span) -> bool:
    return not is_negative(span) and not span.is_zero


def _shape(entry: Entry, window: Window) -> Iterator[Problem]:
    path: Path = (*entry.path, "window")
    backwards = [name for name in ("early", "late") if is_negative(getattr(window, name))]
    for name in backwards:
        text = f"{getattr(window, name)} turns the window round: it would close before it opens"
        yield Problem((*path, name), text, f"write the length of {name} without a sign")
    if not backwards:
        yield from _limits(window, path)
        yield from _reminder(entry, window)


def _limits(window: Window, path: Path) -> Iterator[Problem]:
    for name in ("hard_stop", "frame_ends"):
        limit: Span | None = getattr(window, name)
        if limit is not None and window.whole_days and not limit.whole_days:
            text = f"{limit} counts hours but the window is whole days"
            yield Problem((*path, name), text, "write whole days, such as P7D")
    if window.hard_stop is not None and any(
        _end(day, window.hard_stop) < _closes(day, window) for day in _ANCHOR_DAYS
    ):
        text = f"the hard stop {window.hard_stop} comes before the window closes"
        yield Problem((*path, "hard_stop"), text, "count it from the anchor, at or after target plus late")
    if window.frame_ends is not None and not all(
        _in_window(day, window, window.frame_ends) for day in _ANCHOR_DAYS
    ):
        text = f"the frame's end {window.frame_ends} lies outside the window"
        yield Problem((*path, "frame_ends"), text, "count it from the anchor, between opening and close")


def _in_window(anchor: date, window: Window, limit: Span) -> bool:
    return _opens(anchor, window) < _end(anchor, limit, window.whole_days) <= _closes(anchor, window)


def _reminder(entry: Entry, window: Window) -> Iterator[Problem]:
    remind = entry.written.remind
    if remind is None:
        return
    path = (*entry.path, "remind")
    if not is_positive(remind):
        yield Problem(
            path, f"{remind} is no time before the close", "write how long before the close, such as P2D"
        )
    elif any(_moved(_closes(day, window), remind, -1) < _opens(day, window) for day in _ANCHOR_DAYS):
        text = f"{remind} before the close is before the window opens"
        yield Problem(path, text, "write at most the length of the window")


def _repeat(visit: Visit, path: Path) -> Iterator[Problem]:
    repeat = visit.repeat
    assert repeat is not None, "only repeating visits are asked"
    if not is_positive(repeat.every):
        yield Problem(
            (*path, "every"), f"{repeat.every} does not go forward", "write a duration such as P21D"
        )
    elif is_negative(visit.window.target) and not repeat.chained:
        text = "repeats count forward, but the first lies before its anchor"
        yield Problem((*path, "every"), text, "anchor the first repeat on something before it")


def _overlaps(visits: list[Entry]) -> Iterator[Problem]:
    by_anchor: dict[str, list[tuple[Entry, Window]]] = {}
    for entry in visits:
        if entry.window is not None:
            by_anchor.setdefault(entry.window.anchor, []).append((entry, entry.window))
    for group in by_anchor.values():
        told: set[tuple[Path, Path]] = set()
        for pair_found in _overlapping(group):
            one, other = sorted(pair_found, key=lambda entry: entry.path[1:])
            pair = (one.path, other.path)
            if pair not in told and not _exclude_each_other(one, other):
                told.add(pair)
                yield _overlap_problem(one, other)


def _overlapping(group: list[tuple[Entry, Window]]) -> Iterator[tuple[Entry, Entry]]:
    """Pairs of visits of one anchor whose windows share a moment, in the order in which they open."""
    months = any(span.months for _, window in group for span in (window.target, window.early, window.late))
    for day in _ANCHOR_DAYS if months else _ANCHOR_DAYS[:1]:
        spread = [(_opens(day, window), _closes(day, window), entry) for entry, window in group]
        running: list[tuple[datetime, Entry]] = []
        for opens, closes, entry in sorted(spread, key=lambda each: each[0]):
            running = [each for each in running if each[0] > opens]
            yield from ((other, entry) for _, other in running)
            running.append((closes, entry))


def _overlap_problem(one: Entry, other: Entry) -> Problem:
    assert other.window is not None, "only visits are compared"
    text = f"the windows of {one.code} and {other.code} overlap: a visit could belong to both"
    ways = "shorten early or late, or give them conditions that exclude each other"
    hint = f"{ways} ({_told(one)}; {_told(other)})"
    return Problem((*other.path, "window"), text, hint)


def _told(entry: Entry) -> str:
    window = entry.window
    assert window is not None, "only visits are compared"
    return f"{entry.code}: {window.target} -{window.early} +{window.late}"


def _opens(anchor: date, window: Window) -> datetime:
    return _moved(_moved(_start(anchor), window.target), window.early, -1)


def _closes(anchor: date, window: Window) -> datetime:
    last = _moved(_moved(_start(anchor), window.target), window.late)
    return last + timedelta(days=1) if window.whole_days else last


def _end(anchor: date, span: Span, whole_days: bool = True) -> datetime:
    end = _moved(_start(anchor), span)
    return end + timedelta(days=1) if whole_days and span.whole_days else end


def _start(anchor: date) -> datetime:
    return datetime.combine(anchor, time.min, UTC)


def _moved(start: datetime, span: Span, sign: int = 1) -> datetime:
    step = span if sign > 0 else -span
    day = add_to_day(start.date(), step)
    return datetime.combine(day, start.timetz()) + timedelta(seconds=step.seconds)


def _exclude_each_other(one: Entry, other: Entry) -> bool:
    first, second = _certain(one.written.condition), _certain(other.written.condition)
    return any(_contradict(mine, yours) for mine in first for yours in second)


Certain = tuple[str, str, str | None, bool]
"""(kind, code, option, wanted): one thing that must be so, or must not be so, for an item to apply."""


def _certain(condition: Condition | None, wanted: bool = True) -> frozenset[Certain]:
    match condition:
        case Reached():
            return frozenset({("reached", condition.reached, None, wanted)})
        case Decided():
            return frozenset({("decided", condition.decided, condition.option, wanted)})
        case NotCondition():
            return _certain(condition.not_, not wanted)
        case AllConditions() if wanted:
            return frozenset().union(*(_certain(each) for each in condition.all))
        case AnyCondition() if not wanted:
            return frozenset().union(*(_certain(each, wanted=False) for each in condition.any))
        case None | AllConditions() | AnyCondition():
            return frozenset()
        case _:
            assert_never(condition)


def _contradict(one: Certain, other: Certain) -> bool:
    if one[:2] != other[:2]:
        return False
    if one[2] != other[2]:
        return one[3] and other[3]
    return one[3] is not other[3]
