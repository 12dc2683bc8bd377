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

from domain.chain import canonical
from store import Store
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
        tx.append("study/NCT06642025", 0, [visit()], stamp("p-1", protocol=RULES))
        tx.append("study/OTHER", 0, [visit()], stamp("p-1"))
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
