"""From the protocol and what happened to windows: the plan, recorded when it changes and projected beyond.

The rule that keeps it honest: a window counted from a fact (or from a skipped visit's expected date) is
recorded as an event and read back from there for as long as its anchor's date stands, so no change of code
moves a plan already made (INV-19); a window counted from what has not happened is a projection and never
alerts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import assert_never
from zoneinfo import ZoneInfo

from domain.events import PlannedWindow
from domain.product.collected import takes_away
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
from domain.state import Outcome, State
from domain.stated import Stated, day_of, end_of_day, start_of_day

NO_BASIS, ACTUAL, EXPECTED, STALE, PROJECTED = "none", "actual", "expected", "stale", "projected"
BINDING = frozenset({ACTUAL, EXPECTED})
"""Bases of windows that bind: only these alert and make deviations."""


@dataclass(frozen=True, slots=True)
class AnchorDate:
    """What an item is counted from, and how sure that is."""

    basis: str
    on: Stated


def revised(state: State) -> tuple[PlannedWindow, ...]:
    """The recorded windows that today's facts make new or different, in schedule order."""
    plan = _Derivation(state)
    items = (item for item in state.protocol.items.values() if _is_more_than_projected(state, item))
    windows = (plan.window(item) for item in items)
    return tuple(
        window
        for window in windows
        if window is not None and window.basis != PROJECTED and window != state.item(window.item).window
    )


def derive(state: State) -> dict[str, PlannedWindow]:
    """Every item's window as the facts stand: binding, stale or projected. Items without one are absent."""
    plan = _Derivation(state)
    found = ((code, plan.window(item)) for code, item in state.protocol.items.items())
    return {code: window for code, window in found if window is not None}


def window_of(state: State, code: str) -> PlannedWindow | None:
    """One item's window as the facts stand, as in `derive`."""
    return _Derivation(state).window(state.protocol.items[code])


def whole_plan(state: State) -> dict[str, PlannedWindow]:
    """What people see: recorded windows as recorded, projections for the rest."""
    recorded = {code: item.window for code, item in state.items.items() if item.window is not None}
    return {**derive(state), **recorded}


def basis_of(state: State, item: Item, window: PlannedWindow | None) -> str:
    """How much the window binds: a milestone that is never due only has an expectation until it happens."""
    if window is None:
        return NO_BASIS
    if item.optional and window.basis in BINDING and state.item(item.code).outcome is Outcome.PENDING:
        return PROJECTED
    return window.basis


def applicable(state: State, item: Item) -> bool:
    """Whether the item is expected at all: its condition holds, and no end or amendment has taken it."""
    if item.withdrawn or (state.ending is not None and state.ending.end not in item.after_end):
        return False
    if takes_away(state, item.code):
        return False
    return item.condition is None or holds(item.condition, state)


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
        case _:
            assert_never(condition)


def may_come_to_hold(condition: Condition, state: State) -> bool:
    """Whether the condition holds, or would for some option of the decisions not yet taken."""
    return _could_be(condition, state, wanted=True)


def _could_be(condition: Condition, state: State, *, wanted: bool) -> bool:
    match condition:
        case Decided() if condition.decided not in state.decisions:
            return True
        case Reached() | Decided():
            return holds(condition, state) is wanted
        case NotCondition():
            return _could_be(condition.not_, state, wanted=not wanted)
        case AllConditions():
            parts = (_could_be(each, state, wanted=wanted) for each in condition.all)
            return all(parts) if wanted else any(parts)
        case AnyCondition():
            parts = (_could_be(each, state, wanted=wanted) for each in condition.any)
            return any(parts) if wanted else all(parts)
        case _:
            assert_never(condition)


@lru_cache(maxsize=65_536)
def window_from(
    target: Span, early: Span, late: Span, anchor: Stated, zone: ZoneInfo
) -> tuple[datetime, datetime, datetime]:
    """(opens, target, closes) in UTC; target and closes are exclusive ends. One step from the anchor."""
    if target.whole_days and early.whole_days and late.whole_days:
        target_day = add_to_day(day_of(anchor, zone), target)
        first = add_to_day(target_day, -early)
        last = add_to_day(target_day, late)
        return start_of_day(first, zone), end_of_day(target_day, zone), end_of_day(last, zone)
    on_target = shifted(anchor, target, zone)
    return shifted(on_target, -early, zone), on_target, shifted(on_target, late, zone)


