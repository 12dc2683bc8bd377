"""What does not follow from the events: signatures, and the rows that lists are read from.

The rule that keeps it honest: the domain folds the events again, and every row and column is compared with
what comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from domain.recorded import STUDY_SUBJECT, Recorded
from domain.views import ParticipantViews, StudyViews
from store.reading import Reading
from store.report import Problem
from store.schema import alerts, studies
from store.showing_study import stored_study
from store.shown import ALERTS, Shown, rows_of, stored_models

ViewsOf = Callable[[list[Recorded]], ParticipantViews]
"""The domain's fold of one participant's stream into its read models."""

StudyViewsOf = Callable[[list[Recorded]], StudyViews | None]
"""The same of a study's own stream; None while nothing of it is shown."""

SignaturesOf = Callable[[list[Recorded]], Iterable[tuple[int, str]]]
"""The domain's check of one participant's signatures: (number of the event, what is wrong with it)."""


def signature_problems(
    stream: str, known: list[Recorded], signatures_of: SignaturesOf | None
) -> Iterator[Problem]:
    """Signatures that are not over what the record said when they were given."""
    for seq, what in signatures_of(known) if signatures_of else ():
        yield Problem(stream, seq, what)


def participant_problems(
    connection: Connection, stream: str, known: list[Recorded], views_of: ViewsOf
) -> Iterator[Problem]:
    """Rows of a participant that are not what the events say."""
    _, study, participant = stream.split("/", 2)
    try:
        stored = stored_models(connection, study, participant)
    except (ValueError, TypeError) as error:
        yield _unreadable(stream, error)
        return
    for (model, expected), (_, rows) in zip(rows_of(views_of(known)), stored, strict=True):
        yield from _differences(stream, model, model.keyed(rows), model.keyed(expected))


def study_problems(
    connection: Connection, stream: str, known: list[Recorded], study_views_of: StudyViewsOf
) -> Iterator[Problem]:
    """Rows of a study that are not what its events say."""
    expected = study_views_of(known)
    try:
        stored = stored_study(connection, stream.removeprefix("study/"))
    except (ValueError, TypeError) as error:
        yield _unreadable(stream, error)
        return
    if (expected.study if expected else None) != (stored.study if stored else None):
        what = (
            f"read model studies is {stored and stored.study}, the events say {expected and expected.study}"
        )
        yield Problem(stream, None, what)
    rows = {each.alert: each for each in stored.alerts} if stored else {}
    right = {each.alert: each for each in expected.alerts} if expected else {}
    yield from _differences(stream, ALERTS, rows, right)


def strays(reading: Reading, names: Iterable[str]) -> Iterator[Problem]:
    """Rows of whom, or of what study, there is no record."""
    known = set(names)
    of_studies = select(studies.c.study).union(
        select(alerts.c.study).where(alerts.c.participant == STUDY_SUBJECT)
    )
    shown = [(f"participant/{study}/{code}", "a participant") for study, code in reading.shown_participants()]
    shown += [(f"study/{study}", "a study") for study in sorted(reading.connection.scalars(of_studies))]
    for stream, whose in shown:
        if stream not in known:
            yield Problem(stream, None, f"read models are shown for {whose} without a record")


def _unreadable(stream: str, error: Exception) -> Problem:
    return Problem(stream, None, f"a row of its read models holds what cannot be read: {error}")


def _differences(
    stream: str, model: Shown[Any], rows: dict[str, Any], expected: dict[str, Any]
) -> Iterator[Problem]:
    for key in sorted(rows.keys() | expected.keys()):
        row, right = rows.get(key), expected.get(key)
        where = f"read model {model.table.name} {key}"
        if row is None:
            yield Problem(stream, None, f"{where} is missing")
        elif right is None:
            yield Problem(stream, None, f"{where} does not follow from the events")
        elif row != right:
            name = next(name for name in model.names if getattr(row, name) != getattr(right, name))
            what = f"{where} has {name} {getattr(row, name)}, the events say {getattr(right, name)}"
            yield Problem(stream, None, what)
