"""Protocol what-if: what another version would have meant, for everybody, with nothing saved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.protocol.expanded import Protocol
from protocols.reading import load_document, protocol_body
from replay.effects import Change, Effect
from replay.history import Foreign, History
from replay.protocol import under_protocol
from tests.replay.record import FIRST, SECOND, Recording
from tests.support.trial import PROVENANCE, open_trial

AT = datetime(2026, 10, 20, 4, tzinfo=UTC)
"""The first has ended day 60 long ago, the second is in the middle of it: the window ends on the 24th."""


def other(lives: Recording, edit: Callable[[dict[str, Any]], None]) -> Protocol:
    """The trial's protocol with something changed in it."""
    body = protocol_body(lives.trial.protocol)
    edit(body)
    return load_document({**body, "version": "9.9"})


def visit(body: dict[str, Any], code: str) -> dict[str, Any]:
    """One visit of a document's body."""
    return next(each for each in body["visits"] if each["code"] == code)


def shorter_day_60(body: dict[str, Any]) -> None:
    """Day 60 closes on its target day."""
    visit(body, "D60")["window"]["late"] = "P0D"


def without_day_21(body: dict[str, Any]) -> None:
    """There is no day 21 any more."""
    body["visits"] = [each for each in body["visits"] if each["code"] != "D21"]


def found(history: History, protocol: Protocol, *participants: str, at: datetime = AT) -> list[Change]:
    """What would be another one."""
    return list(under_protocol(history, protocol, participants, at, PROVENANCE).changes)


def of(changes: list[Change], participant: str, effect: Effect) -> dict[str, tuple[str | None, str | None]]:
    """One participant's changes of one kind, by what they are about."""
    wanted = [each for each in changes if (each.subject, each.effect) == (participant, effect)]
    return {each.about: (each.before, each.after) for each in wanted}


def test_the_same_protocol_changes_nothing(history: History, lives: Recording) -> None:
    """Lived again under the version they are pinned to, the lives come out as they are (INV-6)."""
    assert found(history, lives.trial.protocol) == []


def test_windows_alerts_and_overdue_visits_are_told_for_ended_and_running(
    history: History, lives: Recording
) -> None:
    """A window that closes a week earlier moves for both; the one who waits would be overdue, and alerted at
    the site's midnight after the target day."""
    changes = found(history, other(lives, shorter_day_60))
    assert of(changes, FIRST, Effect.WINDOW)["D60"] == (
        "2026-04-10 to 2026-04-24",
        "2026-04-10 to 2026-04-17",
    )
    assert of(changes, SECOND, Effect.WINDOW)["D60"] == (
        "2026-10-09 to 2026-10-23",
        "2026-10-09 to 2026-10-16",
    )
    assert of(changes, SECOND, Effect.OVERDUE) == {"D60": (None, "overdue")}
    assert of(changes, SECOND, Effect.ALERT)["EX02-002/D60/overdue"] == (None, "2026-10-17 00:00")
    assert of(changes, FIRST, Effect.OVERDUE) == {}


def test_deviations_are_gained_and_lost(history: History, lives: Recording) -> None:
    """A longer window takes the late visit's deviation away; the detail says which days it was about."""

    def longer(body: dict[str, Any]) -> None:
        visit(body, "D60")["window"]["late"] = "P14D"

    changes = found(history, other(lives, longer))
    before, after = of(changes, FIRST, Effect.DEVIATION)["D60/late"]
    assert before is not None and "2026-04-26" in before
    assert after is None


def test_a_visit_that_was_done_and_is_removed_is_a_clear_difference(
    history: History, lives: Recording
) -> None:
    """What was recorded of a visit the other version does not have is told as refused; the rest goes on."""
    changes = found(history, other(lives, without_day_21))
    refused = of(changes, FIRST, Effect.REFUSED)
    assert list(refused) == ["record_item D21 2026-03-09"]
    assert (refused["record_item D21 2026-03-09"][1] or "").startswith("unknown-item")
    assert of(changes, FIRST, Effect.WINDOW)["D21"][1] is None
    assert set(of(changes, FIRST, Effect.WINDOW)) == {"D21"}


def test_it_is_asked_for_one_participant_alone(history: History, lives: Recording) -> None:
    """For one participant named, nobody else's timeline is another one."""
    changes = found(history, other(lives, shorter_day_60), SECOND)
    assert {each.subject for each in changes} - {"study"} == {SECOND}


def test_a_gate_that_asks_for_more_is_told_and_life_goes_on(history: History, lives: Recording) -> None:
    """A gate nobody could have passed refuses what followed it, by name; the windows after it still stand,
    because it happened."""

    def stricter(body: dict[str, Any]) -> None:
        gate = next(each for each in body["gates"] if each["code"] == "eligibility")
        gate["signed_by"] = "sponsor"

    changes = found(history, other(lives, stricter))
    refused = of(changes, FIRST, Effect.REFUSED)
    assert any(about.startswith("sign_gate") for about in refused)
    assert of(changes, FIRST, Effect.WINDOW) == {}


def test_the_record_is_left_as_it_was(history: History, lives: Recording) -> None:
    """Nothing is saved: not one byte of the store's file is another one."""
    before = hashlib.sha256(lives.file.read_bytes()).hexdigest()
    found(lives.history(), other(lives, shorter_day_60))
    assert hashlib.sha256(lives.file.read_bytes()).hexdigest() == before


def test_a_foreign_document_or_participant_is_refused(
    history: History, lives: Recording, tmp_path: Path
) -> None:
    """A protocol of another study, and a participant nobody knows, are named."""
    cycles = open_trial(f"sqlite:///{tmp_path / 'other.db'}", "DZ-CYCLES").protocol
    with pytest.raises(Foreign, match="DZ-CYCLES"):
        found(history, cycles)
    with pytest.raises(Foreign, match="EX02-099"):
        found(history, lives.trial.protocol, "EX02-099")


def test_up_to_before_the_first_event_nothing_can_be_told(history: History, lives: Recording) -> None:
    """A moment before anything was recorded is refused: no differences would read as an all-clear."""
    early = datetime(2025, 1, 1, tzinfo=UTC)
    with pytest.raises(Foreign, match="has no record by 2025-01-01"):
        found(history, other(lives, shorter_day_60), at=early)
