"""What slips when one appointment or booking slips: told before anything is moved.

The rule that keeps it honest: it plays the move on a copy with the same planning as the record's own, saves
nothing, and says of everything else only what it would become.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.answers.checks import known_item
from domain.events import PlannedWindow
from domain.plan import applicable, whole_plan
from domain.product.booking import clashes_of, days_of, known_resource
from domain.product.planning_back import planned_back
from domain.protocol.expanded import Item
from domain.state import Outcome, State
from domain.stated import Stated, day_of


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing that would move. `what`: appointment, window or booking; `code` of the item or resource.

    `was` and `becomes`: site days, or a stretch of them; None where there was or would be none.
    """

    code: str
    what: str
    was: str | None
    becomes: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that would move, the moved item itself first, and what would no longer fit."""

    slips: tuple[Slip, ...]
    clashes: tuple[str, ...]


def slipped_booking(state: State, resource: str, starts: Stated, at: datetime) -> Preview:
    """What moves when the booking of a resource moves to `starts`.

    Raises:
        Refused: the protocol has no such resource.
    """
    known = known_resource(state, resource)
    booked = state.holding.bookings.get(resource)
    moved = Slip(resource, "booking", _text(booked.starts if booked is not None else None), _text(starts))
    preview = slipped(state, known.item, starts, at)
    slips = (moved, *(each for each in preview.slips if (each.code, each.what) != (resource, "booking")))
    clashes = dict.fromkeys((*clashes_of(state, known, starts, at), *preview.clashes))
    return Preview(slips, tuple(each for each in clashes if not each.startswith(f"{resource} is booked for")))


def slipped(state: State, item: str, to: Stated, at: datetime) -> Preview:
    """What moves when the appointment of an item moves to `to`.

    Raises:
        Refused: the protocol has no such item.
    """
    known_item(state, item)
    after = _played(state, item, to)
    slips = (*_appointments(state, after), *_windows(state, after), *_bookings(state, after))
    first = sorted(slips, key=lambda each: each.code != item)
    return Preview(tuple(first), tuple(clashes_in(after, at)))


def clashes_in(state: State, at: datetime) -> Iterator[str]:
    """What does not fit in what is planned and booked, as seen at `at` (UTC)."""
    plan = whole_plan(state)
    today = at.astimezone(state.zone).date()
    for code, known in state.items.items():
        item = state.protocol.items[code]
        if known.appointment is None or known.outcome is not Outcome.PENDING or not applicable(state, item):
            continue
        day = day_of(known.appointment, state.zone)
        if day < today:
            yield f"{code} would be on {day}, which has passed"
        window = plan.get(code)
        if window is not None and not _fits(state, window, day):
            yield f"{code} on {day} is outside its window ({_span(state, window)})"
    for booked in state.holding.bookings.values():
        appointment = state.item(booked.item).appointment
        if appointment is None or day_of(appointment, state.zone) == day_of(booked.starts, state.zone):
            continue
        moved = f"{booked.item} would be on {_text(appointment)}"
        yield f"{booked.resource} is booked for {_text(booked.starts)}, {moved}"
        yield from clashes_of(state, known_resource(state, booked.resource), appointment, at)


def _played(state: State, item: str, to: Stated) -> State:
    """The state with the item's appointment moved, and with everything behind it moved as far."""
    days = day_of(to, state.zone) - _expected_day(state, item, day_of(to, state.zone))
    after = _appointed(state, item, to)
    for each in planned_back(state, item, to):
        if each.appointment is not None:
            after = _appointed(after, each.item, each.appointment)
    for other in _behind(state, item):
        known = state.item(other.code)
        untouched = known.appointment == after.item(other.code).appointment
        if known.outcome is Outcome.PENDING and known.appointment is not None and untouched:
            after = _appointed(after, other.code, known.appointment + days)
    return after


def _appointed(state: State, item: str, to: Stated) -> State:
    return state.but(items=state.items.with_item(item, replace(state.item(item), appointment=to)))


def _expected_day(state: State, item: str, otherwise: date) -> date:
    known = state.item(item)
    if known.appointment is not None:
        return day_of(known.appointment, state.zone)
    window = whole_plan(state).get(item)
    if window is None:
        return otherwise
    return (window.target - timedelta(microseconds=1)).astimezone(state.zone).date()


def _behind(state: State, item: str) -> Iterator[Item]:
    """The items that come after this one: counted from it, requiring it, or delivered by its booking."""
    delivered = {
        each.item: each.delivers
        for each in state.protocol.document.resources or ()
        if each.delivers is not None
    }
    plan = state.protocol.document.plan_back
    back = {each.item for each in plan.steps} if plan is not None else set()
    found, left = {item}, [item]
    while left:
        code = left.pop()
        for other in state.protocol.items.values():
            anchor = other.window.anchor if other.window is not None else None
            follows = anchor == code or code in other.requires or delivered.get(code) == other.code
            if follows and other.code not in found:
                found.add(other.code)
                left.append(other.code)
                # What is planned back from a later item comes before it all the same.
                if not (other.code in back and plan is not None and item == plan.from_):
                    yield other


def _appointments(before: State, after: State) -> Iterator[Slip]:
    for code in after.items:
        was, becomes = before.item(code).appointment, after.item(code).appointment
        if was != becomes:
            yield Slip(code, "appointment", _text(was), _text(becomes))


def _windows(before: State, after: State) -> Iterator[Slip]:
    was, becomes = whole_plan(before), whole_plan(after)
    for code, window in becomes.items():
        old = was.get(code)
        pending = after.item(code).outcome is Outcome.PENDING
        if pending and (old is None or _span(before, old) != _span(after, window)):
            yield Slip(code, "window", _span(before, old) if old is not None else None, _span(after, window))


def _bookings(before: State, after: State) -> Iterator[Slip]:
    for booked in before.holding.bookings.values():
        was, becomes = before.item(booked.item).appointment, after.item(booked.item).appointment
        if becomes is not None and was != becomes:
            yield Slip(booked.resource, "booking", _text(booked.starts), _text(becomes))


def _fits(state: State, window: PlannedWindow, day: date) -> bool:
    first = window.opens.astimezone(state.zone).date()
    last = (window.closes - timedelta(microseconds=1)).astimezone(state.zone).date()
    return first <= day <= last


def _span(state: State, window: PlannedWindow) -> str:
    return days_of(state, window.opens, window.closes)


def _text(stated: Stated | None) -> str | None:
    match stated:
        case datetime():
            return stated.isoformat(timespec="minutes")
        case date():
            return stated.isoformat()
        case _:
            return None
