"""The command line on the real thing: a Temporal server, a worker process, a store, and people typing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from settings import ROOT
from tests.console.conftest import Said, Terminal

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ZONE = ZoneInfo("Asia/Shanghai")


class Place:
    """A store and a worker at a server, and a terminal to type in."""

    def __init__(self, home: Path, temporal_address: str) -> None:
        queue = f"live-{uuid.uuid4().hex[:8]}"
        self._environment = {
            "DAYZERO_HOME": str(home),
            "DAYZERO_TEMPORAL_ADDRESS": temporal_address,
            "DAYZERO_TASK_QUEUE": queue,
            "DAYZERO_DEPLOYMENT_NAME": queue,
            "DAYZERO_ACTOR": "coordinator-1",
        }
        self._log = home / "worker.log"
        self.worker: subprocess.Popen[bytes] | None = None

    def __call__(self, *words: str) -> Said:
        """Type one command line, now."""
        return Terminal(self._environment, at=None)(*words)

    def as_process(self, *words: str) -> subprocess.Popen[bytes]:
        """Type one command line as a process of its own, as people do."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DAYZERO_")}
        environment = {**clean, **self._environment, "PYTHONTZPATH": ""}
        with self._log.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "console", *words],
                cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def start_worker(self) -> None:
        """A worker as `dayzero worker` runs it; returns once the doctor sees it on every queue."""
        self.worker = self.as_process("worker")
        until = time.monotonic() + 90
        seen: list[str] = []
        while seen != ["ok", "ok", "ok"]:
            assert time.monotonic() < until, self._log.read_text(encoding="utf-8")
            time.sleep(0.3)
            findings = self("doctor", "--json").data
            seen = [each["health"] for each in findings if each["part"].startswith("worker")]

    def stop_worker(self) -> int:
        """Ask the worker to end; its exit code."""
        assert self.worker is not None
        if self.worker.poll() is None:
            self.worker.send_signal(signal.SIGTERM)
        return self.worker.wait(60)


