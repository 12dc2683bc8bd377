"""When a participant was surely alive, by what was recorded of their safety.

The rule that keeps it honest: nobody has an assessment or a new event after their death.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.safety.book import Safety
from domain.safety.partial import Partial, partial_of
from domain.safety.terms import DEATH_GRADE


def last_contacts(safety: Safety) -> Iterator[tuple[str, Partial]]:
    """(what, when) of everything that a living participant was needed for; what was voided is left out."""
    for event in safety.standing_events:
        yield f"the onset of {event.ae}", event.onset
        for grading in event.gradings:
            if grading.grade != DEATH_GRADE:
                yield f"grade {grading.grade} of {event.ae}", grading.happened
        for _, given in event.treatments:
            yield f"the treatment of {event.ae}", given
        if event.outcome is not None and event.resolved is not None:
            yield f"the outcome of {event.ae} ({event.outcome.value})", event.resolved
    for toxicity in safety.toxicities:
        yield f"the assessment {toxicity.assessment}", partial_of(toxicity.happened)
    for response in safety.responses:
        yield f"the assessment {response.assessment}", partial_of(response.happened)
