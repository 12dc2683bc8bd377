"""The first trial's own table, with every date worked out by hand.

Consent 2026-01-05, enrolment 01-12, leukapheresis 01-16, release 02-12, conditioning 02-25, last dose 02-27,
infusion 2026-03-02 at 09:30 in Hefei (UTC+8).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from domain import Standing
from domain.plan import whole_plan
from domain.stated import day_of
from tests.domain.builders import (
    SHANGHAI,
    at,
    end,
    followed,
    infused,
    made,
    protocol,
    record,
    released,
    rules,
    site,
)
from tests.domain.spec import SUBJECT, Course, given
from tests.support.lives import Teller, life
from tests.support.lives import lived as lived_life

MOMENT = timedelta(microseconds=1)

# item: first day, target day, last day
WHOLE_DAYS = {
    "enrolment": ("2026-01-05", "2026-01-19", "2026-02-02"),
    "leukapheresis": ("2026-01-13", "2026-01-16", "2026-01-19"),
    "manufacturing_start": ("2026-01-16", "2026-01-17", "2026-01-18"),
    "release": ("2026-01-30", "2026-02-06", "2026-02-13"),
    "conditioning": ("2026-02-12", "2026-02-19", "2026-02-26"),
    "LD2": ("2026-02-26", "2026-02-26", "2026-02-26"),
    "LD3": ("2026-02-27", "2026-02-27", "2026-02-27"),
    "infusion": ("2026-03-01", "2026-03-02", "2026-03-03"),
    "D1": ("2026-03-03", "2026-03-03", "2026-03-03"),
    "D14": ("2026-03-16", "2026-03-16", "2026-03-16"),
    "D21": ("2026-03-21", "2026-03-23", "2026-03-25"),
    "D28": ("2026-03-27", "2026-03-30", "2026-04-02"),
    "D60": ("2026-04-24", "2026-05-01", "2026-05-08"),
    "D90": ("2026-05-24", "2026-05-31", "2026-06-07"),
    "M6": ("2026-08-19", "2026-09-02", "2026-09-16"),
    "M9": ("2026-11-18", "2026-12-02", "2026-12-16"),
    "M12": ("2027-02-16", "2027-03-02", "2027-03-16"),
    "S12": ("2027-01-02", "2027-01-16", "2027-01-30"),
    "Y2": ("2027-12-03", "2028-03-02", "2028-05-31"),
    "Y15": ("2040-12-02", "2041-03-02", "2041-05-31"),
}


@pytest.fixture(scope="module")
def treated() -> Course:
    """A participant infused on 2026-03-02 at 09:30."""
    return given(infused())


@pytest.mark.parametrize(("item", "days"), WHOLE_DAYS.items())
def test_each_window_is_whole_days_of_hefei(treated: Course, item: str, days: tuple[str, str, str]) -> None:
    """A window opens at the local midnight of its first day and ends at the midnight after its last."""
    window = whole_plan(treated.state)[item]
    first, target, last = map(date.fromisoformat, days)
    assert window.opens == at(days[0])
    assert window.basis == "actual"
    assert day_of(window.opens, SHANGHAI) == first
    assert (day_of(window.target - MOMENT, SHANGHAI), day_of(window.target, SHANGHAI)) == (
        target,
        target + timedelta(days=1),
    )
    assert (day_of(window.closes - MOMENT, SHANGHAI), day_of(window.closes, SHANGHAI)) == (
        last,
        last + timedelta(days=1),
    )


def test_day_60_is_overdue_from_the_midnight_after_its_last_day(treated: Course) -> None:
    """Infusion 2026-03-02 in Shanghai, Day 60 +/- 7: overdue begins at exactly 2026-05-08T16:00:00Z."""
    closes = datetime(2026, 5, 8, 16, tzinfo=UTC)
    assert whole_plan(treated.state)["D60"].closes == closes
    assert treated.stands("D60", closes - MOMENT) is Standing.PAST_TARGET
    assert treated.stands("D60", closes) is Standing.OVERDUE


def test_the_bedside_check_is_counted_in_hours_from_the_stated_minute(treated: Course) -> None:
    """Six hours after 09:30, an hour to either side: 14:30 to 16:30, the target at 15:30."""
    window = whole_plan(treated.state)["H6"]
    assert (window.opens, window.target, window.closes) == (
        at("2026-03-02 14:30"),
        at("2026-03-02 15:30"),
        at("2026-03-02 16:30"),
    )


def test_hard_stops_and_the_registered_frame_are_whole_days_too(treated: Course) -> None:
    """Infusion stops 7 days after the last dose, leukapheresis 14 after enrolment."""
    plan = whole_plan(treated.state)
    assert plan["infusion"].hard_stop == at("2026-03-07")
    assert plan["leukapheresis"].hard_stop == at("2026-01-27")
    assert plan["D60"].frame_ends == at("2026-05-02")


def test_a_morning_infusion_counts_from_the_day_in_hefei() -> None:
    """07:30 in Shanghai is the day before in UTC; Day 60 still counts from the site's day."""
    early = given(infused()[:-2]).when(record("infusion", "2026-03-02 07:30"), at("2026-03-02 09:40"))
    assert whole_plan(early.state)["D60"].closes == datetime(2026, 5, 8, 16, tzinfo=UTC)
    assert whole_plan(early.state)["D1"].opens == at("2026-03-03")


def test_months_are_calendar_months_clamped_at_their_end() -> None:
    """A year after 2028-02-29 is 2029-02-28, but four years after it is 2032-02-29: one step from day 0."""
    leap = given(Teller(protocol(), SHANGHAI).until_infusion(date(2028, 1, 18)))
    plan = whole_plan(leap.state)
    targets = {code: day_of(plan[code].target - MOMENT, SHANGHAI) for code in ("M6", "M9", "M12", "Y4")}
    assert targets == {
        "M6": date(2028, 8, 29),
        "M9": date(2028, 11, 29),
        "M12": date(2029, 2, 28),
        "Y4": date(2032, 2, 29),
    }


def test_the_timeline_is_that_of_the_protocol_in_every_stage() -> None:
    """Whoever goes through the whole trial passes each stage once, in the protocol's order."""
    stages = [
        lived.after.stage
        for lived in lived_life(rules(), SUBJECT, life(protocol(), site()))
        if any(event.TYPE in ("participant.registered", "stage.entered") for event in lived.events)
    ]
    assert stages == list(protocol().stages)


def test_who_is_never_infused_stays_in_survival_follow_up() -> None:
    """After a failed manufacture the quarterly contacts from leukapheresis bind, and nothing else."""
    failed = given(made()).when(end("manufacturing_failure", "2026-02-11"), at("2026-02-11 15:00"))
    days = {"S3": "2026-04-16", "S6": "2026-07-16", "S9": "2026-10-16", "S12": "2027-01-16"}
    for code, target in days.items():
        assert failed.stands(code, at(f"{target} 12:00")) is Standing.OPEN
    assert failed.stands("release", at("2026-04-16")) is Standing.NOT_APPLICABLE
    failed.when(record("S3", "2026-04-16"), at("2026-04-16 10:00")).then("visit.recorded")


def test_who_was_infused_needs_no_quarterly_survival_contact() -> None:
    """The contacts of the never infused end with the infusion; month 12 applies to all."""
    before, after = given(released()), given(followed())
    now = at("2026-04-16 12:00")
    assert before.stands("S3", now) is Standing.OPEN
    assert after.stands("S3", now) is Standing.NOT_APPLICABLE
    assert after.stands("S12", now) is Standing.NOT_DUE
