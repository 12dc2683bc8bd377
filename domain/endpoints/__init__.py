"""Endpoints counted: who is in each figure, who is not and why, and the events that say so.

The rule that keeps it honest: counting is pure and complete without statistics; every participant of the
study stands in every figure, in one place, with a reason and the sequence numbers behind it.
"""

from domain.endpoints.figure import Figure, Group, Judged, Place
from domain.endpoints.figures import figures
from domain.endpoints.known import Known

__all__ = ["Figure", "Group", "Judged", "Known", "Place", "figures"]
