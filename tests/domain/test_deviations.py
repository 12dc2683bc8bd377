"""Deviations open and close by themselves, exactly while the record warrants them."""

from __future__ import annotations

import pytest

from domain import Code, Standing
from domain.events import DeviationOpened
from tests.domain.builders import at, conditioned, correct, custody, followed, infused, record, results, sign
from tests.domain.cycles import RULES as CYCLES
from tests.domain.cycles import at as berlin
from tests.domain.cycles import cycled, going, switch_agreed
from tests.domain.spec import Course, given
from tests.support.lives import FITNESS

APRIL = at("2026-04-20 12:00")


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        ("2026-03-26", "early"),
        ("2026-03-27", None),
        ("2026-04-02", None),
        ("2026-04-03", "late"),
    ],
)
def test_a_visit_outside_its_window_is_recorded_with_its_deviation(on: str, kind: str | None) -> None:
    """The first and last days are inside; a day before or after is early or late, never refused."""
    story = given(followed(21)).when(record("D28", on), APRIL).includes("visit.recorded")
    assert [each.kind for each in story.state.deviations.values()] == ([kind] if kind else [])
    standing = story.stands("D28", APRIL)
    assert standing is (Standing.DONE_OUTSIDE if kind else Standing.DONE)


def test_a_deviation_says_where_the_window_was() -> None:
    """The detail names what happened and the window, in the site's time."""
    story = given(followed(21)).when(record("D28", "2026-04-03"), APRIL)
    assert story.one(DeviationOpened) == DeviationOpened(
        "D28/late",
        "D28",
        "late",
        "happened 2026-04-03, window 2026-03-27 to 2026-04-02",
        suggested="important",
    )


def test_a_correction_to_a_day_that_no_signature_covers_is_a_deviation() -> None:
    """The truth is taken though a record on that day would be refused; back again it closes."""
    told = given(infused()[:-1]).when(correct("infusion", "2026-03-04 09:30"), APRIL)
    assert told.state.deviations["infusion", "not_signed"].detail == (
        "fit_for_infusion signed 2026-03-02, held until 2026-03-03; infusion on 2026-03-04"
    )
    told.when(correct("infusion", "2026-03-03 09:30"), APRIL).includes("deviation.closed")
    assert ("infusion", "not_signed") not in told.state.deviations


def test_minutes_count_where_the_window_is_in_hours() -> None:
    """The bedside check at 16:29 is in time, at 16:30 late."""
    for clock, kinds in (("16:29", []), ("16:30", ["late"]), ("14:29", ["early"])):
        story = given(infused()[:-1]).when(record("H6", f"2026-03-02 {clock}"), at("2026-03-02 18:00"))
        assert [each.kind for each in story.state.deviations.values()] == kinds


def doses_then_fit(day: str) -> Course:
    """Three doses of conditioning, the last on 2026-02-27, and fitness for infusion signed on a day."""
    ready = [(at(f"{day} 08:45"), sign("fit_for_infusion")), custody("to_bedside", f"{day} 09:00")]
    return given(conditioned(), results(FITNESS, day), ready)


def test_up_to_the_hard_stop_lateness_is_a_plain_deviation() -> None:
    """Seven days after the last dose: recorded, late, no approval asked for."""
    story = doses_then_fit("2026-03-06").when(record("infusion", "2026-03-06 10:00"), at("2026-03-06 12:00"))
    assert [each.kind for each in story.state.deviations.values()] == ["late"]


def test_beyond_the_hard_stop_somebody_must_have_approved() -> None:
    """Eight days after the last dose it is refused until approval and reason are stated, then it deviates."""
    now = at("2026-03-07 12:00")
    late = "2026-03-07 10:00"
    for approved_by, reason in ((None, None), ("investigator-1", None), (None, "no bed earlier")):
        doses_then_fit("2026-03-07").when(record("infusion", late, approved_by, reason), now).refused(
            Code.HARD_STOP, "hard stop 2026-03-07T00:00:00+08:00", "who approved it and the reason"
        )
    story = doses_then_fit("2026-03-07")
    story.when(record("infusion", late, approved_by="investigator-1", reason="no bed earlier"), now)
    assert [each.kind for each in story.state.deviations.values()] == ["hard_stop"]
    assert story.state.item("infusion").approved_by == "investigator-1"


def test_a_record_corrected_past_its_hard_stop_deviates_as_such() -> None:
    """What really happened is taken as a correction; that it lay beyond the hard stop stays visible."""
    story = doses_then_fit("2026-03-06").when(record("infusion", "2026-03-06 10:00"), at("2026-03-06 12:00"))
    story.when(correct("infusion", "2026-03-07 10:00"), at("2026-03-07 12:00"))
    assert [each.kind for each in story.state.deviations.values()] == ["hard_stop"]


@pytest.mark.parametrize(
    ("on", "approved_by", "kinds"),
    [
        ("2026-05-25", None, []),
        ("2026-06-02", None, ["late", "no_prior_approval"]),
        ("2026-06-02", "sponsor-1", ["late"]),
    ],
)
def test_outside_its_window_a_step_may_need_prior_approval(
    on: str, approved_by: str | None, kinds: list[str]
) -> None:
    """The second drug outside its window: without a stated approval that is a deviation of its own."""
    story = given(
        cycled(),
        going("switch"),
        switch_agreed("2026-05-25" if on < "2026-06" else "2026-05-28"),
        rules=CYCLES,
    )
    story.when(record("switch_dose", on, approved_by=approved_by), berlin("2026-06-02 12:00"))
    story.includes("milestone.reached")
    assert [each.kind for each in story.state.deviations.values()] == kinds
