"""The calendar for other programs: what it says, who may follow it, and how it changes."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from console.calendar.feed import Told, around, told_between
from console.calendar.ics import ics
from console.calendar.stretch import Stretch
from console.reading import StudyLook
from domain.roles import Role
from store.administration import Act, administer
from store.sign_ins import user_named
from tests.console.seeding import STUDY
from tests.support.trial import COORDINATOR, INVESTIGATOR
from tests.web.house import MACHINE, PEOPLE, START, Browser, House

D28 = f"{STUDY}.P-001.D28.visit@dayzero"
ENROLMENT = f"{STUDY}.P-002.enrolment.visit@dayzero"
HERE = "http://127.0.0.1:8080"


def test_a_window_is_whole_days_and_an_appointment_is_when_it_is(house: House) -> None:
    """A window of days is written as days and takes nobody's time; an appointment does, at its hour."""
    d28 = entries(house)[D28]
    assert str(d28["summary"]) == "P-001 Day 28 visit"
    assert (d28["dtstart"].dt.isoformat(), d28["dtend"].dt.isoformat()) == ("2026-03-07", "2026-03-14")
    assert (d28["transp"], d28["status"]) == ("TRANSPARENT", "CONFIRMED")
    plan(house, "P-001", "D28", "2026-03-10T09:30:00+08:00")
    d28 = entries(house)[D28]
    assert d28["dtstart"].dt.isoformat() == "2026-03-10T09:30:00+08:00"
    assert d28["dtstart"].params["tzid"] == "Asia/Shanghai"
    assert "dtend" not in d28 and d28["transp"] == "OPAQUE"


def test_a_moved_appointment_keeps_its_name_and_gets_a_higher_number(house: House) -> None:
    """Whoever follows the calendar takes the newer date: the same UID, with a SEQUENCE that grew."""
    before = entries(house)[ENROLMENT]
    plan(house, "P-002", "enrolment", "2026-03-13")
    after = entries(house)[ENROLMENT]
    assert (before["dtstart"].dt.day, after["dtstart"].dt.day) == (12, 13)
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt > before["last-modified"].dt


def test_what_will_not_be_is_cancelled_not_dropped(house: House) -> None:
    """A visit that was missed is told as cancelled, on the days it was to be, with a higher number."""
    before = entries(house)[D28]
    house.wait(days=10)
    tell(house, "P-001", "miss_visit", INVESTIGATOR, item="D28", reason="snowed in")
    after = entries(house)[D28]
    assert (after["status"], after["dtstart"].dt) == ("CANCELLED", before["dtstart"].dt)
    assert after["sequence"] > before["sequence"]


def test_a_booking_is_told_from_its_first_day_to_its_last(house: House) -> None:
    """What is booked stands for as long as it is taken; cancelled, it is told as gone."""
    name = f"{STUDY}.P-002.apheresis_unit.booking@dayzero"
    tell(
        house,
        "P-002",
        "book_resource",
        resource="apheresis_unit",
        starts="2026-03-16T08:00:00+08:00",
        accepted="known",
    )
    booked = entries(house)[name]
    assert booked["dtstart"].dt.isoformat() == "2026-03-16T08:00:00+08:00"
    assert booked["dtend"].dt.isoformat() == "2026-03-16T16:00:00+08:00"
    tell(house, "P-002", "cancel_booking", resource="apheresis_unit", reason="no slot")
    assert entries(house)[name]["status"] == "CANCELLED"


def test_nothing_but_codes_and_names_is_told(house: House) -> None:
    """Reasons, results and people's words are in no entry; nothing rings."""
    tell(house, "P-001", "plan_item", item="D28", appointment="2026-03-10", reason="sister's wedding")
    text = written(house).decode()
    assert "wedding" not in text and "DESCRIPTION" not in text and "VALARM" not in text
    told = {key for each in entries(house).values() for key in each}
    assert told <= {
        "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "SUMMARY",
        "DTSTART", "DTEND", "STATUS", "TRANSP", "URL",
    }  # fmt: skip


