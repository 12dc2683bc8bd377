"""INV-13: whatever is changed behind the store's back is found, and the first broken link is named."""

# ruff: noqa: S608 (a tamperer writes SQL by hand)
from __future__ import annotations

from hashlib import sha256

import pytest

from domain.chain import canonical
from domain.events import VisitMissed
from store import Store, open_store
from store.report import Problem
from store.schema import commands, events, streams
from store.verify import verify
from tests.store.making import START, command, raised, record, stamp, stream_of, views_of, visit
from tests.store.tampering import deviation_inserted, tamper

P01, P02 = stream_of("P01"), stream_of("P02")
BODY = {"id": "NCT06642025"}
RULES = sha256(canonical(BODY)).hexdigest()
SECOND = f"stream = '{P01}' AND seq = 2"

TAMPERED_EVENT = {
    "position": "position = 1000",
    "stream": "stream = 'participant/NCT06642025/P09'",
    "seq": "seq = 9",
    "ord": "ord = 5",
    "type": "type = 'visit.missed'",
    "version": "version = 0",
    "body": "body = replace(body, '2026-04-02', '2026-04-03')",
    "recorded_at": "recorded_at = '2026-03-02T01:30:01.000000+00:00'",
    "command_id": "command_id = 'c-9'",
    "actor_id": "actor_id = 'somebody-else'",
    "actor_role": "actor_role = 'investigator'",
    "actor_method": "actor_method = 'password'",
    "protocol": "protocol = NULL",
    "site": "site = NULL",
    "zone_table": "zone_table = '2026.4'",
    "software": "software = '0.2.0'",
    "prev_hash": f"prev_hash = '{'0' * 64}'",
    "hash": f"hash = '{'0' * 64}'",
}
TAMPERED_COMMAND = {
    "number": "number = 1000",
    "stream": "stream = 'participant/NCT06642025/P09'",
    "ord": "ord = 9",
    "command_id": "command_id = 'c-9'",
    "kind": "kind = 'miss_visit'",
    "body": "body = '{}'",
    "body_hash": "body_hash = ''",
    "actor": "actor = '{}'",
    "asked_at": "asked_at = '2026-03-02T01:30:01.000000+00:00'",
    "accepted": "accepted = NOT accepted",
    "code": "code = 'future-time'",
    "text": "text = 'other'",
    "version": "version = 1",
    "events": "events = '[]'",
    "protocol_hash": "protocol_hash = 'x'",
    "site_hash": "site_hash = 'x'",
    "prev_hash": "prev_hash = ''",
    "hash": "hash = ''",
}
TAMPERED_END = {
    "version": "version = version + 1",
    "hash": "hash = ''",
    "recorded_at": "recorded_at = '2026-03-02T01:30:01.000000+00:00'",
    "commands": "commands = 0",
    "commands_hash": "commands_hash = ''",
}


@pytest.fixture
def recorded(store: Store) -> Store:
    """Two participants with three decisions each, under published rules, and a refused command."""
    with store.writing() as tx:
        tx.publish("protocol", "NCT06642025", "1", RULES, BODY, START)
        tx.publish("site", "demo", "1", RULES, BODY, START)
    for participant in ("P01", "P02"):
        for number in range(3):
            with store.writing() as tx:
                record(tx, participant, f"c-{number}", [visit(f"D{number}")])
    with store.writing() as tx:
        tx.settle_command(command(P01, "refused", accepted=False, code="ended", version=3, events=()))
        tx.append("study/NCT06642025", 0, [visit()], stamp("publish/1", protocol=RULES, site=RULES))
    return store


def problems(store: Store) -> list[str]:
    """What a verification says."""
    return [str(problem) for problem in verify(store, views_of).problems]


def test_an_untouched_store_is_sound(recorded: Store) -> None:
    """INV-13: a record nobody touched verifies, and the report says how much was looked at."""
    report = verify(recorded, views_of)
    assert report.sound
    assert report.first is None
    assert (report.streams, report.events, report.commands) == (3, 7, 7)
    assert (report.documents, report.participants) == (2, 2)


def test_an_empty_store_is_sound(store: Store) -> None:
    """A store without a record has nothing wrong in it."""
    assert problems(store) == []


def test_every_column_is_tried() -> None:
    """No column of the record can be added without a tamper test of its own."""
    assert set(TAMPERED_EVENT) == set(events.c.keys())
    assert set(TAMPERED_COMMAND) == set(commands.c.keys())
    assert set(TAMPERED_END) == set(streams.c.keys()) - {"stream"}