@pytest.fixture(scope="module")
def place(temporal_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The first trial, published by the command line, with a worker at work."""
    place = Place(tmp_path_factory.mktemp("live"), temporal_address)
    assert place("migrate").code == 0
    assert place("publish", "NCT06642025", "--site", "demo").code == 0
    place.start_worker()
    try:
        yield place
    finally:
        place.stop_worker()


@pytest.fixture(scope="module")
def screened(place: Place) -> str:
    """Somebody in screening since yesterday."""
    person = code()
    said = place("enroll", person, "--on", site_day(1), "--age", "54", "--simulated")
    assert said.code == 0, said.err
    return person


def code() -> str:
    """The code of somebody new."""
    return f"L-{uuid.uuid4().hex[:8].upper()}"


def site_day(days_ago: int) -> str:
    """A day so long ago, as the site counts days."""
    return (datetime.now(ZONE) - timedelta(days=days_ago)).date().isoformat()


def test_enrolment_is_recorded_once(place: Place) -> None:
    """The same id gives the same outcome; with other facts it is refused, and so is another id (INV-2, 3)."""
    person = code()
    words = ["enroll", person, "--on", site_day(2), "--age", "54", "--id", f"{person}-consent", "--json"]
    first = place(*words)
    assert first.code == 0, first.err
    assert first.data["events"][:2] == ["participant.registered", "milestone.reached"]
    second = place(*words)
    assert second.code == 0, second.err
    assert second.data["version"] == first.data["version"]
    other = place(*(word.replace("54", "55") for word in words))
    assert other.code == 1
    assert other.data["code"] == "command-reused"
    again = place("enroll", person, "--on", site_day(3), "--age", "54")
    assert again.code == 1
    assert "refused [already-registered]" in again.err
    assert place("status", person, "--json").data["version"] == first.data["version"]


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("record {person} D28 --on {today}", "out-of-order"),
        ("record {person} infusion --on {today}", "out-of-order"),
        ("record {person} D29 --on {today}", "unknown-item"),
        ("record {person} enrolment --on 2199-01-01", "future-time"),
        ("progression {person} --on 1999-01-01", "before-anchor"),
        ("record {person} enrolment --at {today}T09:00", "malformed"),
        ("record {person} enrolment --on yesterday", "malformed"),
        ("record {person} enrolment --on {today}", "gate-closed"),
        ("result {person} hb 92 --unit mg", "unknown-unit"),
        ("sign {person} eligibility --yes --role investigator", "gate-closed"),
        ("sign {person} nonsense --yes", "gate-unknown"),
        ("correct {person} enrolment --retract --reason x", "nothing-to-correct"),
        ("ack {person}/D28/overdue", "unknown-alert"),
        ("snooze {person}/D28/overdue --until {today} --reason x", "malformed"),
        ("excuse {person} D28 --reason bell\x07", "malformed"),
        (f"excuse {{person}} D28 --reason {'long' * 200}", "malformed"),
        ("unscheduled NOBODY-1 --on {today} --reason x", "unknown-participant"),
        ("enroll TOO-YOUNG --on {today} --age 17", "not-eligible"),
        ("enroll TOO-OLD --on {today} --age 71", "not-eligible"),
    ],
)
def test_what_cannot_be_is_refused(place: Place, screened: str, words: str, refusal: str) -> None:
    """A refusal ends with 1 and one line, changes nothing, and stays on the trail (INV-15, INV-21)."""
    typed = words.format(person=screened, today=site_day(0)).split()
    before = place("status", screened, "--json").data["version"]
    said = place(*typed)
    assert said.code == 1, said
    assert said.out == ""
    assert said.err.startswith(f"refused [{refusal}]: ")
    assert len(said.err.splitlines()) == 1
    trail = place("commands", typed[1].partition("/")[0], "--refused", "--limit", "1", "--json").data
    assert trail[0]["code"] == refusal
    assert place("status", screened, "--json").data["version"] == before


def test_an_alert_is_answered_and_explained(place: Place) -> None:
    """A consent entered a month late alerts at once; an answer stops the check; the date is explained."""
    person = code()
    alert = f"{person}/enrolment/overdue"
    said = place("enroll", person, "--on", site_day(40), "--age", "54")
    assert said.code == 0, said.err
    assert f"open alerts: {alert}" in said.out
    assert place("status", person, "--check").code == 3
    answered = place("ack", alert, "--json")
    assert answered.code == 0, answered.err
    assert answered.data["events"] == ["alert.acknowledged"]
    assert place("status", person, "--check").code == 0
    [shown] = place("alerts", "--participant", person, "--json").data
    assert (shown["status"], shown["held_by"]) == ("acknowledged", "coordinator-1")
    assert "refused [already-acknowledged]" in place("ack", alert).err
    why = place("explain", person, "enrolment", "--json").data
    assert why["anchor_on"] == site_day(40)
    assert why["touches"][-1]["type"] == "alert.raised"


def test_what_is_written_is_what_the_next_look_shows(place: Place) -> None:
    """An appointment, a correction and an end are on the next `status` (INV-5)."""
    person = code()
    place("enroll", person, "--on", site_day(3), "--age", "54")
    planned = place("plan", person, "enrolment", "--on", site_day(-5))
    assert planned.out.startswith(
        f"{person}: enrolment planned for {site_day(-5)} (appointment planned); version "
    )
    corrected = place("correct", person, "consent", "--on", site_day(4), "--reason", "wrong day entered")
    assert corrected.code == 0, corrected.err
    items = {each["item"]: each for each in place("status", person, "--json").data["items"]}
    assert items["consent"]["happened"] == site_day(4)
    assert items["enrolment"]["appointment"] == site_day(-5)
    ended = place("withdraw", person, "--on", site_day(0), "--reason", "moved away")
    assert ended.code == 0, ended.err
    assert place("status", person, "--json").data["end"] == "withdrawn"


def test_everything_can_be_proven_afterwards(place: Place, screened: str) -> None:
    """The record is sound, every history replays, every open participant has a timeline, all is well."""
    assert screened in place("status").out
    assert place("verify").code == 0
    done = place("rehydrate", "--json").data
    assert done["open"] == done["running"]
    well = place("doctor")
    assert well.code == 0, well.out
    assert place("replay", "--json").data["failures"] == []


def test_a_process_ends_with_the_code_that_was_meant(place: Place, screened: str) -> None:
    """As a process of its own, too, a refusal ends with 1 and a result with 0, each time."""
    for _ in range(3):
        assert place.as_process("ack", f"{screened}/D28/overdue").wait(60) == 1
        assert place.as_process("result", screened, "plt", "58", "--unit", "10^9/L").wait(60) == 0


def test_a_server_without_a_worker_leaves_the_outcome_unknown(place: Place) -> None:
    """Without a worker a command ends with 6 and the id to ask again with; that records it once (INV-2)."""
    person = code()
    words = ["enroll", person, "--on", site_day(1), "--age", "54", "--id", f"{person}-late", "--json"]
    assert place.stop_worker() == 0
    said = place(*words)
    assert said.code == 6
    assert said.data["outcome"] == "unknown"
    assert f"--id {person}-late" in said.err
    place.start_worker()
    again = place(*words)
    assert again.code == 0, again.err
    assert [each["command_id"] for each in place("commands", person, "--json").data] == [f"{person}-late"]
