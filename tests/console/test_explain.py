"""`explain`: a date says where it comes from."""

from __future__ import annotations

from tests.console.terminal import Terminal


def test_a_date_is_explained_from_its_anchor_to_its_source(dayzero: Terminal) -> None:
    """Anchor, rule, window in site days and UTC, source, protocol with hash and zone are all named."""
    out = dayzero("explain", "P-001", "D28").out
    assert "2026-03-07 to 2026-03-13, last day included; target 2026-03-10" in out
    assert "2026-03-06T16:00Z until before 2026-03-13T16:00Z" in out
    assert "infusion on 2026-02-10T09:30:00+08:00 (actual)" in out
    assert "infusion + P28D" in out
    assert "Asia/Shanghai" in out
    assert "NCT06642025 1.0, hash " in out


def test_a_team_default_is_shown_as_one(dayzero: Terminal) -> None:
    """A window that the registry does not fix says that it is the team's assumption."""
    assert "team assumption, not of the protocol" in dayzero("explain", "P-001", "D28").out
    assert dayzero("explain", "P-001", "D28", "--json").data["source_kind"] == "assumption"
    assert dayzero("explain", "P-001", "LD2", "--json").data["source_kind"] == "standard"


def test_every_record_that_touched_the_item_is_listed(dayzero: Terminal) -> None:
    """The records behind a date are numbered as the stream numbers them, with who made them."""
    touches = dayzero("explain", "P-001", "D21", "--json").data["touches"]
    kinds = [each["type"] for each in touches]
    assert kinds == ["milestone.reached", "plan.revised", "alert.raised", "alert.raised"]
    assert touches[0]["by"] == "coordinator-1 (coordinator)"
    assert [each["seq"] for each in touches] == sorted(each["seq"] for each in touches)


def test_a_window_that_ends_on_a_holiday_says_that_it_does_not_move(dayzero: Terminal) -> None:
    """A last day that is no working day at the site is noted, and the window stays where it is."""
    why = dayzero("explain", "P-001", "D90", "--json").data
    assert why["last_day"] == "2026-05-18"
    weekend = dayzero("explain", "P-001", "LD3", "--json").data
    assert weekend["last_day"] == "2026-02-07"
    assert any("not a working day" in note for note in weekend["notes"])


def test_an_item_of_another_protocol_is_refused_with_a_hint(dayzero: Terminal) -> None:
    """An unknown code names those that look like it."""
    said = dayzero("explain", "P-001", "D29")
    assert said.code == 1
    assert "refused [unknown-item]" in said.err
    assert "did you mean" in said.err
