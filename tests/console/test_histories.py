"""Histories as files: replayed in parallel, placed where they part, and named where they are none."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from temporalio.api.common.v1 import Payload

from console.histories import NoHistory, history_files, read_history
from console.replay_batches import replay_batch
from console.replaying import replay_files
from tests.console.terminal import Terminal
from tests.console.test_proof import _STRANGE
from tests.make_histories import HISTORIES
from workflows.codec import SealedPayloads

DEADLINES = HISTORIES / "deadlines-1.json"
WAYS = ("as deployed", "domain watched")
KEYS = {"k1": bytes(range(32))}

Events = list[dict[str, Any]]


def told() -> dict[str, Any]:
    """A whole history, to be damaged."""
    read: dict[str, Any] = json.loads(DEADLINES.read_text(encoding="utf-8"))
    return read


def parted() -> str:
    """A history in which an activity has another name than the code gives it."""
    history = told()
    _scheduled(history)[1]["activityTaskScheduledEventAttributes"]["activityType"]["name"] = "something.else"
    return json.dumps(history)


def test_a_history_that_parts_from_the_code_is_placed(tmp_path: Path) -> None:
    """A wrong activity names the workflow, the event and the line of ours that gave the other order."""
    (tmp_path / "parted.json").write_text(parted(), encoding="utf-8")
    deployed, watched = replay_files([tmp_path / "parted.json"], {}, 1).failures
    assert deployed.what == "parted, as deployed"
    assert deployed.event == f"{_scheduled(told())[1]['eventId']} ActivityTaskScheduled"
    assert "something.else" in deployed.why
    assert deployed.code is not None
    file, _, line = deployed.code.partition(":")
    assert (file, line.isdecimal()) == ("workflows/deliveries.py", True)
    assert (watched.event, watched.code) == (deployed.event, deployed.code)


def test_the_histories_around_a_broken_one_are_replayed(tmp_path: Path) -> None:
    """One that parts, one of a run that has only been asked for, whole ones and a cut one in one folder: each
    gets its own verdict, whatever stands before it."""
    whole = DEADLINES.read_text(encoding="utf-8")
    strange = json.loads(_STRANGE)
    asked = json.dumps({"events": strange["events"][:1]})
    texts = {"a-parted": parted(), "b-whole": whole, "c-cut": whole[:-9], "d-asked": asked}
    for name, text in {**texts, "e-strange": _STRANGE, "f-whole": whole}.items():
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    failures = replay_files(history_files(tmp_path), {}, 1).failures
    assert sorted(each.what for each in failures) == sorted(
        ["c-cut.json", *(f"{name}, {way}" for name in ("a-parted", "e-strange") for way in WAYS)]
    )
    timers = [each.event for each in failures if each.what.startswith("e-strange")]
    assert timers == ["5 TimerStarted"] * 2


def _other_type(events: Events) -> None:
    events[0]["workflowExecutionStartedEventAttributes"]["workflowType"]["name"] = "Foreign"


def _headless(events: Events) -> None:
    del events[0]
    _numbered(events)


def _swapped(events: Events) -> None:
    events[4], events[5] = events[5], events[4]


def _swapped_and_numbered(events: Events) -> None:
    events[1], events[2] = events[2], events[1]
    _numbered(events)


def _holed(events: Events) -> None:
    del events[9]


def _untyped(events: Events) -> None:
    del events[3]["eventType"]


def _mixed(events: Events) -> None:
    events[3]["eventType"] = "EVENT_TYPE_TIMER_STARTED"


def _unnumbered(events: Events) -> None:
    events[3]["eventId"] = "x"


def _ended_before(events: Events) -> None:
    events[6] = {
        "eventId": "7", "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED",
        "workflowExecutionCompletedEventAttributes": {"workflowTaskCompletedEventId": "4"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (_other_type, "it is a run of 'Foreign', which is none of ours"),
        (_headless, "it begins with event 1 WorkflowTaskScheduled"),
        (_swapped, "event 5 is missing or not in its place"),
        (_swapped_and_numbered, "event 2 WorkflowTaskStarted follows event 2, which is not before it"),
        (_holed, "event 10 is missing or not in its place"),
        (_untyped, "event 4 has no type or no content that is known here"),
        (_mixed, "event 4 TimerStarted has the content of another type"),
        (_unnumbered, "no workflow history"),
        (_ended_before, "event 7 WorkflowExecutionCompleted ends the run, and others follow it"),
    ],
)
def test_what_no_server_can_have_said_is_named(
    tmp_path: Path, damage: Callable[[Events], None], says: str
) -> None:
    """A foreign or reordered history is refused before it is replayed, by file, event and fault."""
    history = told()
    damage(history["events"])
    (tmp_path / "odd.json").write_text(json.dumps(history), encoding="utf-8")
    with pytest.raises(NoHistory) as refused:
        read_history(tmp_path / "odd.json")
    assert str(refused.value).startswith("odd.json: ")
    assert says in str(refused.value)


def test_every_file_that_is_no_history_is_named(dayzero: Terminal, tmp_path: Path) -> None:
    """Cut, empty, binary, nested without end, another text, a folder: `replay --directory` ends with 4, names
    each once, and still says that the whole one was replayed."""
    folder, whole = tmp_path / "histories", DEADLINES.read_bytes()
    folder.mkdir()
    (folder / "folder.json").mkdir()
    broken = {
        "binary": bytes(range(256)), "cut": whole[: len(whole) // 2], "deep": b"[" * 100_000, "empty": b"",
        "foreign": b'["foreign"]', "number": b"5", "nothing": b'{"events": []}',
        "numbers": b'{"events": [5]}', "other-encoding": whole.decode().encode("utf-16"),
    }  # fmt: skip
    for name, content in {**broken, "whole": whole}.items():
        (folder / f"{name}.json").write_bytes(content)
    said = dayzero("replay", "--directory", str(folder), "--json")
    assert said.code == 4
    named = [each["what"] for each in said.data["failures"]]
    assert sorted(named) == sorted(f"{name}.json" for name in [*broken, "folder"])
    assert said.data["histories"] == len(named) + 1


def test_the_end_of_an_ended_run_is_missed(tmp_path: Path) -> None:
    """A file that says its run has ended, and ends before that, is cut off; of a running one it is whole."""
    history = told()
    del history["events"][20:]
    for state in ("closed", "open"):
        (tmp_path / f"p%2F1~run~{state}.json").write_text(json.dumps(history), encoding="utf-8")
    assert len(read_history(tmp_path / "p%2F1~run~open.json").events) == 20
    with pytest.raises(NoHistory, match="it is cut off: the run has ended, and the last event here is 20"):
        read_history(tmp_path / "p%2F1~run~closed.json")


def test_encrypted_histories_want_their_key(tmp_path: Path) -> None:
    """With the key they replay; without any, or with another one, the failure names the key."""
    (tmp_path / "sealed.json").write_text(json.dumps(_sealed(told())), encoding="utf-8")
    files = [tmp_path / "sealed.json"]
    assert replay_batch(files, KEYS) == []
    for keys in ({}, {"k2": bytes(32)}):
        failures = replay_batch(files, keys)
        assert [each.what for each in failures] == [f"sealed, {way}" for way in WAYS]
        assert all("k1" in each.why for each in failures)


def test_a_replay_that_does_not_end_is_named(tmp_path: Path) -> None:
    """One that waits for ever is given up and named, both ways, and the next is looked at."""
    os.mkfifo(tmp_path / "held.json")
    (tmp_path / "nothing.json").touch()
    with ThreadPoolExecutor() as aside:
        found = aside.submit(lambda: replay_batch(history_files(tmp_path), {}, patience_seconds=1))
        for _ in WAYS:
            os.close(_opened_by_its_reader(tmp_path / "held.json", then=_wait_for_its_end))
    why = "its replay did not end within 1 s"
    assert [each.what for each in found.result()] == [
        "held.json, as deployed",
        "nothing.json",
        "held.json, domain watched",
    ]
    assert [each.why for each in found.result() if "held" in each.what] == [why, why]


def test_a_replay_that_ends_the_process_is_named(tmp_path: Path) -> None:
    """One over which the process dies is named with how it died, and the next is looked at."""
    os.mkfifo(tmp_path / "deadly.json")
    (tmp_path / "nothing.json").touch()
    with ThreadPoolExecutor() as aside:
        found = aside.submit(lambda: replay_batch(history_files(tmp_path), {}))
        for _ in WAYS:
            os.close(_opened_by_its_reader(tmp_path / "deadly.json", then=_kill))
    assert len(found.result()) == 3
    assert [each.why for each in found.result() if "deadly" in each.what] == [
        "its replay ended the whole process (-9)"
    ] * 2


def test_many_are_looked_at_in_several_processes(tmp_path: Path) -> None:
    """Two processes find what one finds, in the same order: here, that none of them is a history."""
    for number in range(60):
        (tmp_path / f"broken-{number:02}.json").write_text(f"{{{number}", encoding="utf-8")
    files = history_files(tmp_path)
    both = replay_files(files, {}, 2)
    assert both == replay_files(files, {}, 1)
    assert [each.what for each in both.failures] == [each.name for each in files]


def _scheduled(history: dict[str, Any]) -> Events:
    kind = "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"
    return [each for each in history["events"] if each["eventType"] == kind]


def _numbered(events: Events) -> None:
    for number, event in enumerate(events, start=1):
        event["eventId"] = str(number)


_PLAIN = ("searchAttributes", "data")
"""What the server, and the core in a local activity's marker, read themselves."""


def _sealed(part: Any) -> Any:
    """The same with every payload encrypted, as a worker with a key writes it."""
    if isinstance(part, list):
        return [_sealed(each) for each in part]
    if not isinstance(part, dict):
        return part
    if "metadata" in part and "encoding" in part["metadata"]:
        [sealed] = asyncio.run(SealedPayloads(KEYS).encode([ParseDict(part, Payload())]))
        return MessageToDict(sealed)
    return {name: each if name in _PLAIN else _sealed(each) for name, each in part.items()}


def _opened_by_its_reader(pipe: Path, then: Callable[[], None]) -> int:
    """Wait until a process has opened the pipe to read from it, do something, and keep it open till then."""
    writing = os.open(pipe, os.O_WRONLY)
    then()
    return writing


def _kill() -> None:
    for child in active_children():
        child.kill()
        child.join()


def _wait_for_its_end() -> None:
    for child in active_children():
        child.join()
