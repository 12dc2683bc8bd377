"""How commands end: one clear line on stderr and a documented code."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.publishing import publish
from console.cli.exits import MEANINGS, Exit
from console.cli.verb import plain
from protocols.reading import read_protocol
from settings import ROOT
from sites.reading import read_site
from store import open_store
from tests.console.terminal import Terminal
from tests.support.trial import ENGINEER, PROVENANCE

WRITES = [
    ["enroll", "P-9", "--on", "2026-03-01"],
    ["record", "P-1", "D1", "--at", "2026-03-01T09:00+08:00"],
    ["result", "P-1", "hb", "92"],
    ["sign", "P-1", "eligibility", "--meaning", "I confirm eligibility"],
    ["decide", "P-1", "arm", "a", "--on", "2026-03-01"],
    ["unscheduled", "P-1", "--on", "2026-03-01", "--reason", "fever"],
    ["progression", "P-1", "--on", "2026-03-01"],
    ["plan", "P-1", "D1", "--cancel"],
    ["excuse", "P-1", "D1", "--reason", "x"],
    ["miss", "P-1", "D1", "--reason", "x"],
    ["correct", "P-1", "D1", "--retract", "--reason", "x"],
    ["withdraw", "P-1", "--on", "2026-03-01", "--reason", "x"],
    ["death", "P-1", "--on", "2026-03-01", "--reason", "x"],
    ["end", "P-1", "discontinued", "--on", "2026-03-01", "--reason", "x"],
    ["ack", "P-1/D1/overdue"],
    ["snooze", "P-1/D1/overdue", "--until", "2026-03-09T09:00+08:00", "--reason", "x"],
]


@pytest.mark.parametrize("words", WRITES, ids=lambda words: words[0])
def test_without_a_server_nothing_is_sent(dayzero: Terminal, words: list[str]) -> None:
    """Every verb that writes ends with 5 and says how to get a server, and never picks one by chance."""
    said = dayzero(*words)
    assert said.code == 5
    assert said.out == ""
    assert said.err.startswith("no server: ")
    assert "dayzero up" in said.err
    assert "DAYZERO_TEMPORAL_ADDRESS" in said.err


def test_a_named_server_that_is_not_there_is_said(dayzero: Terminal) -> None:
    """A named address that nobody answers at ends with 5 and names it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    away = Terminal({**dayzero.environment, "DAYZERO_TEMPORAL_ADDRESS": address})
    said = away("ack", "P-1/D1/overdue")
    assert said.code == 5
    assert address in said.err


@pytest.mark.parametrize("verb", ["status", "today", "alerts", "verify", "commands"])
def test_without_a_store_it_says_how_to_make_one(tmp_path: Path, verb: str) -> None:
    """A look where there is no store ends with 5, and makes none."""
    said = Terminal({"DAYZERO_HOME": str(tmp_path)})(verb)
    assert said.code == 5
    assert said.err.startswith("no store: ")
    assert "migrate" in said.err
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_asks_for_its_migration(tmp_path: Path) -> None:
    """A database without tables ends with 5 and names the verb that makes them."""
    (tmp_path / "dayzero.sqlite3").touch()
    said = Terminal({"DAYZERO_HOME": str(tmp_path)})("status")
    assert said.code == 5
    assert "dayzero migrate" in said.err


def test_migrate_makes_the_store_and_is_harmless_again(tmp_path: Path) -> None:
    """`migrate` brings a new store to this release, and a second time finds the work done."""
    here = Terminal({"DAYZERO_HOME": str(tmp_path / "new")})
    first, second = here("migrate", "--json").data, here("migrate", "--json").data
    assert first["before"] is None
    assert first["now"] == second["before"] == second["now"]


def test_publish_puts_documents_into_the_store_once(tmp_path: Path) -> None:
    """`publish` names what is new, and publishing again changes nothing."""
    here = Terminal({"DAYZERO_HOME": str(tmp_path), "DAYZERO_ACTOR": "engineer-1"})
    here("migrate")
    first = here("publish", "NCT06642025", "demo", "--json")
    assert first.code == 0
    assert first.data["events"] == ["study.protocol_published", "study.site_published"]
    assert here("publish", "NCT06642025", "demo", "--json").data["events"] == []
    assert "no participants yet" in here("status").out