@pytest.mark.parametrize("column", TAMPERED_EVENT)
def test_a_changed_column_of_an_event_is_found(recorded: Store, column: str) -> None:
    """INV-13: a change in any column of an event is found and its link named, before anything after it."""
    where = SECOND if column not in ("protocol", "site") else "stream = 'study/NCT06642025'"
    tamper(recorded, f"UPDATE events SET {TAMPERED_EVENT[column]} WHERE {where}")
    first = verify(recorded, views_of).first
    assert first is not None
    expected = (P01, 2) if where is SECOND else ("study/NCT06642025", 1)
    assert (first.stream, first.seq) == expected


@pytest.mark.parametrize("column", TAMPERED_COMMAND)
def test_a_changed_column_of_a_command_is_found(recorded: Store, column: str) -> None:
    """INV-13: a change in any column of a command is found, whether it was accepted or refused."""
    change = TAMPERED_COMMAND[column]
    tamper(recorded, f"UPDATE commands SET {change} WHERE stream = '{P01}' AND ord = 2")
    first = verify(recorded, views_of).first
    assert first is not None
    assert (first.stream, first.seq) == (P01, 3 if column == "number" else 2)
    assert "command" in first.what


@pytest.mark.parametrize("column", TAMPERED_END)
def test_a_changed_end_of_a_stream_is_found(recorded: Store, column: str) -> None:
    """INV-13: the end that the store holds is that of the last link."""
    tamper(recorded, f"UPDATE streams SET {TAMPERED_END[column]} WHERE stream = '{P01}'")
    assert any(said.startswith(P01) and column in said for said in problems(recorded))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            f"DELETE FROM events WHERE {SECOND}",
            f"{P01} #2: the event is missing",
        ),
        (f"DELETE FROM events WHERE stream = '{P01}' AND seq = 1", f"{P01} #1: the event is missing"),
        (
            f"DELETE FROM events WHERE stream = '{P01}' AND seq = 3",
            f"{P01}: the end of the stream says version 3",
        ),
        (f"DELETE FROM commands WHERE stream = '{P01}' AND ord = 1", f"{P01} #1: the command is missing"),
        (
            "DELETE FROM commands WHERE command_id = 'refused'",
            f"{P01}: the end of the stream says commands 4",
        ),
        (f"DELETE FROM streams WHERE stream = '{P01}'", f"{P01}: the end of the stream is missing"),
        ("UPDATE documents SET body = '{}'", "protocol NCT06642025: version 1 is not the body"),
        ("DELETE FROM documents", "study/NCT06642025 #1: was decided under a protocol that is not kept"),
    ],
)
def test_a_removed_or_changed_row_is_found(recorded: Store, statement: str, expected: str) -> None:
    """INV-13: a row taken out anywhere is found, at its place."""
    tamper(recorded, statement)
    assert any(said.startswith(expected) for said in problems(recorded))


def test_a_stream_removed_with_everything_about_it_is_found(recorded: Store) -> None:
    """INV-13: a whole participant cannot vanish: the positions of their events are missing."""
    tables = ("events", "commands", "streams", "participants", "items", "alerts", "deviations")
    of = {"events": "stream", "commands": "stream", "streams": "stream"}
    tamper(
        recorded,
        *(
            f"DELETE FROM {table} WHERE {of.get(table, 'participant')} IN ('{P01}', 'P01')"
            for table in tables
        ),
    )
    assert problems(recorded) == [
        "all streams: 3 events are missing in the order of positions, the first before position 4"
    ]


def test_two_events_that_changed_places_are_found(recorded: Store) -> None:
    """INV-13: the order of a stream's events is part of the chain."""
    tamper(
        recorded,
        f"UPDATE events SET seq = 100 WHERE stream = '{P01}' AND seq = 2",
        f"UPDATE events SET seq = 2 WHERE stream = '{P01}' AND seq = 3",
        "UPDATE events SET seq = 3 WHERE seq = 100",
    )
    assert verify(recorded, views_of).first == Problem(P01, 2, "the event is not linked to the one before it")


