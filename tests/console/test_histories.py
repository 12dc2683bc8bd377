"""Histories as files: taken once, taken up again, replayed in parallel, and placed where they part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.histories import NoHistory, history_files, read_history
from console.replaying import replay_files
from tests.console.test_proof import _STRANGE
from tests.make_histories import HISTORIES

DEADLINES = HISTORIES / "deadlines-1.json"


def test_a_history_that_parts_from_the_code_is_placed(tmp_path: Path) -> None:
    """A wrong activity names the workflow, the event and the line of ours that gave the other order."""
    told = json.loads(DEADLINES.read_text(encoding="utf-8"))
    scheduled = [each for each in told["events"] if each["eventType"] == "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"]
    scheduled[1]["activityTaskScheduledEventAttributes"]["activityType"]["name"] = "something.else"
    (tmp_path / "parted.json").write_text(json.dumps(told), encoding="utf-8")
    deployed, watched = replay_files([tmp_path / "parted.json"], {}, 1).failures
    assert deployed.what == "parted, as deployed"
    assert deployed.event == f"{scheduled[1]['eventId']} ActivityTaskScheduled"
    assert "something.else" in deployed.why
    assert deployed.code is not None
    file, _, line = deployed.code.partition(":")
    assert (file, line.isdecimal()) == ("workflows/deliveries.py", True)
    assert (watched.event, watched.code) == (deployed.event, deployed.code)


def test_an_event_that_nothing_ordered_is_named(tmp_path: Path) -> None:
    """A timer that the code never set is the event that does not fit."""
    (tmp_path / "strange.json").write_text(_STRANGE, encoding="utf-8")
    failure = replay_files([tmp_path / "strange.json"], {}, 1).failures[0]
    assert failure.event == "5 TimerStarted"


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda text: text[: len(text) // 2], "no workflow history"),
        (lambda _: '{"events": []}', "event 1 is missing"),
        (lambda _: '["foreign"]', "no workflow history"),
        (lambda _: "\x00", "no workflow history"),
    ],
)
def test_what_is_no_history_is_named(tmp_path: Path, damage: object, says: str) -> None:
    """A truncated or foreign file fails by its name."""
    assert callable(damage)
    (tmp_path / "broken.json").write_text(damage(DEADLINES.read_text(encoding="utf-8")), encoding="utf-8")
    [failure] = replay_files(history_files(tmp_path), {}, 1).failures
    assert failure.what == "broken.json"
    assert says in failure.why


def test_a_history_in_another_order_is_refused(tmp_path: Path) -> None:
    """Two events that changed places are seen before anything is replayed."""
    told = json.loads(DEADLINES.read_text(encoding="utf-8"))
    told["events"][4], told["events"][5] = told["events"][5], told["events"][4]
    (tmp_path / "turned.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(NoHistory, match=r"turned.json: event 5 is missing or not in its place"):
        read_history(tmp_path / "turned.json")


def test_many_are_looked_at_in_several_processes(tmp_path: Path) -> None:
    """Two processes find what one finds, in the same order: here, that none of them is a history."""
    for number in range(60):
        (tmp_path / f"broken-{number:02}.json").write_text(f"{{{number}", encoding="utf-8")
    files = history_files(tmp_path)
    both = replay_files(files, {}, 2)
    assert both == replay_files(files, {}, 1)
    assert [each.what for each in both.failures] == [each.name for each in files]
