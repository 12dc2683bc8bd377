"""`dayzero replay rules`: differences as text, JSON and HTML, and exit codes that a release can stand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from settings import ROOT
from tests.console.terminal import Terminal, terminal
from tests.replay.record import Recording

KEYS = ["records", "timelines", "commands", "events", "unaccepted", "accepted", "stale"]


@pytest.fixture
def dayzero(lives: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The command line at the record, in a place of its own."""
    monkeypatch.setenv("COLUMNS", "220")
    return terminal(lives.file, tmp_path)


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deviations that are told in other words: the one visit that was late is concerned, once for each."""
    monkeypatch.setattr("domain.deviations._said", lambda *_: "some other days")


def test_without_a_difference_it_ends_with_0(dayzero: Terminal) -> None:
    """Nothing different is one line that says how much was looked at."""
    said = dayzero("replay", "rules")
    assert (said.code, said.err) == (0, "")
    assert said.lines[-1].startswith("agrees: ")
    assert list(dayzero("replay", "rules", "--json").data) == KEYS


@pytest.mark.usefixtures("changed")
def test_a_difference_ends_with_4_and_is_told_by_name_and_date(dayzero: Terminal) -> None:
    """Each participant's difference is told under the participant, with its day and what changes in it."""
    said = dayzero("replay", "rules")
    assert said.code == 4
    assert "NCT06642025 EX02-001" in said.lines
    assert "deviation.opened D60/late would say something else" in said.out
    assert "-> happened 2026-04-26T15:00:00+08:00, window some other days" in said.out
    assert said.err.startswith("different: ")
    data = dayzero("replay", "rules", "--json").data
    assert {(each["subject"], each["kind"]) for each in data["unaccepted"]} == {
        ("EX02-001", "event-changed"),
        ("EX02-002", "event-changed"),
    }


@pytest.mark.usefixtures("changed")
def test_differences_that_a_file_accepts_end_with_0(dayzero: Terminal, tmp_path: Path) -> None:
    """Proposed, reasoned and given back, the file accepts all of them and the page shows why it may."""
    file, page = tmp_path / "accepted.yaml", tmp_path / "page.html"
    assert dayzero("replay", "rules", "--propose", str(file)).code == 4
    assert dayzero("replay", "rules", "--accepted", str(file)).code == 2
    reasoned = file.read_text(encoding="utf-8").replace("why: ''", "why: clearer words")
    file.write_text(reasoned, encoding="utf-8")
    said = dayzero("replay", "rules", "--accepted", str(file), "--html", str(page))
    assert said.code == 0
    assert "0 unaccepted differences, 2 accepted" in said.out
    shown = page.read_text(encoding="utf-8")
    assert shown.count("<h3>NCT06642025 EX02-00") == shown.count("accepted: clearer words") == 2


def test_what_is_accepted_and_not_found_is_told(dayzero: Terminal, tmp_path: Path) -> None:
    """An entry that nothing answers to fails nothing and is named."""
    file = tmp_path / "accepted.yaml"
    entry = "{study: NCT06642025, difference: gone by, content: 0123456789abcdef, why: once}"
    file.write_text(f"accepted: [{entry}]", encoding="utf-8")
    said = dayzero("replay", "rules", "--accepted", str(file))
    assert said.code == 0
    assert "accepted, but not found: NCT06642025 gone by" in said.out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        pytest.param(["--store", "sqlite:////nowhere/copy.db"], 5, "no store", id="no-such-store"),
        pytest.param(["--store", "mysql://x/y"], 2, "sqlite:///", id="another-database"),
        pytest.param(["--archive", "/nowhere/a.jsonl"], 2, "No such file", id="no-such-archive"),
        pytest.param(["--archive", "a", "--store", "b"], 2, "not both", id="both"),
        pytest.param(["--accepted", "/nowhere/a.yaml"], 2, "No such file", id="no-such-acceptance"),
        pytest.param(["--html", "/nowhere/page.html"], 2, "No such file", id="page-not-writable"),
    ],
)
def test_what_cannot_be_is_one_line(dayzero: Terminal, words: list[str], code: int, says: str) -> None:
    """A store, archive or file that is not there or of another kind is named in one line."""
    said = dayzero("replay", "rules", *words)
    assert said.code == code
    assert says in said.err
    assert len(said.err.splitlines()) == 1


def test_another_store_can_be_named(dayzero: Terminal, lives: Recording, tmp_path: Path) -> None:
    """`--store` replays a copy, wherever the place's own store is."""
    elsewhere = terminal(tmp_path / "none.sqlite3", tmp_path)
    assert elsewhere("replay", "rules").code == 5
    assert elsewhere("replay", "rules", "--store", f"sqlite:///{lives.file}").code == 0


