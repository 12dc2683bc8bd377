"""Many writers at once: nothing lost, nothing doubled, nothing out of order, nothing missed."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag

from store import CommandReused, Store, StoreBusy, StreamMoved, open_store
from tests.store.making import STUDY, record, stamp, stream_of, visit
from tests.store.processes import assert_sound, commands_of, start_writer

WRITERS = 10
EACH = 8


def test_ten_writers_on_one_stream(store: Store) -> None:
    """INV-4: of ten writers at once on one stream every decision is recorded once, in one gapless order."""

    def write(writer: int) -> None:
        for number in range(EACH):
            with store.writing() as tx:
                record(tx, "P01", f"c-{writer}-{number}", [visit(), visit()])

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    wanted = {f"c-{writer}-{number}" for writer in range(WRITERS) for number in range(EACH)}
    found = commands_of(store, "P01")
    assert len(found) == len(wanted)
    assert set(found) == wanted
    assert_sound(store)


def test_writers_in_other_processes(store: Store, store_url: str) -> None:
    """INV-1, INV-4: processes and threads that share a store leave one whole record."""
    processes = [start_writer(store_url, "P01", f"p{number}", EACH) for number in range(2)]
    for number in range(EACH):
        with store.writing() as tx:
            record(tx, "P01", f"here-{number}", [visit(), visit()])
    acknowledged = [
        line.strip() for each in processes for line in each.communicate(timeout=60)[0].splitlines()
    ]
    assert [each.returncode for each in processes] == [0, 0]
    assert len(acknowledged) == 2 * EACH
    assert sorted(commands_of(store, "P01")) == sorted([*acknowledged, *(f"here-{n}" for n in range(EACH))])
    assert_sound(store)


def test_the_same_command_from_ten_callers(store: Store) -> None:
    """INV-2: ten callers with one command id get one decision; nine find it made."""

    def hear(_: int) -> str:
        with store.writing() as tx:
            tx.lock(stream_of("P01"))
            if tx.command(stream_of("P01"), "c-1"):
                return "found"
            record(tx, "P01", "c-1", [visit(), visit()])
            return "decided"

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = sorted(pool.map(hear, range(WRITERS)))
    assert outcomes == ["decided"] + ["found"] * (WRITERS - 1)
    assert commands_of(store, "P01") == ["c-1"]


def test_writers_that_decide_before_they_lock(store: Store) -> None:
    """INV-4: writers that load without a lock are told that the stream moved, never overwrite each other."""

    def write(writer: int) -> int:
        moved = 0
        for number in range(4):
            while True:
                with store.reading() as reading:
                    version = reading.head(stream_of("P01")).version
                try:
                    with store.writing() as tx:
                        tx.append(stream_of("P01"), version, [visit()], stamp(f"c-{writer}-{number}"))
                    break
                except StreamMoved:
                    moved += 1
        return moved

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with store.reading() as reading:
        events = reading.events(stream_of("P01"))
    assert [each.seq for each in events] == list(range(1, 17))
    assert len({each.stamp.command_id for each in events}) == 16


def test_a_reader_that_follows_positions_misses_none(store: Store, store_url: str) -> None:
    """INV-4, fault 19: however commits overlap, a reader that asks what came since sees every event once."""
    done = Flag()

    def write(writer: int) -> None:
        for number in range(12):
            with store.writing() as tx:
                record(tx, f"P{writer:02}", f"c-{number}", [visit()] * random.randint(1, 3))  # noqa: S311

    def follow() -> list[int]:
        seen: list[int] = []
        reader = open_store(store_url)
        while True:
            last = done.is_set()
            with reader.reading() as reading:
                found = reading.since(seen[-1] if seen else 0, 7)
            seen += [position for position, _ in found]
            if last and not found:
                reader.close()
                return seen

    with ThreadPoolExecutor(WRITERS) as pool:
        following = pool.submit(follow)
        list(pool.map(write, range(6)))
        done.set()
        seen = following.result(60)
    with store.reading() as reading:
        assert seen == list(range(1, reading.position() + 1))


def test_two_streams_locked_in_any_order(store: Store) -> None:
    """Writers that name the same two streams in different orders do not wait for each other for ever."""
    study = f"study/{STUDY}"

    def write(writer: int) -> None:
        mine = stream_of(f"P{writer}")
        for number in range(6):
            with store.writing() as tx:
                tx.lock(*((mine, study) if writer % 2 else (study, mine)))
                for stream in (mine, study):
                    tx.append(stream, tx.head(stream).version, [visit()], stamp(f"c-{writer}-{number}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with store.reading() as reading:
        assert reading.head(study).version == 24


def test_streams_locked_one_by_one_end_in_a_retryable_error(store: Store) -> None:
    """Writers that lock crosswise without naming all streams first are told to try again; none is stuck."""
    outcomes: list[str] = []

    def write(first: str, second: str) -> None:
        for number in range(3):
            try:
                with store.writing() as tx:
                    for stream in (first, second):
                        tx.append(stream, tx.head(stream).version, [visit()], stamp(f"c-{first}-{number}"))
                outcomes.append("done")
            except (StoreBusy, StreamMoved, CommandReused) as error:
                outcomes.append(type(error).__name__)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ("a", "b"), ("b", "a")))
    assert len(outcomes) == 6
    assert "CommandReused" not in outcomes
    assert "done" in outcomes
