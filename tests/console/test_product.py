"""The product on the command line: what is shown, and what a preview says."""

from __future__ import annotations

import pytest

from tests.console.terminal import Terminal


def test_the_product_is_shown_with_its_whole_way(dayzero: Terminal) -> None:
    """Number, place, release, every leg with who looked, and the release tests."""
    said = dayzero("product", "show", "P-001")
    assert said.code == 0
    assert said.lines[0] == "P-001 · COI-P-001"
    assert "P1: released, at bedside" in said.lines[1]
    assert any(line.startswith("to_bedside") and "nurse-1" in line for line in said.lines)
    assert any(line.startswith("viability") and "within" in line for line in said.lines)


def test_before_a_collection_there_is_no_number(dayzero: Terminal) -> None:
    """Nothing is made up for somebody in screening."""
    assert dayzero("product", "show", "P-002").lines == ["P-002 · no number bound"]


def test_a_preview_says_what_slips_and_that_nothing_was_saved(dayzero: Terminal) -> None:
    """Enrolment a week later: the milestones behind it, each from and to, and the visits counted."""
    before = dayzero("status", "P-002", "--json").data
    said = dayzero("booking", "slip", "P-002", "enrolment", "--on", "2026-03-20")
    assert said.code == 0
    assert any(
        line.split() == ["enrolment", "appointment", "2026-03-12", "2026-03-20"] for line in said.lines
    )
    assert any(line.startswith("leukapheresis") and "2026-03-21 to 2026-03-27" in line for line in said.lines)
    assert said.lines[-1] == "a preview: nothing was saved"
    assert dayzero("status", "P-002", "--json").data == before


def test_a_booking_is_previewed_with_its_clashes_and_without_a_server(dayzero: Terminal) -> None:
    """An apheresis unit asked for today, before anybody is enrolled: what does not fit is said."""
    said = dayzero("booking", "make", "P-002", "apheresis_unit", "--on", "2026-03-06", "--preview")
    assert said.code == 0
    assert any(line.startswith("clash: apheresis_unit is asked for P1D ahead") for line in said.lines)


def test_a_plan_is_previewed_in_the_same_words(dayzero: Terminal) -> None:
    """`plan --preview` is `booking slip`."""
    there = ("P-002", "enrolment", "--on", "2026-03-20")
    assert dayzero("plan", *there, "--preview").out == dayzero("booking", "slip", *there).out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["booking", "slip", "P-002", "D29", "--on", "2026-03-20"], 1),
        (["booking", "make", "P-002", "bedd", "--on", "2026-03-20", "--preview"], 1),
        (["booking", "slip", "P-002", "D28", "--on", "tomorrow"], 2),
        (["booking", "move", "P-002", "bed", "--on", "2026-03-20"], 2),
        (["plan", "P-002", "enrolment", "--cancel", "--preview"], 2),
        (["product", "release", "P-002", "--on", "2026-03-20", "--yes"], 2),
    ],
)
def test_what_cannot_be_is_said_with_its_exit_code(dayzero: Terminal, words: list[str], code: int) -> None:
    """An unknown item or resource is refused; a missing reason, a wrong day or a needless --yes is usage."""
    assert dayzero(*words).code == code
