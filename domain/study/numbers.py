"""Chain-of-identity numbers in the study: each is one participant's, for good.

The rule that keeps it honest: a number that was ever bound is never another participant's, not even after it
was corrected, because a label with it may still exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.events import Event, IdentityBound, IdentityCorrected, NumberTaken
from domain.refusal import Code, Refused
from domain.state import State
from domain.study.book import Study


def numbers_taken(study: Study, state: State, events: Iterable[Event]) -> Iterator[NumberTaken]:
    """The number that a participant's new events take.

    Raises:
        Refused: another participant carries it, or once did.
    """
    for event in events:
        if not isinstance(event, IdentityBound | IdentityCorrected):
            continue
        holder = study.numbers.get(event.number)
        if holder is None:
            yield NumberTaken(state.participant, event.number)
        elif holder != state.participant:
            raise Refused(
                Code.NUMBER_TAKEN,
                f"{event.number} is the number of {holder}: read the label again, two participants never "
                "share a chain-of-identity number",
            )
