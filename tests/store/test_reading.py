"""What can be found in the record, and in which order."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from domain.chain import canonical
from domain.events import StageEntered, UnknownEvent
from store import DocumentChanged, DocumentKind, NotStorable, Store
from tests.store.making import START, record, stamp, stream_of, visit
from tests.store.tampering import tamper

BODY: dict[str, Any] = {"id": "NCT06642025", "labels": {"en": "Visit", "zh-CN": "访视"}, "visits": [1, 2, 3]}
HASH = sha256(canonical(BODY)).hexdigest()


def publish(store: Store, body: dict[str, Any], version: str = "1", kind: DocumentKind = "protocol") -> str:
    """Publish a body under the hash of its bytes, and return that."""
    hash_ = sha256(canonical(body)).hexdigest()
    with store.writing() as tx:
        tx.publish(kind, "NCT06642025", version, hash_, body, START)
    return hash_


def test_events_after_a_seq(store: Store) -> None:
    """A reader that knows a stream up to a seq gets what came after it."""
    with store.writing() as tx:
        tx.append(stream_of("P01"), 0, [visit(day=day) for day in range(5)], stamp("c-1"))
    with store.reading() as reading:
        assert [each.seq for each in reading.events(stream_of("P01"), after=3)] == [4, 5]


def test_all_streams_in_the_order_of_positions(store: Store) -> None:
    """A reader that follows positions in steps sees every event once, in the order of commits."""
    for number in range(6):
        with store.writing() as tx:
            record(tx, f"P0{number % 3}", f"c-{number}", [visit(day=number), visit(day=number)])
    seen, position = [], 0
    with store.reading() as reading:
        while found := reading.since(position, 5):
            position = found[-1][0]
            seen += found
        assert reading.position() == 12
    assert [each for each, _ in seen] == list(range(1, 13))
    assert [event.stamp.command_id for _, event in seen] == [f"c-{n // 2}" for n in range(12)]


def test_streams_by_prefix_exactly(store: Store) -> None:
    """A prefix is text, not a pattern: % and _ in it stand for themselves."""
    for name in ("participant/S_1/P1", "participant/SX1/P1", "study/S_1", "study/中"):
        with store.writing() as tx:
            tx.append(name, 0, [visit()], stamp("c-1"))
    with store.reading() as reading:
        assert reading.streams("participant/S_") == ["participant/S_1/P1"]
        assert reading.streams("%") == []
        assert reading.studies() == ["S_1", "中"]


def test_a_snapshot_does_not_move(store: Store) -> None:
    """Everything read in one `reading` is of one moment, whatever is written meanwhile."""
    with store.writing() as tx:
        record(tx, "P01", "c-1", [visit()])
    with store.reading() as reading:
        assert len(reading.events(stream_of("P01"))) == 1
        with store.writing() as tx:
            record(tx, "P01", "c-2", [visit()])
        assert len(reading.events(stream_of("P01"))) == 1
        assert reading.head(stream_of("P01")).version == 1
        assert len(reading.notices()) == 1
    with store.reading() as reading:
        assert reading.head(stream_of("P01")).version == 2


def test_an_event_that_this_release_does_not_know_is_an_error(store: Store) -> None:
    """An unknown type or a newer version is never skipped."""
    for number, change in enumerate(("type = 'stage.left'", "version = 99")):
        stream = stream_of(f"P0{number}")
        with store.writing() as tx:
            tx.append(stream, 0, [StageEntered("infused")], stamp("c-1"))
        tamper(store, f"UPDATE events SET {change} WHERE stream = '{stream}'")  # noqa: S608
        with pytest.raises(UnknownEvent, match="newer"), store.reading() as reading:
            reading.events(stream)


def test_a_published_document_is_found_by_its_hash(store: Store) -> None:
    """A participant pinned to a hash finds exactly the body that was published."""
    publish(store, BODY)
    with store.reading() as reading:
        assert reading.document("protocol", HASH) == BODY
        assert reading.document("site", HASH) is None
        assert [(row.version, row.hash, row.published_at) for row in reading.documents("protocol")] == [
            ("1", HASH, START)
        ]


def test_publishing_again_changes_nothing(store: Store) -> None:
    """The same body under the same version is no change; another body is refused."""
    publish(store, BODY)
    publish(store, BODY)
    with pytest.raises(DocumentChanged, match="another version"):
        publish(store, {**BODY, "visits": []})
    other = publish(store, {**BODY, "visits": []}, version="2")
    with store.reading() as reading:
        assert [row.hash for row in reading.documents("protocol")] == [HASH, other]


@pytest.mark.parametrize("body", [{**BODY, "visits": []}, {"weight": 1.5}], ids=["other-body", "float"])
def test_a_document_under_a_wrong_hash_is_refused(store: Store, body: dict[str, object]) -> None:
    """INV-13: a hash that is not that of the body's canonical bytes is refused."""
    with pytest.raises(NotStorable), store.writing() as tx:
        tx.publish("protocol", "NCT06642025", "1", HASH, body, START)


def test_notes_are_replaced(store: Store) -> None:
    """An operational fact has one value: the last."""
    with store.writing() as tx:
        tx.put_note("last digest", "2026-03-02")
        tx.put_note("last digest", "2026-03-03")
    with store.reading() as reading:
        assert reading.note("last digest") == "2026-03-03"
        assert reading.note("other") is None


def test_times_are_compared_as_instants(store: Store) -> None:
    """Instants keep their order to the microsecond whatever zone they were written in."""
    moments = [START, START + timedelta(microseconds=1), START + timedelta(seconds=1)]
    for number, moment in enumerate(moments):
        with store.writing() as tx:
            tx.append(stream_of("P01"), number, [visit()], stamp(f"c-{number}", moment))
    with store.reading() as reading:
        assert [each.stamp.recorded_at for each in reading.events(stream_of("P01"))] == moments
