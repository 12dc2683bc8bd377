"""The command line on the real thing: a Temporal server, a worker process, a store, and people typing."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.console.place import Place

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ZONE = ZoneInfo("Asia/Shanghai")


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
    other = place(*("55" if word == "54" else word for word in words))
    assert other.code == 1
    assert other.data["code"] == "command-reused"
    again = place("enroll", person, "--on", site_day(3), "--age", "54")
    assert again.code == 1
    assert "refused [already-registered]" in again.err
    same = place("enroll", person, "--on", site_day(2), "--age", "54", "--json")
    assert (same.code, same.data["events"]) == (0, [])
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


def test_results_typed_together_are_recorded_one_by_one(place: Place) -> None:
    """The refused one ends it; with the same id the rest is recorded and nothing twice (INV-2)."""
    person = code()
    place("enroll", person, "--on", site_day(2), "--age", "54")
    wrong = place("results", person, "ecog=1", "hb=92 mg", "spo2=97", "--id", "ward-1", "--on", site_day(1))
    assert wrong.code == 1
    assert "refused [unknown-unit]" in wrong.err
    assert wrong.err.rstrip().endswith("recorded before it: ecog; ask again with --id ward-1")
    again = place("results", person, "ecog=1", "spo2=97", "--id", "ward-1", "--on", site_day(1), "--json")
    assert again.code == 0, again.err
    assert [each["command_id"] for each in again.data] == ["ward-1/ecog", "ward-1/spo2"]
    trail = place("timeline", person, "--json").data["events"]
    assert [each["says"] for each in trail if each["type"] == "result.recorded"][1:] == [
        f"result recorded: ecog 1 ({site_day(1)})",
        f"result recorded: spo2 97 ({site_day(1)})",
    ]


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
    assert place("rehydrate", "--dry-run").lines[-1].endswith(" 0 do not run; nothing was started")
    done = place("rehydrate", "--json").data
    assert done["open"] == done["running"]
    well = place("doctor")
    assert well.code == 0, well.out
    done = place("replay", "--json").data
    assert done["failures"] == []
    kept = place.last_replay()
    assert kept is not None
    assert (kept.histories, kept.streams, kept.failures) == (done["histories"], done["streams"], 0)


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
