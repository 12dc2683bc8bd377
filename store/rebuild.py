"""Makes all read models anew from the events.

The rule that keeps it honest: nothing of the old rows is used, and the new rows are the same (INV-27), so a
changed read model needs no other migration than this: the one that changes it leaves a note that says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.recorded import participant_stream
from store.reading import Reading
from store.store import Store
from store.verify_shown import StudyViewsOf, ViewsOf

_BATCH = 50
_NOTE, _MADE = "read models", "as the events say"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was made: `removed` counts participants shown without a record."""

    participants: int
    events: int
    removed: int


def rebuild_is_due(reading: Reading) -> bool:
    """Whether a migration changed read models that have not been made anew since."""
    return reading.note(_NOTE) not in (None, _MADE)


def rebuild(store: Store, views_of: ViewsOf, study_views_of: StudyViewsOf | None = None) -> Rebuilt:
    """Fold every stream of participants and studies and replace its rows; others may go on writing."""
    if study_views_of is not None:
        _rebuild_studies(store, study_views_of)
    with store.writing() as writing:
        streams = writing.streams("participant/")
        strays = [
            each for each in writing.shown_participants() if participant_stream(*each) not in set(streams)
        ]
        for study, participant in strays:
            writing.forget(study, participant)
    events = 0
    for batch in _batches(streams):
        with store.writing() as writing:
            writing.lock(*batch)
            for stream in batch:
                history = writing.events(stream)
                views = views_of(history)
                writing.forget(views.participant.study, views.participant.participant)
                writing.show(views)
                events += len(history)
    if study_views_of is not None:
        with store.writing() as writing:
            writing.put_note(_NOTE, _MADE)
    return Rebuilt(len(streams), events, len(strays))


def _rebuild_studies(store: Store, views_of: StudyViewsOf) -> None:
    with store.writing() as writing:
        streams = writing.streams("study/")
        writing.lock(*streams)
        for stream in streams:
            writing.forget_study(stream.removeprefix("study/"))
            views = views_of(writing.events(stream))
            if views is not None:
                writing.show_study(views)


def _batches(streams: list[str]) -> Iterator[list[str]]:
    # Small enough that writers wait for milliseconds, large enough that a commit is not the cost.
    for start in range(0, len(streams), _BATCH):
        yield streams[start : start + _BATCH]
