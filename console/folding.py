"""Folding stored streams as the desk does, to show them or to prove what is shown.

The rule that keeps it honest: the participant's own rules, found in the store, and the one fold there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from activities.rulebook import Rulebook
from domain.events import ParticipantRegistered
from domain.evolve import ParticipantEvent, fold
from domain.recorded import Recorded
from domain.rows import rows_of
from domain.state import State, initial
from domain.views import ParticipantViews
from store import Reading, Store
from store.verify import ViewsOf


class NotATimeline(ValueError):
    """A stream that does not begin with a registration is no participant's."""


def folded(reading: Reading, rulebook: Rulebook, record: Sequence[Recorded]) -> State:
    """The state after a participant's whole stream.

    Raises:
        NotATimeline: the stream is empty, or begins with something else than a registration.
        activities.rulebook.MissingDocument: the store lacks a document the record names.
    """
    first = record[0].event if record else None
    if not isinstance(first, ParticipantRegistered):
        raise NotATimeline(
            f"{record[0].stream if record else 'the stream'} does not begin with a registration"
        )
    rules = rulebook.for_participant(reading, first.study, first)
    return fold(initial(rules), [cast(ParticipantEvent, each.event) for each in record])


def views_in(reading: Reading, rulebook: Rulebook) -> ViewsOf:
    """Read models as this snapshot's events say they are."""
    return lambda record: rows_of(folded(reading, rulebook, record))


def views_of_store(store: Store, rulebook: Rulebook) -> ViewsOf:
    """As `views_in`, with the documents as they are at each fold."""

    def views(record: list[Recorded]) -> ParticipantViews:
        with store.reading() as reading:
            return rows_of(folded(reading, rulebook, record))

    return views
