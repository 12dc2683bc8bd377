"""INV-13: the record can be read and verified from a file alone, without this product."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.chain import canonical
from store import Store, open_store
from store.archive import write_archive
from store.verify_archive import NotAnArchive, verify
from tests.store.making import START, command, record, stamp, stream_of, visit

SCRIPT = Path(__file__).parents[2] / "store" / "verify_archive.py"
BODY = {"id": "NCT06642025", "labels": {"zh-CN": "访视", "en": "Visit"}}
RULES = sha256(canonical(BODY)).hexdigest()
Lines = list[dict[str, Any]]


@pytest.fixture
def recorded(store: Store) -> Store:
    """Two studies, with rules, refusals and odd requests."""
    with store.writing() as tx:
        tx.publish("protocol", "NCT06642025", "1", RULES, BODY, START)
        tx.append("study/NCT06642025", 0, [visit()], stamp("publish/1", protocol=RULES))
        tx.append("study/OTHER", 0, [visit()], stamp("publish/1"))
    for number in range(3):
        with store.writing() as tx:
            record(tx, "P01", f"c-{number}", [visit(f"D{number}"), visit()])
    with store.writing() as tx:
        odd = {"value": 1.5, "text": "\ud800 e\u0301"}
        tx.settle_command(
            command(stream_of("P02"), "r", accepted=False, code="malformed", body=odd, events=())
        )
    return store


def archived(store: Store, study: str | None = None) -> bytes:
    """The archive's bytes."""
    out = io.BytesIO()
    with store.reading() as reading:
        write_archive(reading, out, START, study)
    return out.getvalue()


def found(data: bytes) -> list[str]:
    """What the script says of these bytes."""
    return verify(io.BytesIO(data)).problems


def changed(data: bytes, change: Callable[[Lines], object]) -> bytes:
    """The archive with its lines changed, and its last line made to fit again as a forger would."""
    lines: Lines = [json.loads(line) for line in data.splitlines()]
    change(lines)
    kept = [line for line in lines if line["line"] != "end"]
    texts = [json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in kept]
    counts: dict[str, int] = {}
    for line in kept:
        counts[line["line"]] = counts.get(line["line"], 0) + 1
    end = {"line": "end", "counts": counts, "sha256": sha256(b"".join(texts)).hexdigest()}
    return b"".join(texts) + json.dumps(end).encode() + b"\n"


def test_an_archive_verifies_without_the_product(recorded: Store, tmp_path: Path) -> None:
    """INV-13: the single-file script, run by a bare Python from another folder, finds the archive sound."""
    (tmp_path / "record.jsonl").write_bytes(archived(recorded))
    (tmp_path / "verify_archive.py").write_bytes(SCRIPT.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify_archive.py", "record.jsonl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "sound: 4 commands, 1 documents, 8 events, 4 heads",
    )


def test_every_line_is_canonical_and_holds_the_record(recorded: Store) -> None:
    """INV-13: each line is canonical JSON; events stand in order with all that was stamped."""
    texts = archived(recorded).splitlines()
    lines: Lines = [json.loads(text) for text in texts]
    assert [canonical(line) for line in lines] == texts
    events = [line["content"] for line in lines if line["line"] == "event"]
    assert [event["position"] for event in events] == list(range(1, 9))
    assert events[0]["actor"] == {"id": "coordinator-1", "method": "cli", "role": "coordinator"}
    assert events[0]["body"]["reason"] == "道路封闭"
    assert lines[0]["written_at"] == "2026-03-02T01:30:00.000000+00:00"


def test_an_archive_of_one_study_leaves_out_the_others(recorded: Store) -> None:
    """The record of one study can be handed over alone, and verifies alone."""
    data = archived(recorded, "NCT06642025")
    assert found(data) == []
    assert b"study/OTHER" not in data
    assert verify(io.BytesIO(data)).counts["event"] == 7


def _events(lines: Lines) -> Lines:
    return [line for line in lines if line["line"] == "event"]


def _heads(lines: Lines) -> Lines:
    return [line for line in lines if line["line"] == "head"]


