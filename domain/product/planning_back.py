"""Planning back from an item: its appointment sets those of the steps before it.

The rule that keeps it honest: every appointment that moves is an event of its own with its reason; what is
done already never moves.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.events import AppointmentPlanned
from domain.span import add_to_day
from domain.state import Outcome, State
from domain.stated import Stated, day_of


def planned_back(state: State, item: str, appointment: Stated | None) -> Iterator[AppointmentPlanned]:
    """The appointments that follow when `item` gets this one, or loses its own."""
    plan = state.protocol.document.plan_back
    if plan is None or item != plan.from_:
        return
    for step in plan.steps:
        known = state.item(step.item)
        if known.outcome is not Outcome.PENDING:
            continue
        if appointment is None:
            wanted, why = None, f"the appointment of {item} was taken back"
        else:
            wanted = add_to_day(day_of(appointment, state.zone), -step.before)
            why = f"{step.before} before {item} on {appointment.isoformat()}"
        if wanted != known.appointment:
            yield AppointmentPlanned(step.item, wanted, why)