def test_another_protocol_is_shown_from_the_command_line(dayzero: Terminal, tmp_path: Path) -> None:
    """The version everybody is pinned to changes nothing; one with a shorter window says so in text, JSON
    and a page."""
    same = dayzero("replay", "protocol", "NCT06642025", "--until", "2026-10-20T12:00+08:00", "--json")
    assert (same.code, same.data["changes"]) == (0, [])
    assert same.data["participants"] == ["EX02-001", "EX02-002"]
    amended = dayzero("replay", "protocol", "NCT06642025:2.0", "--until", "2026-10-20T12:00+08:00", "--json")
    assert amended.code == 0, "an amendment is found by its version"
    early = dayzero("replay", "protocol", "NCT06642025", "--until", "2020-01-01T00:00+08:00")
    assert early.code == 2 and "has no record by" in early.err, "nothing told is no all-clear"
    text = (ROOT / "protocols" / "NCT06642025.yaml").read_text(encoding="utf-8")
    shorter, page = tmp_path / "shorter.yaml", tmp_path / "page.html"
    head, d60, rest = text.partition("code: D60\n")
    shorter.write_text(head + d60 + rest.replace("late: P7D", "late: P1D", 1), encoding="utf-8")
    words = ("replay", "protocol", str(shorter), "EX02-002", "--until", "2026-10-20T12:00+08:00")
    said = dayzero(*words, "--html", str(page))
    assert said.code == 0
    assert "  window D60: 2026-10-09 to 2026-10-23 -> 2026-10-09 to 2026-10-17" in said.lines
    assert said.lines[-1].endswith("nothing was saved")
    assert "<td>window D60</td>" in page.read_text(encoding="utf-8")


def test_a_change_is_tried_from_the_command_line(dayzero: Terminal, tmp_path: Path) -> None:
    """A file of commands is tried at its moments and what would follow is told; an end before is none."""
    file = tmp_path / "what-if.yaml"
    actor = "{id: coordinator-1, role: coordinator}"
    visit = f'{{kind: record_unscheduled_visit, actor: {actor}, happened: "2027-08-19", reason: fever}}'
    entry = f'{{who: EX02-002, at: "2027-08-20T10:00+08:00", do: {visit}}}'
    file.write_text(f"study: NCT06642025\ncommands: [{entry}]", encoding="utf-8")
    said = dayzero("replay", "change", str(file), "--until", "2027-09-01T00:00+08:00", "--json")
    assert said.code == 0
    assert said.data["tried"][0]["events"] == ["visit.unscheduled"]
    early = dayzero("replay", "change", str(file), "--until", "2027-08-20T09:59+08:00")
    assert (early.code, early.err.strip()) == (
        2,
        "--until '2027-08-20T09:59+08:00' is before the last command, at 2027-08-20 02:00Z",
    )
    file.write_text("study: NCT06642025", encoding="utf-8")
    assert dayzero("replay", "change", str(file)).code == 2
    assert dayzero("replay", "protocol", "NCT06642025", "--until", "tomorrow").code == 2


@pytest.mark.usefixtures("changed")
def test_archives_of_a_folder_are_decided_again_together(dayzero: Terminal, tmp_path: Path) -> None:
    """Folders and files are looked at in one run, and a difference says in which records it was found."""
    stories = ROOT / "tests" / "stories" / "record" / "visits"
    for name in ("late_entry", "beyond_the_hard_stop"):
        (tmp_path / f"{name}.jsonl.gz").write_bytes((stories / f"{name}.jsonl.gz").read_bytes())
    said = dayzero("replay", "rules", "--archive", str(tmp_path), "--json")
    assert (said.code, said.data["records"]) == (4, 2)
    [late] = [each for each in said.data["unaccepted"] if each["event"] == "deviation.opened D60/late"]
    assert late["records"] == ["late_entry"]
    shown = dayzero("replay", "rules", "--archive", str(tmp_path))
    assert "      in late_entry" in shown.lines
    assert " in 2 records decided again" in shown.err


def test_a_store_and_an_archive_are_not_looked_at_together(dayzero: Terminal, tmp_path: Path) -> None:
    """Two kinds of record, a folder without one, and a file that is not there are refused in a line."""
    url, archive = "sqlite:///copy.sqlite3", str(ROOT / "tests" / "replay" / "record.jsonl")
    said = dayzero("replay", "rules", "--store", url, "--archive", archive)
    assert (said.code, said.err) == (2, "say --store or --archive, not both\n")
    assert "there is no archive" in dayzero("replay", "rules", "--archive", str(ROOT / "sites")).err
    assert "No such file" in dayzero("replay", "rules", "--archive", str(tmp_path / "none")).err


@pytest.mark.parametrize("harm", ["cut", "flipped", "reordered", "foreign"])
@pytest.mark.parametrize("verb", [("replay", "rules"), ("replay", "protocol"), ("story", "record")])
def test_a_harmed_archive_is_refused_by_every_verb(
    dayzero: Terminal, tmp_path: Path, verb: tuple[str, str], harm: str
) -> None:
    """Cut off, with one bit flipped, with lines out of order, or of something else: one line that says where,
    and nothing is told as if it had been read."""
    whole = (ROOT / "tests" / "replay" / "record.jsonl").read_bytes()
    file = tmp_path / "harmed.jsonl"
    file.write_bytes(_harmed(whole, harm))
    wanted = {"protocol": [str(ROOT / "protocols" / "NCT06642025.yaml")], "record": ["EX02-001"]}
    said = dayzero(*verb, *wanted.get(verb[1], []), "--archive", str(file))
    assert said.code != 0
    assert said.out == ""
    assert "harmed.jsonl" in said.err
    assert len(said.err.splitlines()) == 1


def _harmed(whole: bytes, harm: str) -> bytes:
    lines = whole.splitlines(keepends=True)
    if harm == "cut":
        return whole[: len(whole) // 2]
    if harm == "flipped":
        place = whole.index(b'"item":"release"') + len(b'"item":"')
        return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    if harm == "reordered":
        return b"".join([*lines[:-3], lines[-2], lines[-3], lines[-1]])
    return b'{"line": "something else"}\n'
