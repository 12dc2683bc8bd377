"""From the protocol and what happened to windows: the plan, recorded when it changes and projected beyond.

The rule that keeps it honest: a window counted from a fact (or from a skipped visit's expected date) is
recorded as an event and read back from there, so no change of code moves a plan already made; a window
counted from something that has not happened is only a projection and never alerts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.events import PlannedWindow
from domain.protocol.document import Window
from domain.protocol.expanded import Item
from domain.protocol.rules import (
    AllConditions,
    AnyCondition,
    Condition,
    Decided,
    NotCondition,
    Reached,
)
from domain.span import Span, add_to_day
from domain.state import ItemState, Outcome, State
from domain.stated import Stated, day_of, end_of_day, start_of_day

ACTUAL, EXPECTED, STALE, PROJECTED = "actual", "expected", "stale", "projected"
BINDING = frozenset({ACTUAL, EXPECTED})
"""Bases of windows that bind: only these alert and make deviations."""


@dataclass(frozen=True, slots=True)
class AnchorDate:
    """What an item is counted from, and how sure that is."""

    basis: str
    on: Stated


def revised(state: State) -> tuple[PlannedWindow, ...]:
    """The recorded windows that today's facts make new or different, in schedule order."""
    derived = derive(state)
    return tuple(
        window
        for code, window in derived.items()
        if window.basis != PROJECTED and window != state.item(code).window
    )


def derive(state: State) -> dict[str, PlannedWindow]:
    """Every item's window as the facts stand: binding, stale or projected. Items without one are absent."""
    return dict(_derived(state))


def whole_plan(state: State) -> dict[str, PlannedWindow]:
    """What people see: recorded windows as recorded, projections for the rest."""
    recorded = {code: item.window for code, item in state.items.items() if item.window is not None}
    return {**derive(state), **recorded}


def applicable(state: State, item: Item) -> bool:
    """Whether the item is expected at all: its condition holds and no end has taken it away."""
    if item.condition is not None and not holds(item.condition, state):
        return False
    return state.ending is None or state.ending.end in item.after_end


def holds(condition: Condition, state: State) -> bool:
    """Whether a condition on the timeline holds; a decision not yet taken holds for no option."""
    match condition:
        case Reached():
            return state.item(condition.reached).outcome is Outcome.DONE
        case Decided():
            return state.decisions.get(condition.decided) == condition.option
        case AllConditions():
            return all(holds(each, state) for each in condition.all)
        case AnyCondition():
            return any(holds(each, state) for each in condition.any)
        case NotCondition():
            return not holds(condition.not_, state)


@lru_cache(maxsize=65_536)
def window_from(window: Window, anchor: Stated, zone: ZoneInfo) -> tuple[datetime, datetime, datetime]:
    """(opens, target, closes) in UTC; target and closes are exclusive ends. One step from the anchor."""
    if window.whole_days:
        target_day = add_to_day(day_of(anchor, zone), window.target)
        first = add_to_day(target_day, -window.early)
        last = add_to_day(target_day, window.late)
        return start_of_day(first, zone), end_of_day(target_day, zone), end_of_day(last, zone)
    target = shifted(anchor, window.target, zone)
    return shifted(target, -window.early, zone), target, shifted(target, window.late, zone)


def shifted(start: Stated, span: Span, zone: ZoneInfo) -> datetime:
    """The instant (UTC) a span after a stated time: calendar units by the site's wall clock, hours elapsed."""
    local = start.astimezone(zone) if isinstance(start, datetime) else start_of_day(start, zone).astimezone(zone)
    if span.months or span.days:
        local = datetime.combine(add_to_day(local.date(), span), local.timetz())
    return local.astimezone(UTC) + timedelta(seconds=span.seconds)


def end_after(anchor: Stated, span: Span, zone: ZoneInfo) -> datetime:
    """The exclusive end `span` after the anchor: end of that site day, or the exact instant for hours."""
    if span.whole_days:
        return end_of_day(add_to_day(day_of(anchor, zone), span), zone)
    return shifted(anchor, span, zone)


