"""`verify`, `rebuild`, `replay`, `export`: the record can be proven, here and anywhere else."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.exports.cells import cell, disarmed
from tests.console.terminal import Terminal


def tamper(store: Path, *statements: str) -> None:
    """Change a store behind the product's back, guards taken off first."""
    with sqlite3.connect(store) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount > 0, statement


def test_an_untouched_record_is_sound(dayzero: Terminal) -> None:
    """Every chain, end and read model of an untouched store holds (INV-13, INV-5)."""
    said = dayzero("verify", "--json")
    assert said.code == 0
    assert said.data["sound"] is True
    assert said.data["counts"]["participants"] == 3


def test_the_first_broken_link_is_named(own_dayzero: Terminal, own_store: Path) -> None:
    """One changed date is found, and the event is named by stream and number (INV-12, INV-13)."""
    tamper(
        own_store,
        "UPDATE events SET body = replace(body, '2026-01-30', '2026-01-29') "
        "WHERE stream = 'participant/NCT06642025/P-001' AND body LIKE '%\"item\":\"release\"%' "
        "AND type = 'milestone.reached'",
    )
    said = own_dayzero("verify")
    assert said.code == 4
    assert said.err.startswith("broken: participant/NCT06642025/P-001 #")
    assert own_dayzero("verify", "--json").data["problems"][0] in said.err


def test_a_checkpoint_holds_for_the_record_it_was_made_of(dayzero: Terminal) -> None:
    """The one that `verify` prints holds; that of a longer or of another record ends with 4 (INV-13)."""
    kept = dayzero("verify", "--json").data["checkpoint"]
    assert kept in dayzero("verify").out
    assert dayzero("verify", "--checkpoint", kept).code == 0
    position, digest = kept.split(":")[1], kept.split(":")[4]
    longer = dayzero("verify", "--checkpoint", kept.replace(position, f"{position}0", 1))
    assert (longer.code, "the newest records are gone" in longer.err) == (4, True)
    other = dayzero("verify", "--checkpoint", kept.replace(digest, "0" * 64))
    assert (other.code, "not the one the checkpoint was made of" in other.err) == (4, True)
    assert dayzero("verify", "--checkpoint", "yesterday").code == 2


def test_read_models_are_rebuilt_to_the_same_rows(own_dayzero: Terminal, own_store: Path) -> None:
    """A damaged list is found by `verify` and made good by `rebuild` (INV-27)."""
    before = own_dayzero("status", "P-001", "--json").data
    tamper(
        own_store,
        "UPDATE participants SET stage = 'follow_up' WHERE participant = 'P-001'",
        "DELETE FROM items WHERE participant = 'P-001' AND item = 'D28'",
    )
    assert own_dayzero("verify").code == 4
    rebuilt = own_dayzero("rebuild", "--json").data
    assert rebuilt["participants"] == 3
    assert own_dayzero("status", "P-001", "--json").data == before


def test_an_archive_is_verified_without_the_product(dayzero: Terminal, tmp_path: Path) -> None:
    """The exported record is sound by the script beside it, run by a bare interpreter (INV-13)."""
    folder = tmp_path / "export"
    files = dayzero("export", "jsonl", "--to", str(folder), "--json").data["files"]
    archive = next(folder / name for name in files if name.endswith(".jsonl"))
    done = _bare(folder / "verify_archive.py", archive)
    assert done.returncode == 0, done.stdout + done.stderr
    said = dayzero("verify", "--archive", str(archive))
    assert said.code == 0
    assert said.out.startswith("sound: ")


def test_a_compressed_archive_is_verified_as_it_is(dayzero: Terminal, tmp_path: Path) -> None:
    """A compressed archive is sound by product and script; one that was cut short is none to either."""
    folder = tmp_path / "export"
    files = dayzero("export", "jsonl", "--to", str(folder), "--json").data["files"]
    archive = next(folder / name for name in files if name.endswith(".jsonl"))
    packed = archive.with_name(f"{archive.name}.gz")
    packed.write_bytes(gzip.compress(archive.read_bytes()))
    assert dayzero("verify", "--archive", str(packed)).code == 0
    assert _bare(folder / "verify_archive.py", packed).returncode == 0
    packed.write_bytes(packed.read_bytes()[:-40])
    assert dayzero("verify", "--archive", str(packed)).code == 2
    assert _bare(folder / "verify_archive.py", packed).returncode == 2


