"""The record is added to in one order, all or nothing, and never guesses who came first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.chain import NotCanonical
from domain.events import StageEntered, VisitExcused
from store import ClockBehind, CommandReused, HalfWritten, NotStorable, Store, StreamMoved
from tests.store.making import START, command, notice, record, stamp, stream_of, views_of, visit

P01 = stream_of("P01")


def record_and_fail(store: Store) -> None:
    """A whole decision, and then an error."""
    with store.writing() as tx:
        record(tx, "P01", "c-1", [visit()])
        assert tx.participant("NCT06642025", "P01") is not None
        raise ZeroDivisionError


def fail_and_go_on(store: Store) -> None:
    """A write that fails in the database, swallowed."""
    with store.writing() as tx:
        tx.put_note("half", "written")
        with pytest.raises(CommandReused):
            tx.append(P01, 1, [visit()], stamp("c-1"))


def test_events_come_back_as_they_went_in(store: Store) -> None:
    """INV-1: what was appended is read back equal, with its stamp, from seq 1 without a gap."""
    moment = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    events = [StageEntered("infused"), visit(), VisitExcused("D21", 'emoji 🙂, 中文, "quotes", \\ and \n')]
    with store.writing() as tx:
        tx.append(P01, 0, events, stamp("c-1", moment))
    with store.reading() as reading:
        found = reading.events(P01)
    assert [each.event for each in found] == events
    assert [each.seq for each in found] == [1, 2, 3]
    assert {each.stamp for each in found} == {stamp("c-1", moment.astimezone(UTC))}


def test_head_names_the_end_of_the_stream(store: Store) -> None:
    """INV-4: a head has the last seq, its hash and its time; before the first record it is version 0."""
    with store.writing() as tx:
        assert tx.head(P01).version == 0
        head = tx.append(P01, 0, [visit(), visit()], stamp("c-1"))
        assert tx.head(P01) == head
    with store.reading() as reading:
        assert reading.head(P01) == head
        assert (head.version, head.recorded_at) == (2, START)
        assert reading.head("participant/none/none").version == 0


def test_an_append_at_another_version_is_refused(store: Store) -> None:
    """INV-4: a writer that did not see the newest record is turned away and nothing is written."""
    with store.writing() as tx:
        tx.append(P01, 0, [visit()], stamp("c-1"))
    for stale in (0, 2):
        with pytest.raises(StreamMoved, match="version 1"), store.writing() as tx:
            tx.append(P01, stale, [visit()], stamp("c-2"))
    with store.reading() as reading:
        assert reading.head(P01).version == 1


def test_a_failure_leaves_nothing_of_the_transaction(store: Store) -> None:
    """INV-1: events, command, read models and notices become visible together or not at all."""
    with pytest.raises(ZeroDivisionError):
        record_and_fail(store)
    with store.reading() as reading:
        assert reading.streams() == []
        assert reading.commands() == []
        assert reading.participants() == []
        assert reading.items("NCT06642025") == []
        assert reading.notices() == []
    with store.writing() as tx:
        record(tx, "P01", "c-1", [visit()])


def test_a_swallowed_failure_cannot_be_committed(store: Store) -> None:
    """INV-4: a caller that carries on after a database error cannot commit half a decision."""
    with store.writing() as tx:
        tx.append(P01, 0, [visit()], stamp("c-1"))
    with pytest.raises(HalfWritten):
        fail_and_go_on(store)
    with store.reading() as reading:
        assert reading.note("half") is None
        assert reading.head(P01).version == 1


def test_one_command_records_once_in_a_stream(store: Store) -> None:
    """INV-2: a command id that recorded events in a stream records none there in a later transaction."""
    with store.writing() as tx:
        tx.append(P01, 0, [visit()], stamp("c-1"))
        tx.append(P01, 1, [visit()], stamp("c-1"))
        tx.append("study/NCT06642025", 0, [visit()], stamp("c-1"))
    with pytest.raises(CommandReused), store.writing() as tx:
        tx.append(P01, 2, [visit()], stamp("c-1"))


def test_recorded_time_never_goes_back(store: Store) -> None:
    """A recording clock behind the newest record of a stream is refused, with both times named."""
    with store.writing() as tx:
        tx.append(P01, 0, [visit()], stamp("c-1", START))
        tx.append(P01, 1, [visit()], stamp("c-2", START))
    with pytest.raises(ClockBehind, match="2026-03-02T01:30:00"), store.writing() as tx:
        tx.append(P01, 2, [visit()], stamp("c-3", START - timedelta(microseconds=1)))


def test_appending_nothing_moves_nothing(store: Store) -> None:
    """A decision without events leaves the stream as it was."""
    with store.writing() as tx:
        before = tx.append(P01, 0, [visit()], stamp("c-1"))
        assert tx.append(P01, 1, [], stamp("c-2", START + timedelta(days=1))) == before


@pytest.mark.parametrize(
    "wrong",
    [
        stamp("c-1", START.replace(tzinfo=None)),
        stamp(""),
        stamp("nul\x00"),
        stamp("half a pair \ud800"),
        stamp("e\u0301 is not NFC"),
    ],
    ids=["no-zone", "empty", "nul", "surrogate", "not-nfc"],
)
def test_a_stamp_that_cannot_be_kept_exactly_is_refused(store: Store, wrong: object) -> None:
    """INV-14: every stamp is stored exactly or not at all."""
    with pytest.raises(NotStorable), store.writing() as tx:
        tx.append(P01, 0, [visit()], wrong)  # type: ignore[arg-type]
    with store.reading() as reading:
        assert reading.streams() == []


def test_text_without_one_form_is_refused(store: Store) -> None:
    """INV-13: an event whose text is not in normal form C is refused, since its hash would be ambiguous."""
    with pytest.raises(NotCanonical), store.writing() as tx:
        tx.append(P01, 0, [VisitExcused("D21", "e\u0301")], stamp("c-1"))


def test_one_transaction_may_write_many_streams(store: Store) -> None:
    """Sixty-four decisions in one transaction are one commit, and their positions follow without a gap."""
    codes = [f"P{number:02}" for number in range(64)]
    with store.writing() as tx:
        tx.lock(*(stream_of(code) for code in codes))
        for code in codes:
            record(tx, code, f"c-{code}", [visit()])
    with store.reading() as reading:
        assert [position for position, _ in reading.since(0, 100)] == list(range(1, 65))
        assert len(reading.participants()) == 64


def test_within_a_transaction_one_sees_ones_own_writes(store: Store) -> None:
    """A writer reads events, command, rows and notices that it has just written."""
    with store.writing() as tx:
        record(tx, "P01", "c-1", [visit()])
        assert tx.command(P01, "c-1") == command(P01, "c-1")
        assert tx.participant("NCT06642025", "P01") == views_of(tx.events(P01)).participant
        assert [each.notice for each in tx.notices("NCT06642025", "P01")] == [notice(1).notice]
        assert tx.since(0, 10)[0][1].seq == 1
