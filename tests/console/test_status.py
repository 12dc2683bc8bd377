"""`status` and `today`: what is shown is what stands, and what waits comes first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.rulebook import Rulebook
from console.reading import StudyLook
from console.record import record_of
from domain.plan import whole_plan
from domain.standing import sight_of, standing
from store import open_store
from tests.console.seeding import STUDY, told_trial
from tests.console.terminal import Terminal, terminal
from tests.support.trial import COORDINATOR, open_trial

MOMENTS = ["2026-01-01", "2026-01-12", "2026-02-10", "2026-02-28", "2026-03-06", "2026-08-11", "2041-06-01"]


def test_status_lists_every_participant(dayzero: Terminal) -> None:
    """Each participant has a line with stage, next deadline and open alerts, in the site's zone."""
    said = dayzero("status")
    assert said.code == 0
    first, second, third = said.lines[1:4]
    assert "P-001" in first
    assert "Infused" in first
    assert "2026-03-09 08:00  D21 overdue: rung 2 of 3" in first
    assert "Screening" in second
    assert "withdrawn" in third
    assert "times in Asia/Shanghai" in said.out


def test_status_says_that_data_is_simulated(dayzero: Terminal) -> None:
    """A list with a simulated participant says so, in words and per participant."""
    assert "SIMULATED DATA" in dayzero("status").out
    assert "SIMULATED DATA" in dayzero("status", "P-001").out
    assert "SIMULATED" not in dayzero("status", "P-002").out


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_item_stands_the_same_everywhere(told: Path, moment: str) -> None:
    """What lists show of an item is what the domain says of the participant's own stream (INV-5)."""
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    store = open_store(f"sqlite:///{told}")
    try:
        with store.reading() as reading:
            look = StudyLook(reading, Rulebook(), STUDY, now)
            for person in ("P-001", "P-002", "P-003"):
                state = record_of(look, person).state
                plan = whole_plan(state)
                expected = {
                    code: standing(sight_of(state, item, plan.get(code)), now).value
                    for code, item in state.protocol.items.items()
                }
                assert {each.item: each.standing for each in look.items(person)} == expected
    finally:
        store.close()


def test_one_participant_is_shown_in_full(dayzero: Terminal) -> None:
    """`status PARTICIPANT` has every item with its window and standing, the gates ahead and open alerts."""
    out = dayzero("status", "P-001").out
    assert "D21" in out
    assert "overdue" in out
    assert "2026-03-01 … 2026-03-05" in out
    assert "P-001/D21/overdue" in out
    ahead = dayzero("status", "P-002").out
    assert "gate eligibility before enrolment: the investigator has not signed" in ahead


def test_check_fails_while_something_overdue_is_unanswered(dayzero: Terminal) -> None:
    """`status --check` ends with 3 and names the item; without it the same look ends with 0."""
    said = dayzero("status", "--check")
    assert said.code == 3
    assert said.err.strip() == "overdue and unanswered: P-001 D21"
    assert dayzero("status").code == 0
    assert dayzero("status", "P-002", "--check").code == 0


def test_check_needs_no_worker_to_see_what_is_overdue(told: Path, tmp_path: Path) -> None:
    """An item past its window counts as overdue before any alert was raised for it (INV-8)."""
    late = terminal(told, tmp_path)
    said = Terminal(late.environment, at="2026-03-20T00:00:00+08:00")("status", "--check")
    assert said.code == 3
    assert "P-001 D28" in said.err


def test_check_is_content_once_somebody_answered(own_dayzero: Terminal, own_store: Path) -> None:
    """An acknowledged alert is no longer a reason to call anybody."""
    trial = open_trial(f"sqlite:///{own_store}")
    body = {
        "kind": "acknowledge_alert",
        "alert": "P-001/D21/overdue",
        "actor": {"id": "coordinator-1", "role": "coordinator", "method": "cli"},
    }
    outcome = trial.hear("P-001", body, datetime(2026, 3, 6, 7, tzinfo=UTC))
    trial.store.close()
    assert outcome.refused is None, outcome.text
    assert own_dayzero("status", "--check").code == 0
    assert "acknowledged: coordinator-1" in own_dayzero("today").out


