"""Several commands taken as one: all on the record, or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.orders import DeskOrder, DeskOutcome
from activities.together import hear_together
from domain.recorded import STUDY_SUBJECT
from tests.activities.test_study_hearing import sound
from tests.support.trial import COORDINATOR, STUDY, Trial, open_trial

NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
FIRST, SECOND = "EX02-001", "EX02-002"


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    """Two participants in screening."""
    opened = open_trial(f"sqlite:///{tmp_path}/dayzero.sqlite3")
    for participant in (FIRST, SECOND):
        assert opened.register(participant, NOON).refused is None
    yield opened
    opened.store.close()


def plan(subject: str, item: str = "leukapheresis", day: str = "2026-01-20") -> dict[str, Any]:
    """A part: an appointment."""
    return {"subject": subject, "command": {"kind": "plan_item", "item": item, "appointment": day}}


def ask(trial: Trial, *parts: dict[str, Any], command_id: str = "one", **more: Any) -> DeskOutcome:
    """Several commands asked of the study, looked at as the record is now."""
    body = {"kind": "apply_together", "actor": COORDINATOR, "seen": versions(trial), "parts": list(parts)}
    order = DeskOrder(STUDY, STUDY_SUBJECT, command_id, body | more, LATER.isoformat())
    return hear_together(trial.store, trial.hearing, order)


def versions(trial: Trial) -> dict[str, int]:
    """How long each stream is."""
    with trial.store.reading() as reading:
        people = {each.participant: each.version for each in reading.participants(STUDY)}
        return people | {STUDY_SUBJECT: reading.head(f"study/{STUDY}").version}


def test_all_of_them_are_recorded_in_one_transaction(trial: Trial) -> None:
    """Each command is on its own stream under an id of its own, and the whole is on the trail."""
    outcome = ask(trial, plan(FIRST), plan(SECOND))
    assert (outcome.refused, outcome.events) == (None, ["appointment.planned", "appointment.planned"])
    with trial.store.reading() as reading:
        known = {each.command_id: each.events for each in reading.commands(limit=3)}
        assert known == {"one": (), "one/1": ("appointment.planned",), "one/2": ("appointment.planned",)}
    sound(trial)


def test_none_is_recorded_when_one_is_refused(trial: Trial) -> None:
    """INV-2: the streams are as before, the refusal says which command and why, and the try is kept."""
    before = versions(trial)
    outcome = ask(trial, plan(FIRST), plan(SECOND, item="nowhere"))
    assert outcome.refused == "unknown-item"
    assert outcome.text.startswith("command 2 (plan_item of EX02-002): ")
    assert versions(trial) == before
    with trial.store.reading() as reading:
        assert [(each.command_id, each.code) for each in reading.commands(refused_only=True)] == [
            ("one", "unknown-item")
        ]
    sound(trial)


def test_what_was_shown_is_what_is_applied(trial: Trial) -> None:
    """If a stream has moved since, nothing is recorded and the refusal says whose has."""
    seen = versions(trial)
    body = plan(SECOND)["command"] | {"actor": COORDINATOR}
    assert trial.hear(SECOND, body, NOON + timedelta(minutes=1)).refused is None
    before = versions(trial)
    outcome = ask(trial, plan(FIRST), plan(SECOND, day="2026-01-21"), seen=seen)
    assert outcome.refused == "record-moved"
    assert outcome.text.startswith(f"{SECOND} is at version ")
    assert versions(trial) == before


def test_asked_twice_they_are_recorded_once(trial: Trial) -> None:
    """INV-4: the same id gives the first outcome, recorded or refused; for another body it is refused."""
    body: dict[str, Any] = {"seen": versions(trial)}
    first = ask(trial, plan(FIRST), **body)
    after = versions(trial)
    again = ask(trial, plan(FIRST), **body)
    assert (first.refused, again.refused, again.repeated) == (None, None, True)
    assert ask(trial, plan(SECOND), **body).refused == "command-reused"
    assert versions(trial) == after
    no = ask(trial, plan(FIRST, item="nowhere"), command_id="two")
    assert ask(trial, plan(FIRST, item="nowhere"), command_id="two").text == no.text


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"parts": []}, "parts: "),
        ({"parts": [plan("EX02-009")]}, "seen: it lacks EX02-009"),
        ({"parts": [{"subject": FIRST, "command": {"kind": "bind_identity"}}]}, "is given by itself"),
        ({"parts": [{"subject": FIRST, "command": {"kind": "apply_together"}}]}, "is given by itself"),
        ({"parts": [{"subject": FIRST, "command": {"kind": "sign_gate"}}]}, "is given by itself"),
        ({"parts": [{"subject": FIRST, "command": {"actor": COORDINATOR}}]}, "the actor is stated once"),
        ({"seen": {FIRST: -1}}, f"seen.{FIRST}: "),
        ({"surprise": 1}, "surprise: "),
        ({"actor": {"id": "A person", "role": "coordinator"}}, "actor.id: "),
    ],
)
def test_what_is_no_such_command_is_refused_in_words(trial: Trial, more: dict[str, Any], says: str) -> None:
    """Whatever is wrong is said with its place, and nothing is recorded but the attempt."""
    before = versions(trial)
    outcome = ask(trial, **{"parts": [plan(FIRST)], **more})
    assert outcome.refused == "malformed"
    assert says in outcome.text
    assert versions(trial) == before