def test_a_changed_document_under_the_same_version_is_refused(tmp_path: Path) -> None:
    """Another content under a published version is refused, and the store keeps the first one."""
    here = Terminal({"DAYZERO_HOME": str(tmp_path), "DAYZERO_ACTOR": "engineer-1"})
    here("migrate")
    here("publish", "NCT06642025", "demo")
    text = (ROOT / "protocols" / "NCT06642025.yaml").read_text(encoding="utf-8")
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace("participants: 9", "participants: 10"), encoding="utf-8")
    said = here("publish", str(changed))
    assert said.code == 1
    assert "never changes" in said.err


def test_one_of_several_studies_must_be_named(own_dayzero: Terminal, own_store: Path) -> None:
    """With two studies in the store a look asks which, and lists them; with none it says how to begin."""
    store = open_store(f"sqlite:///{own_store}")
    with store.writing() as tx:
        protocol = read_protocol(ROOT / "protocols" / "DZ-CYCLES.yaml")
        site = read_site(ROOT / "sites" / "demo.yaml")
        publish(tx, protocol, [site], ENGINEER, datetime(2026, 3, 7, tzinfo=UTC), PROVENANCE)
    store.close()
    said = own_dayzero("status")
    assert said.code == 2
    assert "DZ-CYCLES, NCT06642025" in said.err
    assert own_dayzero("status", "--study", "NCT06642025").code == 0
    in_environment = Terminal({**own_dayzero.environment, "DAYZERO_STUDY": "DZ-CYCLES"})
    assert in_environment("status", "--json").data == []


@pytest.mark.parametrize("verb", ["status", "today", "alerts", "commands"])
def test_an_unknown_study_is_refused(dayzero: Terminal, verb: str) -> None:
    """A mistyped study is not shown as an empty one; the sentence names those that are there."""
    said = dayzero(verb, "--study", "NCT0664202")
    assert said.code == 1
    assert said.err.startswith("refused [unknown-study]: ")
    assert "NCT06642025" in said.err


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["record", "P-1", "D1"], "--on DAY or --at TIME"),
        (["record", "P-1", "D1", "--on", "2026-03-01", "--at", "2026-03-01T09:00Z"], "--on DAY or --at TIME"),
        (["enroll", "P-1", "--on", "2026-03-01", "--result", "hb 92"], "OBS=VALUE"),
        (["plan", "P-1", "D1", "--cancel", "--on", "2026-03-01"], "--cancel takes no time"),
        (
            ["correct", "P-1", "D1", "--retract", "--on", "2026-03-01", "--reason", "x"],
            "--retract takes no time",
        ),
        (["miss", "P-1", "D1"], "--reason"),
        (["snooze", "P-1/D1/overdue", "--reason", "x"], "--until"),
        (["nonsense"], "nonsense"),
    ],
)
def test_a_wrong_command_line_is_usage(dayzero: Terminal, words: list[str], wrong: str) -> None:
    """What is wrong with the command line itself ends with 2 and one line, before anything is sent."""
    said = dayzero(*words)
    assert said.code == 2
    assert wrong in said.err
    assert len(said.err.splitlines()) == 1


def test_a_wrong_setting_is_usage(dayzero: Terminal) -> None:
    """A setting that cannot be is said by its name, without its value."""
    wrong = Terminal({**dayzero.environment, "DAYZERO_WATCHDOG_EVERY": "often"})
    said = wrong("status")
    assert said.code == 2
    assert "DAYZERO_WATCHDOG_EVERY" in said.err
    assert "often" not in said.err


def test_every_exit_code_is_documented() -> None:
    """Each code has its meaning, and the numbers are the ones scripts rely on."""
    assert {code.name: code.value for code in Exit} == {
        "FINE": 0, "REFUSED": 1, "USAGE": 2, "OVERDUE": 3, "BROKEN": 4, "UNREACHABLE": 5, "UNKNOWN": 6,
    }  # fmt: skip
    assert set(MEANINGS) == set(Exit)


def test_control_characters_are_written_out() -> None:
    """Text of others is shown without steering the terminal, and line ends stay."""
    assert plain("a\x1b[31mb\u202ec\nd\u00e9") == "a\\x1b[31mb\\u202ec\nd\u00e9"
