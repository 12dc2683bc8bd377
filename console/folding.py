"""Folding stored streams as the desk does, to show them or to prove what is shown.

The rule that keeps it honest: the participant's own rules, found in the store, and the one fold there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import cast

from activities.rulebook import Rulebook
from domain.events import ParticipantRegistered, ProtocolPublished, RungReached, SitePublished
from domain.evolve import ParticipantEvent, fold_record
from domain.notices import owed
from domain.recorded import PUBLISHING, Recorded, Stamp
from domain.rows import rows_of
from domain.signature_check import mismatches, study_mismatches
from domain.state import Rules, State, initial
from domain.study import Study, fold_study
from domain.study.rows import study_rows
from domain.views import ParticipantViews, StudyViews
from store import Reading, Store
from store.checkpoint import Checkpoint
from store.report import Report
from store.verify import Folds, verify_whole
from store.verify_documents import Published
from store.verify_notices import Owed, OwedOf
from store.verify_shown import SignaturesOf, StudyViewsOf, ViewsOf


class NotATimeline(ValueError):
    """A stream that does not begin with a registration is no participant's."""


def verified(reading: Reading, kept: Iterable[Checkpoint] = ()) -> Report:
    """Everything there is to check of this snapshot, held against the checkpoints `kept` elsewhere."""
    rulebook = Rulebook()
    folds = Folds(
        views=views_in(reading, rulebook),
        signatures=signatures_in(reading, rulebook),
        study_views=study_views_in(reading, rulebook),
        published=published_in,
        owed=owed_in(reading, rulebook),
    )
    return verify_whole(reading, folds, kept)


def folded(reading: Reading, rulebook: Rulebook, record: Sequence[Recorded]) -> State:
    """The state after a participant's whole stream, or after what is true of it at a moment.

    Raises:
        NotATimeline: the stream is empty, or begins with something else than a registration.
        activities.rulebook.MissingDocument: the store lacks a document the record names.
    """
    return fold_record(initial(_rules_of(reading, rulebook, record)), record)


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


def published_in(record: Sequence[Recorded]) -> Iterator[Published]:
    """The documents that a study's stream says were published, and when."""
    for each in record:
        match each.event:
            case ProtocolPublished(protocol_id=id_, protocol_version=version, protocol_hash=digest):
                yield Published("protocol", id_, version, digest, _published_at(each.stamp))
            case SitePublished(site=id_, site_version=version, site_hash=digest):
                yield Published("site", id_, version, digest, _published_at(each.stamp))
            case _:
                pass


def owed_in(reading: Reading, rulebook: Rulebook) -> OwedOf:
    """The notices that a stream's rungs owe. A study's rungs do not say by which version of which site."""

    def told(record: Sequence[Recorded]) -> Iterator[Owed]:
        for each in record:
            if not isinstance(each.event, RungReached):
                continue
            rung, site, at = each.event, each.stamp.site, each.stamp.recorded_at
            notices = list(owed([rung], rulebook.site(reading, site))) if site else []
            for contact in dict.fromkeys(rung.contacts):
                channels = tuple(one.channel for one in notices if one.contact == contact)
                yield Owed(rung.alert, rung.rung, rung.round, contact, at, channels if site else None)

    return told


def _published_at(stamp: Stamp) -> datetime:
    # The id holds the moment that was asked for; the record's own may be later, where a clock was behind.
    asked = stamp.command_id.removeprefix(PUBLISHING).partition("/")[2]
    try:
        return datetime.fromisoformat(asked)
    except ValueError:
        return stamp.recorded_at