def test_nonsense_in_a_column_does_not_stop_the_verification(sqlite_url: str) -> None:
    """INV-13: a value that cannot even be read is a finding, and the rest is still looked at."""
    store = open_store(sqlite_url)
    store.migrate()
    for participant in ("P01", "P02"):
        with store.writing() as tx:
            record(tx, participant, "c-1", [visit()])
    tamper(
        store,
        f"UPDATE events SET recorded_at = 'yesterday', version = 'one', body = '{{' WHERE stream = '{P01}'",
        f"UPDATE events SET body = '' WHERE stream = '{P02}'",
    )
    found = verify(store, views_of).problems
    assert {problem.stream for problem in found} == {P01, P02}
    assert found[0] == Problem(P01, 1, "the event is not what was hashed when it was recorded")
    store.close()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE items SET outcome = 'done' WHERE item = 'D9'", "items D9 has outcome done, the events say "),
        ("UPDATE items SET closes = opens WHERE item = 'D9'", "items D9 has closes"),
        ("DELETE FROM items WHERE item = 'D9'", "items D9 is missing"),
        ("DELETE FROM participants", "participants P01 is missing"),
        ("UPDATE participants SET next_due = NULL", "participants P01 has next_due None"),
        ("UPDATE alerts SET rung = 3", "alerts P01/D3/overdue-1 has rung 3"),
        ("DELETE FROM alerts", "alerts P01/D3/overdue-1 is missing"),
        ("UPDATE deviations SET status = 'closed'", "deviations D4/missed has status closed"),
        (
            deviation_inserted("NCT06642025", "P01"),
            "deviations d does not follow from the events",
        ),
    ],
)
def test_a_read_model_that_does_not_follow_is_found(recorded: Store, statement: str, expected: str) -> None:
    """INV-5: what is shown is compared with the fold of the events, row by row, and the column is named."""
    with recorded.writing() as tx:
        record(tx, "P01", "c-3", [raised("D3"), VisitMissed("D4", "snow")])
    tamper(recorded, statement)
    assert any(said.startswith(f"{P01}: read model {expected}") for said in problems(recorded))


def test_rows_without_a_record_are_found(recorded: Store) -> None:
    """INV-5: somebody shown without a stream of their own is a finding."""
    tamper(recorded, deviation_inserted("S", "P99"))
    assert problems(recorded) == [
        "participant/S/P99: read models are shown for a participant without a record"
    ]


def test_an_event_of_a_newer_release_is_reported_not_skipped(
    recorded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream that holds an event this release does not know is a finding, though its chain holds."""
    monkeypatch.setattr("store.appending.encode_event", lambda _: ("visit.dreamt", 1, {}))
    with recorded.writing() as tx:
        tx.append(P02, 3, [visit()], stamp("newer"))
        tx.settle_command(command(P02, "newer", version=4, events=("visit.dreamt",)))
    (said,) = problems(recorded)
    assert said.startswith(f"{P02}: holds an event that this release cannot read: event 'visit.dreamt'")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE commands SET accepted = NOT accepted WHERE command_id = 'refused'",
            f"{P01}: command refused says it was accepted, its code does not",
        ),
        (
            f"UPDATE events SET command_id = 'c-9' WHERE {SECOND}",
            f"{P01} #2: was recorded by command c-9, which is not kept",
        ),
        (
            "UPDATE events SET command_id = 'P01/c-9' WHERE stream = 'study/NCT06642025'",
            "study/NCT06642025 #1: was recorded by command P01/c-9, which is not kept",
        ),
        (
            f"UPDATE commands SET events = '[]' WHERE stream = '{P01}' AND ord = 2",
            f"{P01} #2: command c-1 says it recorded [], the stream does not",
        ),
    ],
)
def test_commands_are_held_against_events(recorded: Store, statement: str, expected: str) -> None:
    """An accepted command without its events, and events without a command, are found by themselves: also by
    whoever does not trust the chain.
    """
    tamper(recorded, statement)
    assert expected in problems(recorded)


def test_events_of_the_study_belong_to_a_participants_command(recorded: Store) -> None:
    """What a participant's command led to in the study is held against the command it names."""
    with recorded.writing() as tx:
        tx.append("study/NCT06642025", 1, [visit()], stamp("P01/c-1"))
    assert problems(recorded) == []


@pytest.mark.parametrize("table", ["items", "alerts", "studies"])
def test_nonsense_in_a_list_does_not_stop_the_verification(recorded: Store, table: str) -> None:
    """A row that cannot even be read, or that belongs to nobody, is a finding, and the rest is looked at."""
    with recorded.writing() as tx:
        record(tx, "P01", "c-3", [raised("D3")])
    if table == "studies":
        columns = "study, protocol_version, recruitment, slots, on_hold, version, open_alerts"
        tamper(recorded, f"INSERT INTO studies ({columns}) VALUES ('S', '1', 'open', 1, false, 1, 0)")
        assert problems(recorded) == ["study/S: read models are shown for a study without a record"]
        return
    column = "opens" if table == "items" else "due"
    # PostgreSQL takes no nonsense for an instant; it takes a wrong one.
    nonsense = "yesterday" if recorded.dialect == "sqlite" else "2999-01-01T00:00:00Z"
    tamper(recorded, f"UPDATE {table} SET {column} = '{nonsense}'")
    assert problems(recorded)[0].startswith(f"{P01}: ")
