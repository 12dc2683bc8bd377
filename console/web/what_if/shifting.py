"""The ready question: what if this appointment slips by so many days?

The rule that keeps it honest: what is moved is the appointment as it stands, with its time of day on the
site's clock, or the expected day where there is none; the answer to it is the record's, like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from console.web.forms.bench import Bench
from console.web.stating import Unstated, stated_from
from domain.state import State
from domain.stated import Stated, day_of
from replay.plans import expected_days

FURTHEST = 366


@dataclass(frozen=True, slots=True)
class Movable:
    """Something that could slip. `on`: its day; `planned`: by an appointment, and not just expected then."""

    item: str
    label: str
    on: date
    planned: bool


def movable(bench: Bench) -> tuple[Movable, ...]:
    """Everything of a participant that has an appointment or is expected: milestones first, then by day."""
    state = bench.state
    if state is None or state.ending is not None:
        return ()
    found = [_movable(bench, state, code, on) for code, on in expected_days(state).items()]
    return tuple(sorted(found, key=lambda each: (not each.planned, each.on, each.item)))


def shifted(bench: Bench, item: str, days: int) -> dict[str, Any] | None:
    """The command that moves an item by so many days; None: it has no day, or the clock skips the time."""
    state = bench.state
    on = expected_days(state).get(item) if state is not None else None
    if state is None or on is None:
        return None
    known = state.item(item).appointment
    try:
        to = _moved(state, known if known is not None else on, days)
    except (Unstated, OverflowError):
        return None
    return {"kind": "plan_item", "item": item, "appointment": to}


def in_days(text: str) -> int | None:
    """So many days as they were typed; None: it is no such number."""
    try:
        days = int(text)
    except ValueError:
        return None
    return days if 0 < abs(days) <= FURTHEST else None


def lacks_reason(state: State | None, body: Mapping[str, Any]) -> bool:
    """Whether this is a move whose reason is not stated yet: it can be tried without, and not recorded."""
    if body.get("reason"):
        return False
    if body["kind"] == "move_booking":
        return True
    item = body.get("item")
    known = state.items.get(str(item)) if state is not None and body["kind"] == "plan_item" else None
    return known is not None and known.appointment is not None


def _movable(bench: Bench, state: State, code: str, on: date) -> Movable:
    label = bench.look.item_label(bench.protocol, code)
    return Movable(code, label, on, state.item(code).appointment is not None)


def _moved(state: State, known: Stated, days: int) -> str:
    day = day_of(known, state.zone) + timedelta(days=days)
    if not isinstance(known, datetime):
        return day.isoformat()
    # The same time on the clock: a day on which it goes forward or back is shorter or longer.
    return stated_from(day.isoformat(), f"{known.astimezone(state.zone):%H:%M}", state.zone)
