"""Booking apheresis, manufacture and bed, and what slips when one of them slips."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain import Code, fold
from domain.events import ResourceBooked
from domain.product.slipping import Preview, slipped, slipped_booking
from domain.stated import is_day
from tests.domain.builders import at, enrolled, infused, plan, record, released, stated
from tests.domain.product.words import book, cancel, move, told, without_product
from tests.domain.spec import Course, given

ENROLLED = at("2026-01-12 12:00")
RELEASED = at("2026-02-16 12:00")


def booked() -> Course:
    """The bed is booked from the first dose of conditioning on 2026-02-25, as the infusion plans it."""
    story = given(released()).when(plan("infusion", "2026-03-02"), RELEASED)
    return story.when(book("bed", "2026-02-25"), RELEASED)


def slip(story: Course, item: str, to: str) -> Preview:
    """What would slip if the appointment of an item moved."""
    return slipped(story.state, item, stated(to), RELEASED)


def becoming(preview: Preview, what: str) -> dict[str, str | None]:
    """What would become of appointments, windows or bookings, by code."""
    return {each.code: each.becomes for each in preview.slips if each.what == what}


def test_a_booking_sets_the_appointment_of_its_item() -> None:
    """The apheresis unit on the 16th: the collection is planned for that day, and the booking has an end."""
    story = given(enrolled()).when(book("apheresis_unit", "2026-01-16 09:00"), ENROLLED)
    story.then("resource.booked", "appointment.planned")
    event = story.one(ResourceBooked)
    assert (event.item, event.ends, event.clashes) == ("leukapheresis", at("2026-01-16 17:00"), ())
    assert story.state.item("leukapheresis").appointment == stated("2026-01-16 09:00")


def test_what_is_asked_for_too_late_is_a_clash_and_needs_a_reason() -> None:
    """Three days ahead for the manufacturer: tomorrow is refused, and taken with the reason beside it."""
    story = given(enrolled(), told(("2026-01-16 09:40", record("leukapheresis", "2026-01-16"))))
    now = at("2026-01-16 12:00")
    story.when(book("clean_room", "2026-01-17"), now).refused(
        Code.BOOKING_CLASH, "asked for P3D ahead: from 2026-01-19 on"
    )
    story.refusal = None
    story.when(book("clean_room", "2026-01-17", accepted="a slot was given back"), now)
    event = story.one(ResourceBooked)
    assert event.accepted == "a slot was given back"
    assert event.clashes == ("clean_room is asked for P3D ahead: from 2026-01-19 on",)


def test_outside_the_window_of_its_item_is_a_clash() -> None:
    """Conditioning is due until 2026-02-26: a bed from the 28th does not fit."""
    given(released()).when(book("bed", "2026-02-28"), RELEASED).refused(
        Code.BOOKING_CLASH, "outside the window of conditioning (2026-02-12 to 2026-02-26)"
    )


def test_work_that_ends_after_what_it_delivers_is_a_clash() -> None:
    """A manufacturing slot of three weeks that ends after the window of the release."""
    story = given(enrolled(), told(("2026-01-16 09:40", record("leukapheresis", "2026-01-16"))))
    story.when(book("clean_room", "2026-01-27"), at("2026-01-16 12:00")).refused(
        Code.BOOKING_CLASH,
        "clean_room ends on 2026-02-16, after the window of release (2026-01-30 to 2026-02-13)",
    )


def test_a_booking_is_moved_with_a_reason_and_its_appointment_moves() -> None:
    """Both are on the record."""
    story = booked().when(move("bed", "2026-02-26"), RELEASED)
    story.then("resource.booking_moved", "appointment.planned")
    assert story.state.item("conditioning").appointment == stated("2026-02-26")
    assert story.state.holding.bookings["bed"].starts == stated("2026-02-26")


def test_a_booking_given_back_leaves_the_appointment() -> None:
    """The day stands; the bed is to be found again."""
    story = booked().when(cancel("bed"), RELEASED).then("resource.booking_cancelled")
    assert story.state.holding.bookings == {}
    assert story.state.item("conditioning").appointment == stated("2026-02-25")


def test_what_cannot_be_booked_is_refused() -> None:
    """Twice, unknown, in the past, not booked at all, for what is done, the same again."""
    booked().when(book("bed", "2026-02-26"), RELEASED).refused(Code.ALREADY_RECORDED, "move or cancel")
    given(released()).when(book("bedd", "2026-02-26"), RELEASED).refused(
        Code.UNKNOWN_RESOURCE, "did you mean bed"
    )
    given(released()).when(book("bed", "2026-02-15"), RELEASED).refused(Code.BAD_VALUE, "has passed")
    given(released()).when(move("bed", "2026-02-26"), RELEASED).refused(Code.NOTHING_TO_CORRECT, "not booked")
    given(infused()).when(book("bed", "2026-03-20"), at("2026-03-03")).refused(
        Code.NOT_APPLICABLE, "not ahead"
    )
    booked().when(move("bed", "2026-02-25"), RELEASED).refused(Code.SAME_FACT, "already")


def test_moving_the_infusion_slips_the_days_before_it_and_the_bed() -> None:
    """Two days later: conditioning and its doses are planned back anew, and the bed is no longer right."""
    preview = slip(booked(), "infusion", "2026-03-04")
    assert becoming(preview, "appointment") == {
        "infusion": "2026-03-04",
        "conditioning": "2026-02-27",
        "LD2": "2026-02-28",
        "LD3": "2026-03-01",
    }
    assert becoming(preview, "booking") == {"bed": "2026-02-27"}
    assert "bed is booked for 2026-02-25, conditioning would be on 2026-02-27" in preview.clashes
    assert "conditioning on 2026-02-27 is outside its window (2026-02-12 to 2026-02-26)" in preview.clashes


def test_moving_what_comes_before_slips_what_is_planned_behind_it() -> None:
    """The first dose a day later: doses and infusion, planned by hand, move as far."""
    preview = slip(booked(), "conditioning", "2026-02-26")
    assert becoming(preview, "appointment") == {
        "conditioning": "2026-02-26",
        "LD2": "2026-02-27",
        "LD3": "2026-02-28",
        "infusion": "2026-03-03",
    }
    assert becoming(preview, "window")["D28"] == "2026-03-28 to 2026-04-03"


def test_a_later_manufacture_slips_the_release_it_delivers() -> None:
    """The slot starts a week later: it would end after the window of the release, and that is told."""
    story = given(enrolled(), told(("2026-01-16 09:40", record("leukapheresis", "2026-01-16"))))
    now = at("2026-01-16 12:00")
    story.when(book("clean_room", "2026-01-18", accepted="agreed"), now)
    preview = slipped_booking(story.state, "clean_room", stated("2026-01-27"), now)
    assert preview.slips[0].was == "2026-01-18"
    assert any("ends on 2026-02-16, after the window of release" in each for each in preview.clashes)


def test_a_day_that_has_passed_is_told() -> None:
    """An infusion next week leaves no time for conditioning five days before."""
    preview = slip(given(released()), "infusion", "2026-02-18")
    assert "conditioning would be on 2026-02-13, which has passed" in preview.clashes


@for_all(days=st.integers(min_value=-10, max_value=40))
def test_what_is_previewed_is_what_happens(days: int) -> None:
    """For any day, committing the move gives exactly the appointments that the preview told."""
    story = booked()
    to = (at("2026-03-02") + timedelta(days=days)).date() + timedelta(days=1)
    preview = slipped(story.state, "infusion", to, RELEASED)
    before = story.state
    if to == before.item("infusion").appointment or to < RELEASED.date():
        return
    story.when(plan("infusion", to.isoformat(), "moved"), RELEASED)
    for each in preview.slips:
        if each.what == "appointment":
            found = story.state.item(each.code).appointment
            assert found is not None
            assert is_day(found)
            assert found.isoformat() == each.becomes
    assert fold(before, story.events) == story.state


def test_a_preview_saves_nothing() -> None:
    """The state it was asked of is the state afterwards."""
    story = booked()
    before = story.state
    slip(story, "infusion", "2026-03-04")
    assert story.state == before


@pytest.mark.parametrize("resource", ["bed", "clean_room"])
def test_a_protocol_without_resources_books_nothing(resource: str) -> None:
    """What the protocol does not know is refused by name."""
    story = given(enrolled(), rules=without_product())
    story.when(book(resource, "2026-02-20"), ENROLLED).refused(Code.UNKNOWN_RESOURCE, resource)
