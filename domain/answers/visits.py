"""What people say about visits before or instead of doing them: planned, excused, missed.

The rule that keeps it honest: excused and missed are said by a person with a reason, never by the machine.
"""

from __future__ import annotations

from datetime import datetime

from domain.answers.checks import known_item, pending, still_running
from domain.commands import ExcuseVisit, MissVisit, PlanItem
from domain.events import AppointmentPlanned, VisitExcused, VisitMissed
from domain.plan import BINDING, applicable, window_of
from domain.product.planning_back import planned_back
from domain.protocol.expanded import Category, Item
from domain.refusal import Code, Refused
from domain.state import State
from domain.stated import Stated, day_of


def plan_item(state: State, command: PlanItem, at: datetime) -> list[AppointmentPlanned]:
    """An appointment is set, moved (with a reason) or taken back."""
    item = _expected_item(state, command.item, "an appointment")
    known = state.item(item.code).appointment
    if command.appointment == known:
        what = known.isoformat() if known is not None else "none"
        raise Refused(Code.SAME_FACT, f"the appointment of {item.code} is already {what}")
    if known is not None and command.reason is None:
        raise Refused(Code.MALFORMED, f"moving the appointment of {item.code} needs a reason")
    if command.appointment is not None and _has_passed(state, command.appointment, at):
        raise Refused(
            Code.BAD_VALUE, f"an appointment lies ahead; {command.appointment.isoformat()} has passed"
        )
    planned = AppointmentPlanned(item.code, command.appointment, command.reason)
    return [planned, *planned_back(state, item.code, command.appointment)]


def excuse_visit(state: State, command: ExcuseVisit, at: datetime) -> list[VisitExcused]:
    """The visit will not take place, said before its window closes."""
    item = _visit(state, command.item, "excusing")
    window = window_of(state, item.code)
    if window is not None and window.basis in BINDING and at >= window.closes:
        raise Refused(
            Code.BAD_VALUE,
            f"the window of {item.code} has closed: say that it was missed instead of excusing it",
        )
    return [VisitExcused(item.code, command.reason)]


def miss_visit(state: State, command: MissVisit, at: datetime) -> list[VisitMissed]:
    """The visit did not take place, said once its window has opened."""
    item = _visit(state, command.item, "missing")
    window = state.item(item.code).window
    if window is None or at < window.opens:
        opens = (
            "has no dates yet" if window is None else f"opens {window.opens.astimezone(state.zone).date()}"
        )
        raise Refused(Code.BAD_VALUE, f"the window of {item.code} {opens}: excuse the visit instead")
    return [VisitMissed(item.code, command.reason)]


def _visit(state: State, code: str, what: str) -> Item:
    item = _expected_item(state, code, f"{what} it")
    if item.category is not Category.VISIT:
        raise Refused(Code.NOT_APPLICABLE, f"{code} is a milestone; {what} is for visits")
    return item


def _expected_item(state: State, code: str, what: str) -> Item:
    item = known_item(state, code)
    if not item.repeatable:
        pending(state, code)
    if not applicable(state, item):
        if state.ending is not None:
            still_running(state, what)
        raise Refused(Code.NOT_APPLICABLE, f"{code} does not apply: its condition in the protocol is not met")
    return item


def _has_passed(state: State, appointment: Stated, at: datetime) -> bool:
    return day_of(appointment, state.zone) < at.astimezone(state.zone).date()
