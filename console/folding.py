"""Folding stored streams as the desk does, to show them or to prove what is shown.

The rule that keeps it honest: the participant's own rules, found in the store, and the one fold there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from activities.rulebook import Rulebook
from domain.events import ParticipantRegistered
from domain.evolve import ParticipantEvent, fold
from domain.recorded import Recorded
from domain.rows import rows_of
from domain.signature_check import mismatches, study_mismatches
from domain.state import Rules, State, initial
from domain.study import Study, fold_study
from domain.study.rows import study_rows
from domain.views import ParticipantViews, StudyViews
from store import Reading, Store
from store.verify import SignaturesOf, StudyViewsOf, ViewsOf


class NotATimeline(ValueError):
    """A stream that does not begin with a registration is no participant's."""


def folded(reading: Reading, rulebook: Rulebook, record: Sequence[Recorded]) -> State:
    """The state after a participant's whole stream.

    Raises:
        NotATimeline: the stream is empty, or begins with something else than a registration.
        activities.rulebook.MissingDocument: the store lacks a document the record names.
    """
    return fold(initial(_rules_of(reading, rulebook, record)), _participants(record))


def views_in(reading: Reading, rulebook: Rulebook) -> ViewsOf:
    """Read models as this snapshot's events say they are."""
    return lambda record: rows_of(folded(reading, rulebook, record))


def signatures_in(reading: Reading, rulebook: Rulebook) -> SignaturesOf:
    """The signatures of a stream that are not over what this snapshot's record said when they were given."""

    def wrong(record: Sequence[Recorded]) -> Iterator[tuple[int, str]]:
        if record and record[0].stream.startswith("study/"):
            return study_mismatches(Study(), [each.event for each in record])
        return mismatches(initial(_rules_of(reading, rulebook, record)), _participants(record))

    return wrong


def views_of_store(store: Store, rulebook: Rulebook) -> ViewsOf:
    """As `views_in`, with the documents as they are at each fold."""

    def views(record: list[Recorded]) -> ParticipantViews:
        with store.reading() as reading:
            return rows_of(folded(reading, rulebook, record))

    return views


def _rules_of(reading: Reading, rulebook: Rulebook, record: Sequence[Recorded]) -> Rules:
    first = record[0].event if record else None
    if not isinstance(first, ParticipantRegistered):
        raise NotATimeline(
            f"{record[0].stream if record else 'the stream'} does not begin with a registration"
        )
    return rulebook.for_participant(reading, first.study, first)


def _participants(record: Sequence[Recorded]) -> list[ParticipantEvent]:
    return [cast(ParticipantEvent, each.event) for each in record]


def study_views_in(reading: Reading, rulebook: Rulebook) -> StudyViewsOf:
    """A study's own read models as this snapshot's events say they are."""

    def views(record: list[Recorded]) -> StudyViews | None:
        study = fold_study(each.event for each in record)
        if not study.protocols or not study.sites:
            return None
        return study_rows(study, rulebook.study_rules(reading, study.code))

    return views


def study_views_of_store(store: Store, rulebook: Rulebook) -> StudyViewsOf:
    """As `study_views_in`, with the documents as they are at each fold."""

    def views(record: list[Recorded]) -> StudyViews | None:
        with store.reading() as reading:
            return study_views_in(reading, rulebook)(record)

    return views