def test_labels_and_words_come_in_chinese(dayzero: Terminal) -> None:
    """`--lang zh-CN` shows the protocol's own Chinese labels and Chinese words for how items stand."""
    out = dayzero("status", "P-001", "--lang", "zh-CN").out
    assert "第21天访视" in out
    assert "逾期" in out
    assert "模拟数据" in out


def test_unknown_participant_is_refused_in_one_line(dayzero: Terminal) -> None:
    """Who is not there is said with a code, on stderr."""
    said = dayzero("status", "P-999")
    assert said.code == 1
    assert said.out == ""
    assert said.err.strip() == f"refused [unknown-participant]: there is no participant 'P-999' in {STUDY}"


def test_today_puts_what_must_be_answered_first(dayzero: Terminal) -> None:
    """Alerts to answer stand before open windows, open windows before those that open next."""
    out = dayzero("today").out
    places = [out.index(heading) for heading in ("To answer (1)", "Windows open now (1)", "Opening next (1)")]
    assert places == sorted(places)
    assert out.index("P-001/D21/overdue") < out.index("Windows open now")


def test_today_orders_windows_by_days_left(dayzero: Terminal) -> None:
    """The window with the fewest days left comes first, and an item stands in one list only."""
    work = Terminal(dayzero.environment, at="2026-03-07T09:00:00+08:00")("today", "--json").data
    windows = [
        (each["participant"], each["item"]["item"], each["item"]["days_left"]) for each in work["windows"]
    ]
    assert windows == [("P-001", "D28", 6), ("P-002", "enrolment", 18)]
    alerted = [(each["participant"], each["item"]) for each in work["unanswered"]]
    assert alerted == [("P-001", "D21")]


def test_today_looks_as_far_ahead_as_it_is_told(dayzero: Terminal) -> None:
    """`--days` decides which openings are listed."""
    near = dayzero("today", "--days", "0", "--json").data["opening"]
    far = dayzero("today", "--days", "60", "--json").data["opening"]
    assert near == []
    assert [each["item"]["item"] for each in far] == ["D28", "D60", "D90"]


def test_an_empty_study_says_how_to_begin(tmp_path: Path) -> None:
    """Without participants, `today` and `status` say so, and `today` names the verb that begins."""
    open_trial(f"sqlite:///{tmp_path / 'empty.sqlite3'}").store.close()
    empty = terminal(tmp_path / "empty.sqlite3", tmp_path)
    assert "dayzero enroll" in empty("today").out
    assert "no participants yet" in empty("status").out
    assert empty("status", "--json").data == []


def test_a_day_without_work_says_what_comes_next(tmp_path: Path) -> None:
    """With nothing to do, the next deadline of all is named, with its zone."""
    told_trial(tmp_path, people="P-001", until="2026-02-25T09:00+08:00")
    quiet = Terminal(terminal(tmp_path / "dayzero.sqlite3", tmp_path).environment, at="2026-02-25T01:00Z")
    out = quiet("today", "--days", "1").out
    assert "nothing waits for anybody, and no window opens within 1 days" in out
    assert "next: P-001, D21 due soon" in out
    assert "(Asia/Shanghai)" in out


def test_a_study_that_is_over_says_so(tmp_path: Path) -> None:
    """When nobody has a deadline ahead, that is said instead of an empty screen."""
    told_trial(tmp_path, people="P-003")
    assert (
        "all 1 participants have come to their end"
        in terminal(tmp_path / "dayzero.sqlite3", tmp_path)("today").out
    )


def test_an_excused_visit_stays_in_sight(own_dayzero: Terminal, own_store: Path) -> None:
    """It applies no longer, yet list and drawing show it with its reason and its mark."""
    trial = open_trial(f"sqlite:///{own_store}")
    body = {"kind": "excuse_visit", "item": "D60", "reason": "abroad", "actor": COORDINATOR}
    assert trial.hear("P-001", body, datetime(2026, 3, 6, 6, tzinfo=UTC)).refused is None
    trial.store.close()
    [shown] = [line for line in own_dayzero("status", "P-001").lines if line.startswith("D60 ")]
    assert "not applicable" in shown
    assert "excused: abroad" in shown
    [drawn] = [line for line in own_dayzero("timeline", "P-001").lines if line.startswith("D60 ")]
    assert "○" in drawn
