"""What a participant's timeline is started with.

The rule that keeps it honest: it says whose timeline it is; everything else is in the store, so a new, a
continued and a recovered run are started alike.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ParticipantInput:
    """Whose timeline this is."""

    study: str
    participant: str
