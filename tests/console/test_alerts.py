"""`alerts`: which rung each alert is on, and what was sent to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from store import open_store
from tests.console.seeding import STUDY
from tests.console.terminal import Terminal

ALERT = "P-001/D21/overdue"


def test_alerts_show_the_rung(dayzero: Terminal) -> None:
    """The list of open alerts tells the rung reached, of how many, and when the ladder goes on."""
    said = dayzero("alerts")
    assert said.code == 0
    assert f"{ALERT}  Day 21 visit  overdue  1/3" in said.out
    assert "2026-03-09 08:00" in said.out
    [alert] = dayzero("alerts", "--json").data
    assert (alert["alert"], alert["rung"], alert["rungs"], alert["status"]) == (ALERT, 1, 3, "open")
    assert alert["due"] == "2026-03-05T16:00:00Z"


def test_resolved_alerts_are_listed_on_demand(dayzero: Terminal) -> None:
    """`--all` adds the resolved ones with the reason why they were; alone they are not shown."""
    everything = dayzero("alerts", "--all", "--json").data
    resolved = {each["alert"]: each["resolved_why"] for each in everything if each["status"] == "resolved"}
    assert resolved["P-001/D21/due_soon"] == "overdue"
    assert [each["alert"] for each in dayzero("alerts", "--json").data] == [ALERT]


def test_alerts_of_one_participant(dayzero: Terminal) -> None:
    """`--participant` narrows the list, and refuses who is not there rather than show an empty list."""
    assert dayzero("alerts", "--participant", "P-002").out.startswith("no open alerts")
    assert dayzero("alerts", "--participant", "P-009").code == 1


def test_one_alert_shows_its_deliveries(own_dayzero: Terminal, own_store: Path) -> None:
    """`alerts ALERT` lists every notice with contact, channel, tries and outcome."""
    store = open_store(f"sqlite:///{own_store}")
    at = datetime(2026, 3, 6, 1, tzinfo=UTC)
    with store.writing() as tx:
        [notice] = [each for each in tx.notices(STUDY, "P-001") if each.alert == ALERT]
        assert tx.claim(STUDY, notice.notice, at, 60)
        tx.failed(STUDY, notice.notice, at, "connection refused", final=False)
    store.close()
    said = own_dayzero("alerts", ALERT)
    assert "connection refused" in said.out
    [delivery] = own_dayzero("alerts", ALERT, "--json").data["deliveries"]
    assert (delivery["contact"], delivery["channel"]) == ("coordinator-2", "log")
    assert (delivery["status"], delivery["attempts"], delivery["rung"]) == ("owed", 1, 1)


def test_unknown_alert_is_refused(dayzero: Terminal) -> None:
    """An alert that is not there is refused with its code."""
    said = dayzero("alerts", "P-001/D28/overdue")
    assert said.code == 1
    assert "refused [unknown-alert]" in said.err
