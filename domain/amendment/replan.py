"""The windows that change when a participant comes under another protocol version.

The rule that keeps it honest: only what is pending is planned anew, from the same recorded dates; a stale
window stays stale until its anchor is recorded again.
"""

from __future__ import annotations

from dataclasses import replace

from domain.events import PlannedWindow
from domain.plan import BINDING, STALE, derive
from domain.protocol.expanded import Protocol
from domain.state import Items, Outcome, State


def under(state: State, new: Protocol) -> State:
    """The state as it is under the new version, before anything is planned anew."""
    return replace(state, rules=state.rules.moved_to(new, settled_items(state)))


def settled_items(state: State) -> frozenset[str]:
    """The items that are done, missed or excused."""
    return frozenset(code for code, known in state.items.items() if known.outcome is not Outcome.PENDING)


def unplanned(state: State, new: Protocol) -> tuple[str, ...]:
    """The pending items whose recorded window falls away with the old version."""
    moved = under(state, new)
    fresh = derive(_without_pending_windows(moved))
    return tuple(
        code
        for code in state.items
        if _is_planned(state, code) and (moved.protocol.items[code].withdrawn or not _binds(fresh.get(code)))
    )


def replanned(state: State) -> tuple[PlannedWindow, ...]:
    """The windows of pending items that are new or other under the version now in force."""
    fresh = derive(_without_pending_windows(state))
    return tuple(
        window
        for code, window in fresh.items()
        if state.item(code).outcome is Outcome.PENDING
        and not state.protocol.items[code].withdrawn
        and _binds(window)
        and window != state.item(code).window
    )


def _without_pending_windows(state: State) -> State:
    items = Items(
        {
            code: replace(known, window=None) if _is_planned(state, code) else known
            for code, known in state.items.items()
        }
    )
    return state.but(items=items)


def _is_planned(state: State, code: str) -> bool:
    known = state.item(code)
    return known.outcome is Outcome.PENDING and known.window is not None and known.window.basis != STALE


def _binds(window: PlannedWindow | None) -> bool:
    return window is not None and window.basis in BINDING
