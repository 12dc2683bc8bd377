"""Rule replay: what today's code would decide otherwise is named, and nothing else is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain import Code, Deadline, Refused, State, decide, next_deadline, plan
from domain.commands import Command, RecordItem
from replay.difference import Difference, Kind
from replay.history import Asked, History
from replay.rules import replay_rules
from tests.replay.record import FIRST, SECOND, Recording, recording
from tests.support.trial import COORDINATOR, PROVENANCE, register_body

JANUARY = datetime(2026, 1, 5, 2, tzinfo=UTC)


def different(history: History) -> list[Difference]:
    """What rule replay finds."""
    return list(replay_rules(history, PROVENANCE).differences)


def test_the_same_rules_decide_the_same(history: History) -> None:
    """Two whole lives decided again are event for event what was recorded (INV-6)."""
    replayed = replay_rules(history, PROVENANCE)
    assert replayed.differences == ()
    assert (replayed.subjects, replayed.commands > 150, replayed.events > 180) == (2, True, True)


def test_a_changed_rule_is_named_where_it_bites_and_nowhere_else(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows that close a day later: each plan that says so is named by participant and date, with the item
    and both dates; what stands on the recorded plan is not different (INV-19)."""
    monkeypatch.setattr(plan, "window_from", _a_day_longer(plan.window_from))
    found = different(history)
    assert {each.kind for each in found} == {Kind.EVENT_CHANGED}
    assert {each.event.split()[0] for each in found} == {"plan.revised"}
    [infused] = [each for each in found if "infusion" in each.event and each.subject == FIRST]
    assert infused.at.date().isoformat() == "2026-02-16"
    details = {each.what: (each.was, each.now) for each in infused.details}
    assert details["windows[D60].closes"] == ("2026-04-24T16:00:00+00:00", "2026-04-25T16:00:00+00:00")
    assert infused.name.startswith("EX02-001 2026-02-16T")


def test_what_would_be_refused_is_named_with_the_reason(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A visit that today's code would not take is one refusal and the events that would be gone."""
    monkeypatch.setattr("activities.hearing.decide", _refusing("D90"))
    found = [each for each in different(history) if each.subject == SECOND]
    assert found[0].kind is Kind.NOW_REFUSED
    assert found[0].details[0].now == "not any more"
    assert {each.kind for each in found[1:]} == {Kind.EVENT_GONE}
    assert "visit.recorded D90" in {each.event for each in found[1:]}


def test_what_would_be_taken_is_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal of the past that would pass now is a difference, with the events it would lead to."""
    record = recording(tmp_path)
    record.ask(FIRST, register_body("2026-01-06"), JANUARY)
    refused = record.history()
    assert different(refused) == []
    for answers in ("happened", "results"):
        monkeypatch.setattr(f"domain.answers.{answers}.not_in_future", lambda *_: None)
    found = different(refused)
    assert found[0].kind is Kind.NOW_ACCEPTED
    assert found[0].event == Code.FUTURE_TIME
    assert {each.kind for each in found[1:]} == {Kind.EVENT_NEW}
    assert f"participant.registered {FIRST}" in {each.event for each in found[1:]}


def test_a_deadline_that_would_come_earlier_is_named(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where today's code would have woken up an hour before the record did, both instants are told."""

    def earlier(state: State) -> Deadline | None:
        due = next_deadline(state)
        return Deadline(due.at - timedelta(hours=1), due.what) if due else None

    assert [each for each in different(history) if each.kind is Kind.WOKEN_EARLIER] == []
    monkeypatch.setattr("activities.outcomes.next_deadline", earlier)
    found = different(history)
    assert {each.kind for each in found} == {Kind.WOKEN_EARLIER}
    was, now = found[0].details[0].was, found[0].details[0].now
    assert was and now and datetime.fromisoformat(was) - datetime.fromisoformat(now) == timedelta(hours=1)


def test_an_error_is_a_difference_and_the_rest_is_decided(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code that fails on one command is told as that command's, and everything after is looked at all the
    same."""

    def failing(state: State, command: Command, *rest: Any) -> Any:
        if isinstance(command, RecordItem) and command.item == "D28":
            raise ZeroDivisionError("no such rule")
        return decide(state, command, *rest)

    monkeypatch.setattr("activities.hearing.decide", failing)
    found = different(history)
    assert [(each.subject, each.kind) for each in found] == [
        (FIRST, Kind.NOT_DECIDABLE),
        (SECOND, Kind.NOT_DECIDABLE),
    ]
    assert found[0].details[0].what == "ZeroDivisionError"


def test_a_replay_leaves_the_store_as_it_was(lives: Recording) -> None:
    """Not one byte of the store's file is another one afterwards."""
    before = _bytes(lives.file)
    replay_rules(lives.history(), PROVENANCE)
    assert _bytes(lives.file) == before


def test_commands_stand_in_the_order_they_were_decided(lives: Recording) -> None:
    """Refused commands keep their place: each stream's commands come in the order of its record, and their
    events without a gap."""
    record = lives.history()
    for stream in ("participant/NCT06642025/EX02-001", "participant/NCT06642025/EX02-002"):
        asked = [each for each in record.entries if isinstance(each, Asked) and each.command.stream == stream]
        seqs = [event.seq for each in asked for event in each.events if event.stream == stream]
        assert seqs == list(range(1, len(seqs) + 1))
        assert [each.command.asked_at for each in asked] == sorted(each.command.asked_at for each in asked)


def test_a_refusal_of_the_same_instant_keeps_its_place(tmp_path: Path) -> None:
    """Refused and taken at one and the same instant, a command is decided again where it stood."""
    record = recording(tmp_path)
    visit = {"kind": "record_item", "actor": COORDINATOR, "item": "leukapheresis", "happened": "2026-01-05"}
    record.ask(FIRST, visit, JANUARY)
    record.ask(FIRST, register_body("2026-01-05"), JANUARY)
    record.ask(FIRST, visit, JANUARY)
    record.ask(FIRST, register_body("2026-01-05"), JANUARY)
    assert different(record.history()) == []


def test_a_clock_that_is_behind_keeps_every_stream_in_its_order(tmp_path: Path) -> None:
    """Where another participant was recorded by a clock ten minutes ahead, a command that recorded nothing
    still stands after what its own stream held by then."""
    record = recording(tmp_path)
    record.trial.hear(SECOND, register_body("2026-01-05"), JANUARY + timedelta(minutes=10))
    record.trial.hear(FIRST, register_body("2026-01-05"), JANUARY)
    record.trial.hear(FIRST, register_body("2026-01-05"), JANUARY + timedelta(minutes=1))
    assert different(record.history()) == []


def _a_day_longer(before: Callable[..., Any]) -> Callable[..., Any]:
    def window(*rule: Any) -> Any:
        opens, target, closes = before(*rule)
        return opens, target, closes + timedelta(days=1)

    return window


def _refusing(item: str) -> Callable[..., Any]:
    def deciding(state: State, command: Command, *rest: Any) -> Any:
        if isinstance(command, RecordItem) and command.item == item:
            raise Refused(Code.OUT_OF_ORDER, "not any more")
        return decide(state, command, *rest)

    return deciding


def _bytes(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
