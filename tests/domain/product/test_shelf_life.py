"""How long cells and products last: warned of, alerted, and never given afterwards."""

from __future__ import annotations

import pytest

from domain import Code
from domain.product.shelf import shelf_of
from domain.protocol.product import Form
from domain.span import parse_span
from tests.domain.builders import at, cleared, collected, custody, end, enrolled, made, record, released
from tests.domain.product.words import bind, making, told, with_lives
from tests.domain.spec import Course, given


def collected_at_ten() -> Course:
    """Cells collected at ten and bound; they last 72 hours, with a warning twelve hours before."""
    step = record("leukapheresis", "2026-01-16 10:00")
    return given(enrolled(), told(("2026-01-16 10:05", step), ("2026-01-16 10:10", bind("2026-01-16 10:10"))))


def test_collected_cells_last_hours_from_the_collection() -> None:
    """INV-10: the warning and the end are deadlines of their own, to the minute."""
    story = collected_at_ten()
    assert story.due().at == at("2026-01-18 22:00")
    story.run(at("2026-01-18 22:00")).includes("alert.raised")
    assert "infusion/product_expiring" in story.alerts()
    story.run(at("2026-01-19 10:00"))
    assert story.alerts() == {"infusion/product_expired": ("open", 1)}


def test_cells_that_arrived_in_time_expire_no_more() -> None:
    """With the manufacturer the clock of the fresh cells has stopped."""
    story = collected_at_ten()
    story.when(custody("cells_collected", "2026-01-16 11:00")[1], at("2026-01-16 11:00"))
    story.when(custody("cells_received", "2026-01-19 09:00")[1], at("2026-01-19 09:30"))
    assert story.alerts() == {}
    assert shelf_of(story.state) is None


def test_an_arrival_typed_late_resolves_the_alert_and_keeps_the_proof() -> None:
    """Cells that came in time and were typed in late: the alert stood, and is over."""
    story = collected_at_ten().run(at("2026-01-19 11:00"))
    story.when(custody("cells_collected", "2026-01-16 11:00")[1], at("2026-01-19 11:10"))
    story.when(custody("cells_received", "2026-01-18 09:00")[1], at("2026-01-19 11:20"))
    assert "infusion/product_expired" not in story.alerts()
    assert [each.resolved_why for each in story.state.settled_alerts if "expired" in each.alert] == [
        "moved_on"
    ]


def test_a_frozen_product_lasts_months_from_its_freezing() -> None:
    """Frozen on 2026-02-04 and good for twelve calendar months: the last day is 2027-02-04."""
    shelf = shelf_of(given(made()).state)
    assert shelf is not None
    assert (shelf.form, shelf.ends, shelf.warn_at) == (Form.FROZEN, at("2027-02-05"), at("2027-01-06"))


def test_a_fresh_product_lasts_hours_from_its_making() -> None:
    """Made at ten and kept fresh: a day later it has expired, and is not given."""
    story = given(collected(), told(("2026-02-04 10:00", making("2026-02-04 10:00", Form.FRESH))))
    shelf = shelf_of(story.state)
    assert shelf is not None
    assert (shelf.form, shelf.ends) == (Form.FRESH, at("2026-02-05 10:00"))


def test_a_day_without_a_clock_counts_from_its_first_instant() -> None:
    """What was stated vaguely never lasts longer for it."""
    shelf = shelf_of(given(collected()[:-2]).state)
    assert shelf is not None
    assert shelf.ends == at("2026-01-19 00:00")


@pytest.mark.parametrize(
    ("lasts", "taken"), [("P26D", True), ("P25D", False), ("PT624H", True), ("PT623H", False)]
)
def test_an_expired_product_is_never_given(lasts: str, taken: bool) -> None:
    """Up to the last instant it may be given, from the next on it is refused: no approval helps."""
    rules = with_lives(lasts=parse_span(lasts), warn_before=parse_span("P2D"))
    story = given(cleared(), rules=rules)
    infusion = record("infusion", "2026-03-02 09:30", approved_by="investigator-1", reason="late")
    story.when(infusion, at("2026-03-02 09:40"))
    if taken:
        story.includes("milestone.reached")
    else:
        story.refused(Code.PRODUCT_EXPIRED, "P1 (frozen) expired at")


def test_what_was_given_in_time_and_typed_late_is_taken() -> None:
    """Given an hour before the end, typed an hour after it: the alert of the end resolves."""
    rules = with_lives(lasts=parse_span("PT624H"), warn_before=parse_span("PT6H"))
    story = given(cleared(), rules=rules).run(at("2026-03-02 10:30"))
    assert story.alerts()["infusion/product_expired"] == ("open", 1)
    story.when(record("infusion", "2026-03-02 09:30"), at("2026-03-02 11:00")).includes("milestone.reached")
    assert "infusion/product_expired" not in story.alerts()


def test_the_end_of_the_participation_ends_the_alerts_of_the_product() -> None:
    """Nobody is told of a product that will not be given."""
    story = given(released()).when(end("withdrawn", "2026-02-20"), at("2026-02-20 12:00"))
    assert not [each for each in story.run(at("2027-03-01")).alerts() if "product" in each]