def test_a_followed_calendar_names_its_zone_and_when_to_ask_again(house: House) -> None:
    """The file holds the zone it speaks of and says how often it is worth asking."""
    plan(house, "P-001", "D28", "2026-03-10T09:30:00+08:00")
    calendar: Any = Calendar.from_ical(written(house))
    assert [str(each["tzid"]) for each in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert str(calendar["method"]) == "PUBLISH"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in written(house)


def test_the_same_record_makes_the_same_bytes(house: House) -> None:
    """Nothing in the file is of the moment it was asked for."""
    first = written(house)
    house.wait(hours=3)
    assert written(house) == first


def test_an_address_shows_the_calendar_until_it_is_ended(house: House) -> None:
    """The address is shown once, works without a sign-in, and is nobody's once it is ended or made anew."""
    with house.signed_in() as browser, house.browser() as elsewhere:
        first = made(browser)
        assert elsewhere.get(first).headers["content-type"].startswith("text/calendar")
        assert D28 in elsewhere.get(first).text.replace("\r\n ", "")
        second = made(browser)
        assert elsewhere.get(first).status_code == 404 and elsewhere.get(second).status_code == 200
        assert "Last asked for" in browser.get(f"{START}/calendar").text
        browser.post(f"{START}/calendar/feed/end", browser.form())
        assert elsewhere.get(second).status_code == 404
        assert "Make an address" in browser.get(f"{START}/calendar").text


def test_the_address_itself_is_kept_nowhere(house: House) -> None:
    """The store holds what can check an address, and never the address."""
    with house.signed_in() as browser:
        token = made(browser).rpartition("/")[2].removesuffix(".ics")
        assert token not in browser.get(f"{START}/calendar").text
    with house.store.reading() as reading:
        kept = str(reading.connection.exec_driver_sql("SELECT * FROM feeds").all())
    assert token not in kept and "coordinator-1" in kept


def test_a_closed_users_calendar_is_not_there(house: House) -> None:
    """Once a user is closed, the address they had is as good as none."""
    with house.signed_in() as browser, house.browser() as elsewhere:
        path = made(browser)
        with house.store.writing() as tx:
            user = user_named(tx, PEOPLE[Role.COORDINATOR])
            assert user is not None
            administer(tx, Act.CLOSED, replace(user, closed_at=house.now), MACHINE, "left", house.now)
        assert elsewhere.get(path).status_code == 404


def test_who_has_it_already_is_told_so(house: House) -> None:
    """Asked again with its mark, an unchanged calendar is not sent; a changed one is."""
    with house.signed_in() as browser, house.browser() as elsewhere:
        path = made(browser)
        first = elsewhere.get(path)
        mark = first.headers["etag"]
        assert first.headers["cache-control"] == "private, no-cache"
        again = elsewhere.get(path, **{"if-none-match": mark})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
        plan(house, "P-001", "D28", "2026-03-10")
        changed = elsewhere.get(path, **{"if-none-match": mark})
        assert changed.status_code == 200 and changed.headers["etag"] != mark


def test_asking_too_often_is_turned_away(house: House) -> None:
    """From one address a calendar, or a guess at one, may be asked for thirty times a minute."""
    with house.browser() as elsewhere:
        answers = [elsewhere.get("/calendar/guess.ics").status_code for _ in range(31)]
        house.wait(minutes=2)
        assert elsewhere.get("/calendar/guess.ics").status_code == 404
    assert answers == [404] * 30 + [429]


@pytest.mark.parametrize("role", PEOPLE)
def test_who_may_follow(house: House, role: Role) -> None:
    """Whoever may take lists away may follow the calendar; an engineer may not, and is not offered it."""
    allowed = role is not Role.ENGINEER
    with house.signed_in(role) as browser:
        answer = browser.post(f"{START}/calendar/feed", browser.form())
        assert answer.status_code == (200 if allowed else 403)
        assert ("In another calendar" in browser.get(f"{START}/calendar").text) is allowed


def test_a_form_from_elsewhere_makes_no_address(house: House) -> None:
    """Without the session's own token no address is made and none is ended."""
    with house.signed_in() as browser:
        for path in ("feed", "feed/end"):
            assert browser.post(f"{START}/calendar/{path}", {"csrf": "x", "id": "y"}).status_code == 403


def test_a_month_can_be_taken_as_a_file(house: House) -> None:
    """The file of a month holds what lies in it, of the participant asked for, and nothing else."""
    with house.signed_in() as browser:
        answer = browser.get(f"{START}/calendar.ics?month=2026-03&participant=P-001")
        assert browser.get(f"{START}/calendar.ics?month=nothing").status_code == 404
    assert answer.headers["content-disposition"] == f'attachment; filename="{STUDY}-2026-03.ics"'
    told = parsed(answer.content)
    assert D28 in told and ENROLMENT not in told
    assert all(str(each["dtstart"].dt) < "2026-04" for each in told.values())


@pytest.mark.parametrize("text", ["a\r\nATTENDEE:x", "<script>", "中文;,\\"])
def test_a_label_never_becomes_a_line_of_its_own(text: str, house: House) -> None:
    """Whatever a document calls a visit, it stays the name of that visit."""
    [told, *_] = tell_all(house)
    calendar: Any = Calendar.from_ical(ics(STUDY, text, HERE, [replace(told, label=text)]))
    [event] = calendar.walk("VEVENT")
    assert str(event["summary"]) == f"{told.participant} {text}".replace("\r\n", "\n")
    assert "attendee" not in event


ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"])
DAYS = st.dates(date(2024, 1, 1), date(2036, 12, 31))
INSTANTS = st.builds(
    lambda day, second: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second),
    DAYS,
    st.integers(0, 86_399),
)
STRETCHES = st.one_of(
    st.builds(lambda day, more: (day, day + timedelta(days=more)), DAYS, st.integers(0, 400)),
    st.builds(lambda at, more: (at, at + timedelta(minutes=more)), INSTANTS, st.integers(1, 99_999)),
    st.builds(lambda at: (at, None), INSTANTS),
)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)


