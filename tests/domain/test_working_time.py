"""Working time: who is told and when, on working days, holidays, make-up days and days of changing clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.roles import Role
from domain.site import WEEKDAYS, Site
from domain.working_time import (
    NoWorkingTime,
    is_quiet,
    is_working_day,
    is_working_instant,
    next_digest,
    next_working_instant,
    on_duty,
)
from sites.reading import read_site

ROOT = Path(__file__).resolve().parents[2]
HEFEI = read_site(ROOT / "sites" / "hefei.yaml")
EXAMPLE = read_site(ROOT / "sites" / "example.yaml")
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe")

instants = st.integers(1_735_689_600, 1_861_920_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
clocks = st.times().map(lambda clock: clock.replace(microsecond=0))


def site(**changes: Any) -> Site:
    """A plain Berlin site, Monday to Friday from 8 to 17, changed as asked."""
    body: dict[str, Any] = {
        "id": "plain",
        "version": "1",
        "labels": {"en": "Plain", "zh-CN": "示例"},
        "zone": "Europe/Berlin",
        "working": {"from": "08:00", "to": "17:00"},
        "contacts": [
            {"id": "coordinator-1", "role": "coordinator", "channels": ["log"]},
            {"id": "coordinator-2", "role": "coordinator", "channels": ["log"]},
            {"id": "investigator-1", "role": "investigator", "channels": ["log"]},
        ],
    }
    return Site.model_validate({**body, **changes})


@st.composite
def sites(draw: st.DrawFn) -> Site:
    """Any site that the site check would take: hours in order, quiet hours that leave working time."""
    first, last = sorted((draw(clocks), draw(clocks)))
    days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))
    if first == last:
        first, last = time(8), time(17)
    changes: dict[str, Any] = {
        "zone": draw(st.sampled_from(ZONES)),
        "working": {"days": days, "from": first, "to": last},
        "holidays": draw(st.lists(st.dates(date(2025, 1, 1), date(2028, 12, 31)), max_size=20)),
    }
    if draw(st.booleans()) and last < time(23):
        # From the end of work past midnight into the working time, but never all of it.
        ends = draw(clocks.filter(lambda clock: clock < last))
        changes["quiet"] = {"from": last, "to": ends}
    return site(**changes)


def local(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """An instant written as local time of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2026, 9, 20), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 28), True),
        (date(2026, 11, 14), False),
        (date(2026, 11, 16), True),
    ],
)
def test_chinese_holidays_and_make_up_days_count(day: date, working: bool) -> None:
    """In Hefei, Saturday 10 October 2026 is worked, and the National Day week is not."""
    assert is_working_day(HEFEI, day) is working


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-16T09:00", "2026-11-16T09:00"),
        ("2026-11-16T00:00", "2026-11-16T08:00"),
        ("2026-11-16T17:29:59", "2026-11-16T17:29:59"),
        ("2026-11-16T17:30", "2026-11-17T08:00"),
        ("2026-11-13T18:00", "2026-11-16T08:00"),
        ("2026-09-30T18:00", "2026-10-08T08:00"),
        ("2026-10-09T20:00", "2026-10-10T08:00"),
        ("2026-10-10T18:00", "2026-10-12T08:00"),
        ("2026-02-14T18:00", "2026-02-24T08:00"),
    ],
)
def test_what_can_wait_is_told_at_the_next_working_instant(at: str, told: str) -> None:
    """A notice of midnight waits for the morning; one of a holiday week for the first day of work after."""
    assert next_working_instant(HEFEI, local(at)) == local(told)


@given(sites(), instants)
def test_the_next_working_instant_is_one_and_is_not_before(plain: Site, at: datetime) -> None:
    """The answer is a working instant, never in the past, and asking again there gives it back."""
    told = next_working_instant(plain, at)
    assert told >= at
    assert is_working_instant(plain, told)
    assert not is_quiet(plain, told)
    assert next_working_instant(plain, told) == told


@given(sites(), instants, st.floats(0, 1, exclude_max=True))
def test_no_earlier_working_instant_is_passed_over(plain: Site, at: datetime, part: float) -> None:
    """Nobody waits longer than needed: no instant between asking and being told is a working one."""
    told = next_working_instant(plain, at)
    between = at + (told - at) * part
    assert between >= told or not is_working_instant(plain, between)


