"""When a participant was surely alive, by what was recorded of their safety.

The rule that keeps it honest: nobody has an assessment or a new event after their death.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.safety.book import Safety
from domain.safety.partial import Partial, partial_of


def last_contacts(safety: Safety) -> Iterator[tuple[str, Partial]]:
    """(what, when) of everything that a living participant was needed for; what was voided is left out."""
    for event in safety.standing_events:
        yield f"the onset of {event.ae}", event.onset
    for toxicity in safety.toxicities:
        yield f"the assessment {toxicity.assessment}", partial_of(toxicity.happened)
    for response in safety.responses:
        yield f"the assessment {response.assessment}", partial_of(response.happened)