def _derived(state: State) -> Iterator[tuple[str, PlannedWindow]]:
    anchors: dict[str, AnchorDate | None] = {}
    windows: dict[str, PlannedWindow] = {}
    for item in state.protocol.items.values():
        window = _window_of(state, item, anchors, windows)
        if window is not None:
            yield item.code, window


def _window_of(
    state: State, item: Item, anchors: dict[str, AnchorDate | None], windows: dict[str, PlannedWindow]
) -> PlannedWindow | None:
    if item.window is None:
        return None
    if item.code in windows:
        return windows[item.code]
    anchor = _anchor_date(state, item.window.anchor, anchors, windows)
    if anchor is None:
        return None
    before = state.item(item.code).window
    if anchor.basis == STALE and before is not None:
        planned = replace(before, basis=STALE)
    else:
        planned = _planned(item, anchor, state.zone)
    windows[item.code] = planned
    return planned


def _planned(item: Item, anchor: AnchorDate, zone: ZoneInfo) -> PlannedWindow:
    window = item.window
    assert window is not None, "only items with a window are planned"
    opens, target, closes = window_from(window, anchor.on, zone)
    return PlannedWindow(
        item=item.code,
        basis=PROJECTED if anchor.basis == STALE else anchor.basis,
        anchor=window.anchor,
        anchor_on=anchor.on,
        opens=opens,
        target=target,
        closes=closes,
        hard_stop=end_after(anchor.on, window.hard_stop, zone) if window.hard_stop else None,
        frame_ends=end_after(anchor.on, window.frame_ends, zone) if window.frame_ends else None,
        remind_at=_remind_at(item, opens, closes, zone),
    )


def _remind_at(item: Item, opens: datetime, closes: datetime, zone: ZoneInfo) -> datetime | None:
    if item.remind is None:
        return None
    return max(opens, shifted(closes, -item.remind, zone))


def _anchor_date(
    state: State, code: str, anchors: dict[str, AnchorDate | None], windows: dict[str, PlannedWindow]
) -> AnchorDate | None:
    if code not in anchors:
        anchors[code] = _find_anchor(state, code, anchors, windows)
    return anchors[code]


def _find_anchor(
    state: State, code: str, anchors: dict[str, AnchorDate | None], windows: dict[str, PlannedWindow]
) -> AnchorDate | None:
    item = state.item(code)
    if item.outcome is Outcome.DONE and item.happened is not None:
        return AnchorDate(ACTUAL, item.happened)
    own = _window_of(state, state.protocol.items[code], anchors, windows)
    if item.retracted:
        return AnchorDate(STALE, _expected_date(own, state)) if own else _retracted_without_window(state, code)
    if own is None:
        return AnchorDate(PROJECTED, item.appointment) if item.appointment else None
    if item.outcome is not Outcome.PENDING:
        return AnchorDate(_skipped_basis(own.basis), _expected_date(own, state))
    if item.appointment is not None:
        return AnchorDate(PROJECTED, item.appointment)
    return AnchorDate(STALE if own.basis == STALE else PROJECTED, _expected_date(own, state))


def _skipped_basis(basis: str) -> str:
    return EXPECTED if basis in BINDING else basis


def _retracted_without_window(state: State, code: str) -> AnchorDate | None:
    # Nothing says when it might happen, so dependents keep the date they were counted from, as stale.
    for other in state.items.values():
        if other.window is not None and other.window.anchor == code:
            return AnchorDate(STALE, other.window.anchor_on)
    return None


def _expected_date(window: PlannedWindow, state: State) -> Stated:
    own = state.protocol.items[window.item].window
    if own is not None and not own.whole_days:
        return window.target
    return day_of(window.target - timedelta(microseconds=1), state.zone)


def settled_items(state: State) -> Mapping[str, ItemState]:
    """Items with an outcome."""
    return {code: item for code, item in state.items.items() if item.outcome is not Outcome.PENDING}