def shifted(start: Stated, span: Span, zone: ZoneInfo) -> datetime:
    """The instant (UTC) a span after a stated time: calendar units by the site's clock, hours elapsed."""
    local = start if isinstance(start, datetime) else start_of_day(start, zone)
    if span.months or span.days:
        local = local.astimezone(zone)
        local = datetime.combine(add_to_day(local.date(), span), local.timetz())
    return local.astimezone(UTC) + timedelta(seconds=span.seconds)


def end_after(anchor: Stated, span: Span, zone: ZoneInfo) -> datetime:
    """The exclusive end `span` after the anchor: end of that site day, or the exact instant for hours."""
    if span.whole_days:
        return end_of_day(add_to_day(day_of(anchor, zone), span), zone)
    return shifted(anchor, span, zone)


def _is_more_than_projected(state: State, item: Item) -> bool:
    if item.window is None:
        return False
    anchor = state.item(item.window.anchor)
    return (
        anchor.outcome is not Outcome.PENDING or anchor.retracted or state.item(item.code).window is not None
    )


class _Derivation:
    """One pass over the schedule; each anchor and window is found once, whatever the document's order."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._anchors: dict[str, AnchorDate | None] = {}
        self._windows: dict[str, PlannedWindow | None] = {}

    def window(self, item: Item) -> PlannedWindow | None:
        if item.code not in self._windows:
            self._windows[item.code] = self._find_window(item)
        return self._windows[item.code]

    def _find_window(self, item: Item) -> PlannedWindow | None:
        if item.window is None:
            return None
        anchor = self._anchor(item.window.anchor)
        if anchor is None:
            return None
        before = self._state.item(item.code).window
        if before is None:
            return _planned(item.code, item.window, item.remind, anchor, self._state.zone)
        if anchor.basis == STALE:
            return replace(before, basis=STALE)
        if (before.basis, before.anchor_on) == (anchor.basis, anchor.on):
            return before
        return _planned(item.code, item.window, item.remind, anchor, self._state.zone)

    def _anchor(self, code: str) -> AnchorDate | None:
        if code not in self._anchors:
            self._anchors[code] = self._find_anchor(code)
        return self._anchors[code]

    def _find_anchor(self, code: str) -> AnchorDate | None:
        item = self._state.item(code)
        if item.outcome is Outcome.DONE and item.happened is not None:
            return AnchorDate(ACTUAL, item.happened)
        own = self.window(self._state.protocol.items[code])
        if own is None:
            return self._unscheduled(code)
        expected = _expected_date(self._state, own)
        if item.retracted:
            return AnchorDate(STALE, expected)
        if item.outcome is not Outcome.PENDING:
            return AnchorDate(EXPECTED if own.basis in BINDING else own.basis, expected)
        if item.appointment is not None:
            return AnchorDate(PROJECTED, item.appointment)
        return AnchorDate(STALE if own.basis == STALE else PROJECTED, expected)

    def _unscheduled(self, code: str) -> AnchorDate | None:
        """The date of a pending anchor that has no window of its own."""
        item = self._state.item(code)
        if not item.retracted:
            return AnchorDate(PROJECTED, item.appointment) if item.appointment is not None else None
        # Nothing says when it might happen, so dependents keep the date they were counted from, as stale.
        windows = (other.window for other in self._state.items.values() if other.window is not None)
        known = next((window for window in windows if window.anchor == code), None)
        return AnchorDate(STALE, known.anchor_on) if known is not None else None


def _planned(
    code: str, window: Window, remind: Span | None, anchor: AnchorDate, zone: ZoneInfo
) -> PlannedWindow:
    opens, target, closes = window_from(window.target, window.early, window.late, anchor.on, zone)
    return PlannedWindow(
        item=code,
        basis=PROJECTED if anchor.basis == STALE else anchor.basis,
        anchor=window.anchor,
        anchor_on=anchor.on,
        opens=opens,
        target=target,
        closes=closes,
        hard_stop=end_after(anchor.on, window.hard_stop, zone) if window.hard_stop is not None else None,
        frame_ends=end_after(anchor.on, window.frame_ends, zone) if window.frame_ends is not None else None,
        remind_at=max(opens, shifted(closes, -remind, zone)) if remind is not None else None,
    )


def _expected_date(state: State, window: PlannedWindow) -> Stated:
    own = state.protocol.items[window.item].window
    if own is not None and not own.whole_days:
        return window.target
    return day_of(window.target - timedelta(microseconds=1), state.zone)