@settings(max_examples=60, deadline=None)
@given(when=STRETCHES, zone=ZONES, label=NAMES, gone=st.booleans(), number=st.integers(1, 10_000))
def test_what_is_written_is_read_back(when: Any, zone: str, label: str, gone: bool, number: int) -> None:
    """Every entry comes out of the file as it went in: its days or instants, its name, number and state."""
    first, last = when
    told = Told("S.P.V.visit", label, "P", ZoneInfo(zone), Stretch("V", first, last, True), gone, number,
                datetime(2026, 3, 6, tzinfo=UTC))  # fmt: skip
    [event] = parsed(ics("S", "S", HERE, [told])).values()
    ends = event["dtend"].dt if "dtend" in event else None
    if isinstance(first, datetime):
        assert (event["dtstart"].dt, ends) == (first, last)
    else:
        assert (event["dtstart"].dt, ends) == (first, last + timedelta(days=1))
    assert (str(event["uid"]), event["sequence"]) == ("S.P.V.visit@dayzero", number)
    assert str(event["summary"]) == f"P {label}"
    assert str(event["status"]) == ("CANCELLED" if gone else "CONFIRMED")


def entries(house: House) -> dict[str, Any]:
    """The entries of the feed as it is now, by name."""
    return parsed(written(house))


def parsed(content: bytes) -> dict[str, Any]:
    """The entries of a file by name; a name stands once."""
    calendar: Any = Calendar.from_ical(content)
    found = {str(each["uid"]): each for each in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT"))
    return found


def tell_all(house: House) -> list[Any]:
    """What the feed tells now."""
    with house.store.reading() as reading:
        look = StudyLook(reading, house.rulebook, STUDY, house.now)
        return list(told_between(look, around(house.now.date())))


def written(house: House) -> bytes:
    """The feed as it is now."""
    return ics(STUDY, STUDY, HERE, tell_all(house))


def made(browser: Browser) -> str:
    """The path of a new address."""
    text = browser.post(f"{START}/calendar/feed", browser.form()).text
    found = re.search(r'value="http://127\.0\.0\.1:8080(/calendar/[\w-]{43}\.ics)"', text)
    assert found is not None, text
    return found.group(1)


def plan(house: House, participant: str, item: str, when: str) -> None:
    """Set an appointment."""
    tell(house, participant, "plan_item", item=item, appointment=when, reason="another day suits better")


def tell(house: House, participant: str, kind: str, actor: Any = COORDINATOR, **fields: Any) -> None:
    """Have the desk hear a command."""
    house.wait(minutes=1)
    command = {"kind": kind, "actor": actor, **fields}
    asyncio.run(house.send(STUDY, participant, f"{kind}-{len(house.sent)}", command))