@given(sites(), instants, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_asking_later_never_answers_earlier(plain: Site, at: datetime, later: timedelta) -> None:
    """The order of two notices that wait is kept."""
    assert next_working_instant(plain, at) <= next_working_instant(plain, at + later)


@pytest.mark.parametrize(
    ("zone", "at", "opens", "told"),
    [
        # 02:30 does not exist on the day the clocks jump from 2 to 3: work begins with the jump.
        ("Europe/Berlin", "2026-03-29T00:00", "02:30", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        # 02:30 exists twice when they fall back: work begins with the first.
        ("Europe/Berlin", "2026-10-25T00:00", "02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", "2026-10-04T00:00", "02:15", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ],
)
def test_on_days_of_changing_clocks_work_begins_at_the_first_possible_instant(
    zone: str, at: str, opens: str, told: datetime
) -> None:
    """A beginning that the clocks skip is the moment they jump; one that comes twice is the first."""
    nights = site(zone=zone, working={"days": list(WEEKDAYS), "from": opens, "to": "06:00"})
    assert next_working_instant(nights, local(at, zone)) == told


def test_a_working_hour_that_comes_twice_is_worked_twice() -> None:
    """When clocks fall back into working time, the hour that is repeated is working time again."""
    nights = site(working={"days": list(WEEKDAYS), "from": "02:00", "to": "02:45"})
    between = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
    assert next_working_instant(nights, between) == datetime(2026, 10, 25, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_quiet_hours_pass_midnight(clock: str, quiet: bool) -> None:
    """From 21:00 to 07:00 it is quiet, on both sides of midnight; the end is exclusive."""
    assert is_quiet(HEFEI, local(f"2026-11-16T{clock}")) is quiet


def test_quiet_hours_within_a_day_and_none() -> None:
    """Quiet hours may lie within a day, as over noon; a site without them is never quiet."""
    noon = site(quiet={"from": "12:00", "to": "13:00"})
    at = local("2026-11-16T12:30", "Europe/Berlin")
    assert is_quiet(noon, at)
    assert next_working_instant(noon, at) == local("2026-11-16T13:00", "Europe/Berlin")
    assert not is_quiet(site(), at)


def test_quiet_hours_that_reach_into_work_put_its_beginning_off() -> None:
    """Where quiet ends after work has begun, people are told when quiet ends."""
    late = site(quiet={"from": "20:00", "to": "09:30"})
    told = next_working_instant(late, local("2026-11-16T07:00", "Europe/Berlin"))
    assert told == local("2026-11-16T09:30", "Europe/Berlin")


def test_a_site_that_never_works_is_an_error_and_not_a_search_without_end() -> None:
    """Sixty days without a working day end the search with the site's name and where to look."""
    closed = site(holidays=[date(2026, 11, 1) + timedelta(days=count) for count in range(100)])
    with pytest.raises(NoWorkingTime, match="site plain has no working time within 60 days of 2026-11-16"):
        next_working_instant(closed, local("2026-11-16T07:00", "Europe/Berlin"))
    with pytest.raises(NoWorkingTime, match="site plain has no working day within 60 days of 2026-11-16"):
        next_digest(closed, local("2026-11-16T07:00", "Europe/Berlin"))


@pytest.mark.parametrize(
    ("at", "digest"),
    [
        ("2026-11-16T07:00", "2026-11-16T08:00"),
        ("2026-11-16T08:00", "2026-11-17T08:00"),
        ("2026-11-13T08:00", "2026-11-16T08:00"),
        ("2026-10-09T09:00", "2026-10-10T08:00"),
    ],
)
def test_the_digest_goes_out_each_working_morning(at: str, digest: str) -> None:
    """Also on a Saturday that makes up for a holiday; the next one is always later than now."""
    assert next_digest(HEFEI, local(at)) == local(digest)


@given(sites(), instants)
def test_the_next_digest_is_later_on_a_working_day_and_none_is_passed_over(plain: Site, at: datetime) -> None:
    """Going from digest to digest meets every working day exactly once."""
    first = next_digest(plain, at)
    second = next_digest(plain, first)
    assert at < first < second
    days = [each.astimezone(plain.zone).date() for each in (first, second)]
    assert all(is_working_day(plain, day) for day in days)
    between = (days[0] + timedelta(days=count) for count in range(1, (days[1] - days[0]).days))
    assert not any(is_working_day(plain, day) for day in between)


def test_a_digest_at_a_time_the_clocks_skip_goes_out_when_they_jump() -> None:
    """A digest at 02:30 still goes out on the day that has no 02:30."""
    nightly = site(digest_at="02:30", working={"days": list(WEEKDAYS), "from": "08:00", "to": "17:00"})
    goes_out = next_digest(nightly, local("2026-03-28T12:00", "Europe/Berlin"))
    assert goes_out == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "contacts"),
    [
        ("2026-11-16T09:00", ["coordinator-1"]),
        ("2026-11-19T09:00", ["coordinator-2"]),
        ("2026-11-21T09:00", ["coordinator-1", "coordinator-2"]),
        ("2026-11-18T23:59:59", ["coordinator-1"]),
        ("2026-11-19T00:00:00", ["coordinator-2"]),
    ],
)
def test_the_rota_says_who_is_on_duty_and_otherwise_everybody_is(at: str, contacts: list[str]) -> None:
    """By the site's day, not by UTC; a day that nobody has goes to all of the role, never to nobody."""
    assert [contact.id for contact in on_duty(HEFEI, Role.COORDINATOR, local(at))] == contacts


@pytest.mark.parametrize(
    ("at", "contact"),
    [
        ("2026-08-02T12:00", "coordinator-2"),
        ("2026-08-03T00:00", "coordinator-2"),
        ("2026-08-10T12:00", "coordinator-2"),
        ("2026-08-21T23:59", "coordinator-2"),
        ("2026-08-24T12:00", "coordinator-1"),
    ],
)
def test_an_override_comes_before_the_duty_days(at: str, contact: str) -> None:
    """From its first to its last site day, both included, the one who stands in answers."""
    assert [each.id for each in on_duty(EXAMPLE, Role.COORDINATOR, local(at, "Europe/Berlin"))] == [contact]


def test_a_role_without_rota_is_everybody_of_it_and_a_role_without_people_nobody() -> None:
    """Roles that need no rota need no entry; only a role that nobody has is empty."""
    at = local("2026-11-16T09:00")
    assert [contact.id for contact in on_duty(HEFEI, Role.SPONSOR, at)] == ["sponsor-1"]
    assert on_duty(HEFEI, Role.AUDITOR, at) == ()
