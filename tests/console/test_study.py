"""`study`: the study as a whole, shown and conducted from the command line."""

from __future__ import annotations

from tests.console.place import Place
from tests.console.terminal import Terminal


def test_the_study_is_shown_as_a_whole(dayzero: Terminal) -> None:
    """Places, who is in the DLT window and when the stagger allows the next, in words and as data."""
    said = dayzero("study", "show")
    assert said.code == 0
    assert "recruitment open" in said.out
    assert "of 9 places taken" in said.out
    assert "P-001 is in the DLT window until" in said.out
    data = dayzero("study", "show", "--json").data
    assert [each["participant"] for each in data["in_dlt_window"]] == ["P-001"]
    assert data["next_allowed"] is not None
    assert data["holds"] == []


def test_lifting_what_is_not_there_is_asked_of_the_desk(dayzero: Terminal) -> None:
    """Without a server the answer is that there is none, not that there is no such hold."""
    said = dayzero("study", "lift", "hold-9", "--reason", "reviewed")
    assert said.code == 5


def test_a_hold_is_placed_shown_acknowledged_and_lifted(place: Place) -> None:
    """By a real worker: the alert of the study is listed and answered like any other, the lift is signed."""
    held = place("study", "hold", "--reason", "an event elsewhere", "--role", "sponsor", "--json").data
    assert held["alerts"] == ["study/hold-1/on_hold"]
    assert place("ack", "study/hold-1/on_hold", "--role", "investigator").code == 0
    shown = place("alerts", "study/hold-1/on_hold", "--json").data
    assert (shown["participant"], shown["kind"], shown["status"]) == ("study", "on_hold", "acknowledged")
    wrong = place("study", "lift", "hold-1", "--reason", "reviewed", "--yes")
    assert wrong.code == 1
    assert "signed by the sponsor" in wrong.err
    unseen = place("study", "lift", "hold-1", "--reason", "reviewed", "--role", "sponsor")
    assert unseen.code == 2
    lifted = place("study", "lift", "hold-1", "--reason", "reviewed", "--role", "sponsor", "--yes", "--json")
    assert (lifted.code, lifted.data["alerts"]) == (0, [])
    assert place("verify").code == 0
