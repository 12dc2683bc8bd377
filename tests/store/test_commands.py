"""A command is decided once; every attempt, refused ones too, stays on the record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store import CommandReused, NotStorable, Store, StoredCommand, StreamMoved
from tests.store.making import START, command, stamp, stream_of, visit

P01 = stream_of("P01")


def settle(store: Store, settled: StoredCommand, *, look_up: bool = False) -> None:
    """Settle a command under its stream's lock, looking it up before as the desk does, or not."""
    with store.writing() as tx:
        tx.lock(settled.stream)
        if look_up:
            tx.command(settled.stream, settled.command_id)
        tx.settle_command(settled)


def refused(command_id: str, **more: object) -> StoredCommand:
    """A command that was refused."""
    told = {
        "accepted": False,
        "code": "future-time",
        "text": "that day is in the future",
        "events": (),
        "version": 0,
    }
    return command(P01, command_id, **{**told, **more})


@pytest.mark.parametrize("settled", [command(P01, "c-1"), refused("c-2")], ids=["accepted", "refused"])
def test_a_command_is_found_by_its_id_with_its_outcome(store: Store, settled: StoredCommand) -> None:
    """INV-2: the outcome of a command id can be given again, word for word."""
    settle(store, settled)
    with store.reading() as reading:
        assert reading.command(P01, settled.command_id) == settled
        assert reading.command(P01, "other") is None
        assert reading.command(stream_of("P02"), settled.command_id) is None


@pytest.mark.parametrize("looked_up", [True, False])
def test_the_same_id_for_something_else_is_refused(store: Store, looked_up: bool) -> None:
    """INV-3: an id that was used for another body is refused and nothing is stored."""
    settle(store, command(P01, "c-1"))
    with pytest.raises(CommandReused, match="another record_item"):
        settle(store, command(P01, "c-1", body_hash="b" * 64), look_up=looked_up)
    with store.reading() as reading:
        assert reading.command(P01, "c-1") == command(P01, "c-1")


def test_the_same_command_settled_twice_lets_the_first_outcome_stand(store: Store) -> None:
    """INV-2: a second writer of the same command is told to load again, and finds the first outcome."""
    settle(store, command(P01, "c-1"))
    with pytest.raises(StreamMoved, match="load again"):
        settle(store, command(P01, "c-1", text="decided twice"))


def test_the_same_id_in_another_stream_is_another_command(store: Store) -> None:
    """INV-2: a command id is unique in its stream."""
    settle(store, command(P01, "c-1"))
    settle(store, command(stream_of("P02"), "c-1"))
    with store.reading() as reading:
        assert len(reading.commands()) == 2


def test_refused_commands_are_listed_newest_first(store: Store) -> None:
    """INV-15: the audit trail shows attempts, newest first, and can be narrowed to refusals of one stream."""
    settle(store, command(P01, "c-1"))
    settle(store, refused("c-2"))
    settle(store, refused("c-3"))
    settle(store, command(stream_of("P02"), "c-4"))
    with store.reading() as reading:
        assert [each.command_id for each in reading.commands()] == ["c-4", "c-3", "c-2", "c-1"]
        assert [each.command_id for each in reading.commands(limit=1)] == ["c-4"]
        assert [each.command_id for each in reading.commands(P01, refused_only=True)] == ["c-3", "c-2"]


def test_an_odd_request_is_kept_as_it_was_asked(store: Store) -> None:
    """INV-15: floats, lone surrogates, NUL and huge numbers in a refused body are evidence and are kept."""
    odd = {"item": "\ud800\x00", "value": 1.5, "big": 10**400, "deep": [[["é", "e\u0301"]]]}
    settle(store, refused("c-1", body=odd, actor={"id": None}, text="wrong: \x00\ud800 e\u0301"))
    with store.reading() as reading:
        found = reading.command(P01, "c-1")
    assert found is not None
    assert found.body == odd
    assert found.actor == {"id": None}
    assert found.text == "wrong: \ufffd\ufffd \u00e9"


def test_an_id_that_cannot_be_kept_exactly_is_refused(store: Store) -> None:
    """INV-2: a command id with NUL or an unpaired surrogate is refused: it could not be found again."""
    for wrong in ("", "\x00", "\udfff"):
        with pytest.raises(NotStorable):
            settle(store, refused(wrong))


def test_a_refusal_for_an_unknown_participant_opens_no_stream(store: Store) -> None:
    """A refused command of a stream without events is kept, and the stream is still not there."""
    settle(store, refused("c-1"))
    with store.reading() as reading:
        assert reading.streams() == []
        assert reading.head(P01).version == 0
    with store.writing() as tx:
        assert tx.append(P01, 0, [visit()], stamp("c-2", START + timedelta(days=1))).version == 1
