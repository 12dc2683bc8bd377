"""Alerts on the windows of milestones and visits: due soon, and overdue.

The rule that keeps it honest: an alert is warranted exactly while `standing` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.events import PlannedWindow
from domain.plan import BINDING, STALE, applicable, basis_of
from domain.protocol.expanded import Item
from domain.standing import Standing, sight_of, standing
from domain.state import Alert, AlertKind, Outcome, State
from domain.warrant import Deadline, Warrant


def warrants(state: State, at: datetime) -> Iterator[Warrant]:
    """What the windows warrant at `at`."""
    for moment, code in state.items.calls:
        if moment > at:
            break
        yield from _of_item(state, state.protocol.items[code], at)


def why_over(state: State, alert: Alert) -> str:
    """Why an alert on a window is over."""
    item, known = state.protocol.items[alert.item], state.item(alert.item)
    if known.outcome is not Outcome.PENDING:
        return {Outcome.DONE: "recorded", Outcome.EXCUSED: "excused", Outcome.MISSED: "missed"}[known.outcome]
    if not applicable(state, item):
        return "ended" if state.ending is not None else "not_applicable"
    if known.window is not None and known.window.basis == STALE:
        return "stale"
    # A reminder whose window stands as it was is over for one reason only: the window has closed.
    as_it_was = known.window is not None and known.window.closes == alert.latest_snooze
    return "overdue" if alert.kind is AlertKind.DUE_SOON and as_it_was else "replanned"


def waits(state: State) -> Iterator[Deadline]:
    """The earliest moment at which a window asks for something."""
    earliest: datetime | None = None
    found: PlannedWindow | None = None
    for first_call, code in state.items.calls:
        if earliest is not None and first_call >= earliest:
            break
        window = state.item(code).window
        if window is None or not _awaited(state, code, window):
            continue
        moment = _moment(state, window)
        if earliest is None or moment < earliest:
            earliest, found = moment, window
    if earliest is not None and found is not None:
        yield Deadline(earliest, _what(state, found, earliest))


def _of_item(state: State, item: Item, at: datetime) -> Iterator[Warrant]:
    window = state.item(item.code).window
    assert window is not None, "only items with a recorded window call"
    match standing(sight_of(state, item, window), at):
        case Standing.OVERDUE:
            yield Warrant(AlertKind.OVERDUE, item.code, window.closes, item.ladder, window.hard_stop)
        case Standing.OPEN | Standing.PAST_TARGET if window.remind_at is not None and at >= window.remind_at:
            yield Warrant(AlertKind.DUE_SOON, item.code, window.remind_at, item.ladder, window.closes)
        case _:
            return


def _moment(state: State, window: PlannedWindow) -> datetime:
    if window.remind_at is None or (window.item, AlertKind.DUE_SOON) in state.alerts:
        return window.closes
    return window.remind_at


def _awaited(state: State, code: str, window: PlannedWindow) -> bool:
    item = state.protocol.items[code]
    if (code, AlertKind.OVERDUE) in state.alerts:
        return False
    return basis_of(state, item, window) in BINDING and applicable(state, item)


def _what(state: State, window: PlannedWindow, moment: datetime) -> str:
    zone = state.rules.site.zone_name
    if moment == window.closes:
        return f"{window.item} window closes {_last_day(state, moment)} {zone}"
    return f"{window.item} due soon {_day(state, moment)} {zone}"


def _day(state: State, at: datetime) -> str:
    return at.astimezone(state.zone).date().isoformat()


def _last_day(state: State, end: datetime) -> str:
    return _day(state, end - timedelta(microseconds=1))
