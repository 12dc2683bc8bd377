"""`commands`: the audit trail shows what was asked, refused attempts too."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.console.terminal import Terminal
from tests.support.trial import open_trial


def test_refused_attempts_are_on_the_trail(dayzero: Terminal) -> None:
    """Each refused command is listed with its code, its reason and what was asked (INV-15)."""
    refused = dayzero("commands", "P-002", "--refused", "--json").data
    assert [each["code"] for each in refused] == ["future-time", "unknown-item", "gate-closed"]
    assert all(not each["accepted"] and each["events"] == [] and each["text"] for each in refused)
    assert refused[0]["body"]["happened"] == "2027-01-01"
    assert "refused [gate-closed]" in dayzero("commands", "P-002").out


def test_the_trail_is_newest_first_and_limited(dayzero: Terminal) -> None:
    """The newest command comes first, and no more are shown than asked for."""
    trail = dayzero("commands", "P-001", "--limit", "5", "--json").data
    times = [each["asked_at"] for each in trail]
    assert len(trail) == 5
    assert times == sorted(times, reverse=True)


def test_somebody_unknown_has_a_trail_too(own_dayzero: Terminal, own_store: Path) -> None:
    """Attempts on a participant who does not exist are found under the code that was typed."""
    trial = open_trial(f"sqlite:///{own_store}")
    body = {"kind": "excuse_visit", "item": "D28", "reason": "x", "actor": {"id": "a", "role": "coordinator"}}
    trial.hear("P-404", body, datetime(2026, 3, 6, 7, tzinfo=UTC))
    trial.store.close()
    [attempt] = own_dayzero("commands", "P-404", "--json").data
    assert attempt["code"] == "unknown-participant"


def test_what_was_typed_cannot_steer_the_terminal(own_dayzero: Terminal, own_store: Path) -> None:
    """A text with an escape sequence is refused, and the trail shows it written out."""
    trial = open_trial(f"sqlite:///{own_store}")
    body = {
        "kind": "excuse_visit",
        "item": "D28",
        "reason": "\x1b]0;owned\x07 [bold]x[/bold]",
        "actor": {"id": "coordinator-1", "role": "coordinator"},
    }
    outcome = trial.hear("P-001", body, datetime(2026, 3, 6, 7, tzinfo=UTC))
    trial.store.close()
    assert outcome.refused == "malformed"
    out = own_dayzero("commands", "P-001", "--limit", "1").out
    assert "\x1b" not in out
    assert "[bold]x[/bold]" in out


def test_a_long_text_does_not_flood_the_trail(own_dayzero: Terminal, own_store: Path) -> None:
    """What was sent is shown up to its first hundreds of characters, and whole in the JSON."""
    trial = open_trial(f"sqlite:///{own_store}")
    body = {
        "kind": "miss_visit",
        "item": "D28",
        "reason": "x" * 5000,
        "actor": {"id": "a", "role": "sponsor"},
    }
    trial.hear("P-001", body, datetime(2026, 3, 6, 7, tzinfo=UTC))
    trial.store.close()
    out = own_dayzero("commands", "P-001", "--limit", "1").out
    assert len(out) < 2000
    assert "… (50" in out
    [attempt] = own_dayzero("commands", "P-001", "--limit", "1", "--json").data
    assert attempt["body"]["reason"] == "x" * 5000