def test_a_changed_archive_is_found_out(dayzero: Terminal, tmp_path: Path) -> None:
    """One changed character in the archive ends `verify --archive` with 4, naming the link."""
    folder = tmp_path / "export"
    files = dayzero("export", "jsonl", "--to", str(folder), "--json").data["files"]
    archive = next(folder / name for name in files if name.endswith(".jsonl"))
    archive.write_bytes(archive.read_bytes().replace(b'"item":"release"', b'"item":"relea5e"', 1))
    said = dayzero("verify", "--archive", str(archive))
    assert said.code == 4
    assert "participant/NCT06642025/P-001" in said.err
    assert dayzero("verify", "--archive", str(tmp_path / "nothing")).code == 2


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_exports_carry_their_hashes_and_say_that_data_is_simulated(
    dayzero: Terminal, tmp_path: Path, kind: str
) -> None:
    """SHA256SUMS names every file with its hash, and a name says it where simulated people are inside."""
    folder = tmp_path / kind
    assert dayzero("export", kind, "--to", str(folder)).code == 0
    lines = (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    written = {path.name for path in folder.iterdir()} - {"SHA256SUMS"}
    assert set(sums) == written
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert any("-SIMULATED-" in name for name in written)


def test_tables_say_how_items_stand_and_who_is_simulated(dayzero: Terminal, tmp_path: Path) -> None:
    """The items table has everybody's items with their standing; each row says whether it is simulated."""
    dayzero("export", "csv", "--to", str(tmp_path))
    [items] = tmp_path.glob("*-items.csv")
    rows = list(csv.DictReader(io.StringIO(items.read_text(encoding="utf-8"))))
    by_item = {(row["participant"], row["item"]): row for row in rows}
    assert by_item["P-001", "D21"]["standing"] == "overdue"
    assert by_item["P-001", "D21"]["closes"] == "2026-03-05T16:00:00Z"
    assert by_item["P-001", "D21"]["simulated"] == "yes"
    assert by_item["P-002", "enrolment"]["simulated"] == "no"
    assert len(list(tmp_path.glob("*.csv"))) == 4


@given(st.text(max_size=30))
def test_no_cell_can_run_as_a_formula(text: str) -> None:
    """Whatever was typed, a spreadsheet takes the cell as text, and nothing of it is lost."""
    shown = cell(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert shown in (text, f"'{text}")
    assert disarmed("=HYPERLINK(1)") == "'=HYPERLINK(1)"


def test_stored_histories_that_do_not_fit_fail_the_replay(dayzero: Terminal, tmp_path: Path) -> None:
    """A history this code cannot have made ends `replay --directory` with 4; an empty folder is usage."""
    assert dayzero("replay", "--directory", str(tmp_path)).code == 2
    (tmp_path / "strange.json").write_text(_STRANGE, encoding="utf-8")
    said = dayzero("replay", "--directory", str(tmp_path))
    assert said.code == 4
    assert "as deployed" in said.out
    assert "domain watched" in said.out


def _bare(script: Path, archive: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(archive)],
        capture_output=True, text=True, check=False, cwd=archive.parent,
    )  # fmt: skip


# A participant's run that, without asking the desk, set a timer.
_STRANGE = """
{"events": [
  {"eventId": "1", "eventTime": "2026-03-06T07:00:00Z", "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
   "workflowExecutionStartedEventAttributes": {
     "workflowType": {"name": "Participant"}, "taskQueue": {"name": "dayzero"},
     "originalExecutionRunId": "11111111-1111-4111-8111-111111111111",
     "firstExecutionRunId": "11111111-1111-4111-8111-111111111111", "attempt": 1,
     "input": {"payloads": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="},
       "data": "eyJzdHVkeSI6ICJTIiwgInBhcnRpY2lwYW50IjogIlAtMDAxIn0="}]}}},
  {"eventId": "2", "eventTime": "2026-03-06T07:00:00Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_SCHEDULED",
   "workflowTaskScheduledEventAttributes": {"taskQueue": {"name": "dayzero"}, "attempt": 1}},
  {"eventId": "3", "eventTime": "2026-03-06T07:00:00Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_STARTED",
   "workflowTaskStartedEventAttributes": {"scheduledEventId": "2"}},
  {"eventId": "4", "eventTime": "2026-03-06T07:00:00Z", "eventType": "EVENT_TYPE_WORKFLOW_TASK_COMPLETED",
   "workflowTaskCompletedEventAttributes": {"scheduledEventId": "2", "startedEventId": "3"}},
  {"eventId": "5", "eventTime": "2026-03-06T07:00:00Z", "eventType": "EVENT_TYPE_TIMER_STARTED",
   "timerStartedEventAttributes": {"timerId": "1", "startToFireTimeout": "60s",
     "workflowTaskCompletedEventId": "4"}}
]}
"""


def test_a_changed_document_is_what_is_blamed(own_dayzero: Terminal, own_store: Path) -> None:
    """Rules changed behind the store's back are named first, and the lists made under them are not blamed."""
    tamper(own_store, "UPDATE documents SET body = replace(body, 'P7D', 'P9D') WHERE kind = 'protocol'")
    said = own_dayzero("verify", "--json")
    assert said.code == 4
    assert said.data["problems"][0].startswith("protocol NCT06642025: version 1.0 is not the body")
    assert not [each for each in said.data["problems"] if "read model" in each]


def test_a_second_export_keeps_the_first_accounted_for(dayzero: Terminal, tmp_path: Path) -> None:
    """Tables and archive in one folder are all named in its sums, and each with its own."""
    folder = tmp_path / "export"
    written = dict(dayzero("export", "csv", "--to", str(folder), "--json").data["files"])
    written |= dayzero("export", "jsonl", "--to", str(folder), "--json").data["files"]
    lines = (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    assert {name: digest for digest, name in (line.split("  ") for line in lines)} == written


def test_where_nothing_can_be_written_it_says_so(dayzero: Terminal, tmp_path: Path) -> None:
    """A folder that cannot be made ends with 2 and one line that names it."""
    (tmp_path / "file").touch()
    said = dayzero("export", "csv", "--to", str(tmp_path / "file" / "export"))
    assert said.code == 2
    assert said.err.splitlines() == [f"--to {tmp_path / 'file' / 'export'}: Not a directory"]
