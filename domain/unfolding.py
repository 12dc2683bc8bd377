"""A state with the events that led on from it: what one decision grows while it is made.

The rule that keeps it honest: each step sees the state after the one before, exactly as a later fold will.
"""

from __future__ import annotations

from domain.evolve import ParticipantEvent, evolve
from domain.state import State


class Unfolding:
    """Collects the events of one decision and keeps the state in step with them."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.events: list[ParticipantEvent] = []

    def happen(self, *events: ParticipantEvent) -> None:
        for event in events:
            self.state = evolve(self.state, event)
            self.events.append(event)
