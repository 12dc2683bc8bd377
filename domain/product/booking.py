"""Booking apheresis, manufacture and bed: what fits, what does not, and the appointment that goes with it.

The rule that keeps it honest: a clash is told before it is taken, and taken only with a stated reason, which
stays on the record beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.answers.checks import nearest, still_running
from domain.commands.product import BookResource, CancelBooking, MoveBooking
from domain.events import AppointmentPlanned, BookingCancelled, BookingMoved, ResourceBooked
from domain.plan import applicable, end_after, shifted, whole_plan
from domain.product.holding import Booking
from domain.product.planning_back import planned_back
from domain.protocol.product import Resource
from domain.refusal import Code, Refused
from domain.state import Outcome, State
from domain.stated import Stated, day_of, earliest


def book_resource(
    state: State, command: BookResource, at: datetime
) -> list[ResourceBooked | AppointmentPlanned]:
    """A resource is booked for its item, whose appointment is set to the day it starts."""
    resource = known_resource(state, command.resource)
    booked = state.holding.bookings.get(resource.code)
    if booked is not None:
        raise Refused(
            Code.ALREADY_RECORDED,
            f"{resource.code} is booked for {booked.starts.isoformat()}: move or cancel that booking",
        )
    clashes = _taken_or_refused(state, resource, command.starts, at, command.accepted)
    event = ResourceBooked(
        resource=resource.code,
        item=resource.item,
        starts=command.starts,
        ends=end_of(state, resource, command.starts),
        clashes=clashes,
        accepted=command.accepted if clashes else None,
    )
    return [event, *_appointments(state, resource, command.starts)]


def move_booking(state: State, command: MoveBooking, at: datetime) -> list[BookingMoved | AppointmentPlanned]:
    """A booking moves, and its item's appointment with it."""
    resource = known_resource(state, command.resource)
    booked = _booking(state, resource)
    if booked.starts == command.starts:
        raise Refused(Code.SAME_FACT, f"{resource.code} is booked for {command.starts.isoformat()} already")
    clashes = _taken_or_refused(state, resource, command.starts, at, command.accepted)
    event = BookingMoved(
        resource=resource.code,
        starts=command.starts,
        ends=end_of(state, resource, command.starts),
        reason=command.reason,
        clashes=clashes,
        accepted=command.accepted if clashes else None,
    )
    return [event, *_appointments(state, resource, command.starts)]


def cancel_booking(state: State, command: CancelBooking) -> list[BookingCancelled]:
    """A booking is given back."""
    resource = known_resource(state, command.resource)
    _booking(state, resource)
    return [BookingCancelled(resource.code, command.reason)]


def clashes_of(state: State, resource: Resource, starts: Stated, at: datetime) -> Iterator[str]:
    """What does not fit when the resource is taken from `starts`, as seen at `at`."""
    begins = earliest(starts, state.zone)
    if begins < earliest(day_of(shifted(at, resource.lead_time, state.zone), state.zone), state.zone):
        first = day_of(shifted(at, resource.lead_time, state.zone), state.zone)
        yield f"{resource.code} is asked for {resource.lead_time} ahead: from {first} on"
    plan = whole_plan(state)
    window = plan.get(resource.item)
    if window is not None and not window.opens <= begins < window.closes:
        days = days_of(state, window.opens, window.closes)
        yield f"{starts.isoformat()} is outside the window of {resource.item} ({days})"
    if resource.delivers is not None:
        ends, delivered = end_of(state, resource, starts), plan.get(resource.delivers)
        if delivered is not None and ends > delivered.closes:
            yield (
                f"{resource.code} ends on {last_day(state, ends)}, after the window of {resource.delivers} "
                f"({days_of(state, delivered.opens, delivered.closes)})"
            )


def end_of(state: State, resource: Resource, starts: Stated) -> datetime:
    """The exclusive end (UTC) of what is booked from `starts`: whole days end with their last day."""
    if resource.lasts.whole_days:
        return shifted(day_of(starts, state.zone), resource.lasts, state.zone)
    return end_after(starts, resource.lasts, state.zone)


def known_resource(state: State, code: str) -> Resource:
    """The resource of that code in the participant's protocol."""
    known = {each.code: each for each in state.protocol.document.resources or ()}
    if code not in known:
        raise Refused(Code.UNKNOWN_RESOURCE, f"the protocol books no {code!r}{nearest(code, known)}")
    return known[code]


def days_of(state: State, opens: datetime, closes: datetime) -> str:
    """A stretch of time in site days, last day included."""
    return f"{opens.astimezone(state.zone).date()} to {last_day(state, closes)}"


def last_day(state: State, end: datetime) -> str:
    """The site day that an exclusive end closes."""
    return (end - timedelta(microseconds=1)).astimezone(state.zone).date().isoformat()


def _booking(state: State, resource: Resource) -> Booking:
    booked = state.holding.bookings.get(resource.code)
    if booked is None:
        raise Refused(Code.NOTHING_TO_CORRECT, f"{resource.code} is not booked for {state.participant}")
    return booked


def _taken_or_refused(
    state: State, resource: Resource, starts: Stated, at: datetime, accepted: str | None
) -> tuple[str, ...]:
    item = state.protocol.items[resource.item]
    still_running(state, "a booking")
    if state.item(item.code).outcome is not Outcome.PENDING or not applicable(state, item):
        raise Refused(
            Code.NOT_APPLICABLE, f"{item.code} is not ahead, so {resource.code} is not booked for it"
        )
    if day_of(starts, state.zone) < at.astimezone(state.zone).date():
        raise Refused(Code.BAD_VALUE, f"a booking lies ahead; {starts.isoformat()} has passed")
    clashes = tuple(clashes_of(state, resource, starts, at))
    if clashes and accepted is None:
        raise Refused(
            Code.BOOKING_CLASH, f"{'; '.join(clashes)}: choose another time, or state why it is accepted"
        )
    return clashes


def _appointments(state: State, resource: Resource, starts: Stated) -> Iterator[AppointmentPlanned]:
    if state.item(resource.item).appointment != starts:
        yield AppointmentPlanned(resource.item, starts, f"{resource.code} booked")
        yield from planned_back(state, resource.item, starts)