FORGED: dict[str, Callable[[Lines], object]] = {
    "body": lambda lines: _events(lines)[3]["content"]["body"].update(happened="2026-04-09"),
    "actor": lambda lines: _events(lines)[3]["content"]["actor"].update(role="investigator"),
    "time": lambda lines: _events(lines)[3]["content"].update(recorded_at="2026-03-02T00:00:00.000000+00:00"),
    "added member": lambda lines: _events(lines)[3]["content"].update(note="x"),
    "hash": lambda lines: _events(lines)[3].update(hash="0" * 64),
    "event removed": lambda lines: lines.remove(_events(lines)[3]),
    "first event removed": lambda lines: lines.remove(_events(lines)[0]),
    "last event removed": lambda lines: lines.remove(_events(lines)[-1]),
    "event twice": lambda lines: lines.insert(lines.index(_events(lines)[3]), _events(lines)[3]),
    "order": lambda lines: lines.insert(
        lines.index(_events(lines)[2]), lines.pop(lines.index(_events(lines)[3]))
    ),
    "document": lambda lines: lines[1]["body"].update(id="other"),
    "document removed": lambda lines: lines.pop(1),
    "head": lambda lines: _heads(lines)[0].update(version=1),
    "head removed": lambda lines: lines.remove(_heads(lines)[0]),
    "command": lambda lines: next(x for x in lines if x["line"] == "command")["content"].update(
        accepted=False
    ),
    "unknown line": lambda lines: lines.insert(2, {"line": "other"}),
    "member missing": lambda lines: _events(lines)[3]["content"].pop("seq"),
    "float": lambda lines: _events(lines)[3]["content"].update(seq=4.0),
    "events without their command": lambda lines: _events(lines)[-1]["content"].update(command_id="c-9"),
    "foreign study": lambda lines: lines[0].update(study="OTHER"),
    "genesis": lambda lines: lines[0].update(genesis="1" * 64),
    "a number for a hash": lambda lines: _events(lines)[3].update(previous=1),
    "two headers": lambda lines: lines.insert(1, lines[0]),
    "kind of document": lambda lines: lines[1].update(kind="site"),
    "refusal removed": lambda lines: lines.remove(
        next(x for x in lines if x["line"] == "command" and not x["content"]["accepted"])
    ),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_archive_is_found_out(recorded: Store, forgery: str) -> None:
    """INV-13: changing, adding, removing or moving any line is found, even with a last line made to fit."""
    data = archived(recorded)
    assert found(changed(data, lambda _: None)) == []
    assert found(changed(data, FORGED[forgery])) != []


def test_a_cut_or_damaged_file_is_found_out(recorded: Store) -> None:
    """A file cut anywhere, with a flipped bit or with lines after its end is not taken for an archive."""
    data = archived(recorded)
    assert found(data[: data.rindex(b'{"counts"')]) == ["the archive is cut: its last line is missing"]
    assert found(data + b'{"line":"event"}\n') == ["line 20 stands after the end"]
    assert found(data.replace(b'"Visit"', b'"Visjt"')) != []
    for damaged in (b"", data[:-20], data.replace(b'"archive":1', b'"archive":2'), b"[]\n", b"\xff\n"):
        with pytest.raises(NotAnArchive):
            found(damaged)


def test_a_name_given_twice_is_refused(recorded: Store) -> None:
    """A second member of the same name cannot hide behind the first."""
    data = archived(recorded).replace(b'"seq":1,', b'"seq":1,"seq":1,', 1)
    with pytest.raises(NotAnArchive, match="stands twice"):
        found(data)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """One sound archive with lines of every kind, made once."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('sound') / 'store.sqlite3'}")
    store.migrate()
    with store.writing() as tx:
        tx.publish("protocol", "NCT06642025", "1", RULES, BODY, START)
        tx.append("study/NCT06642025", 0, [visit()], stamp("publish/1", protocol=RULES))
    for number in range(2):
        with store.writing() as tx:
            record(tx, "P01", f"c-{number}", [visit(f"D{number}"), visit()])
    with store.writing() as tx:
        tx.settle_command(command(stream_of("P01"), "r", accepted=False, code="ended", version=4, events=()))
    data = archived(store)
    store.close()
    assert found(data) == []
    return data


def named(data: bytes) -> list[str]:
    """What is wrong with the file, in sentences that name a place; empty: nothing."""
    try:
        return found(data)
    except NotAnArchive as error:
        return [str(error)]


@given(chance=st.data())
@settings(max_examples=300)
def test_one_flipped_bit_anywhere_is_found_and_named(sound: bytes, chance: st.DataObject) -> None:
    """INV-13: whichever bit of the file is flipped, it is found, and what is said names a line, a stream, a
    kind of line or the last one.
    """
    place, bit = chance.draw(st.integers(0, len(sound) - 1)), chance.draw(st.integers(0, 7))
    flipped = bytearray(sound)
    flipped[place] ^= 1 << bit
    said = named(bytes(flipped))
    assert said and all(said)


@given(chance=st.data())
@settings(max_examples=150)
def test_lines_moved_cut_doubled_or_put_in_are_found(sound: bytes, chance: st.DataObject) -> None:
    """INV-13: a file cut at any byte, with lines exchanged, doubled or taken out, or with a line of another
    archive, is found out.
    """
    lines = sound.splitlines(keepends=True)
    one, other = (chance.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    match chance.draw(st.sampled_from(("cut", "exchanged", "doubled", "taken out", "put in"))):
        case "cut":
            changed_file = sound[: chance.draw(st.integers(0, len(sound) - 2))]
        case "exchanged":
            lines[one], lines[other] = lines[other], lines[one]
            changed_file = b"".join(lines)
        case "doubled":
            changed_file = b"".join([*lines[:other], lines[one], *lines[other:]])
        case "taken out":
            changed_file = b"".join(lines[:one] + lines[one + 1 :])
        case _:
            foreign = lines[one].replace(b"NCT06642025", b"NCT00000000")
            changed_file = b"".join([*lines[:other], foreign, *lines[other:]])
    if changed_file != sound:
        assert named(changed_file)


def test_an_archive_of_an_earlier_release_still_verifies(sound: bytes) -> None:
    """A last line that does not tell of the kinds one by one is as good as it was; a flipped bit is found."""
    end = json.loads(sound.splitlines()[-1])
    del end["parts"]
    before = sound[: sound.rindex(b"\n", 0, -1) + 1]
    old = before + json.dumps(end).encode() + b"\n"
    assert found(old) == []
    assert found(old.replace(b'written_at":"2026', b'written_at":"2027')) == [
        "the bytes are not those that were written, or the last line is not"
    ]
