"""The calendar's page: what lies on which day, how a month, a week and a list show it, and who may look."""

from __future__ import annotations

import asyncio
import re
from datetime import date, timedelta
from typing import Any

import pytest

from console.calendar.days import days_between, unannounced
from console.calendar.entries import Dates, Entry, Mark, Wanted, dates_between
from console.reading import StudyLook
from console.web.pages.calendar import MOST_ON_A_DAY, Asked, calendar_page
from console.words import Language
from domain.site import Site
from domain.standing import Standing
from domain.working_time import is_working_day
from sites.holiday_names import holiday_name
from sites.reading import read_site
from tests.console.seeding import STUDY
from tests.support.trial import COORDINATOR, ROOT
from tests.web.house import START, House

MARCH = Wanted(date(2026, 3, 1), date(2026, 3, 31))
PAGE = f"{START}/calendar"


def test_a_window_shows_when_it_opens_its_target_and_its_last_day(house: House) -> None:
    """A window that spans days stands on three of them, never on each day between."""
    found = {each.day: each.marks for each in of(shown(house), "P-001", "D28")}
    assert found == {
        date(2026, 3, 7): (Mark.OPENS,),
        date(2026, 3, 10): (Mark.TARGET,),
        date(2026, 3, 13): (Mark.LAST_DAY,),
    }


def test_what_is_overdue_stands_on_its_last_day_alone(house: House) -> None:
    """Of an overdue visit only the day it should have been done by is left."""
    [entry] = of(shown(house), "P-001", "D21")
    assert (entry.day, entry.marks, entry.standing) == (date(2026, 3, 5), (Mark.LAST_DAY,), Standing.OVERDUE)


def test_a_day_that_is_several_things_is_one_line(house: House) -> None:
    """An appointment on the last day of its window is one line that says both, the appointment first."""
    tell(house, "P-001", "plan_item", item="D28", appointment="2026-03-13T09:30:00+08:00")
    [entry] = [each for each in of(shown(house), "P-001", "D28") if each.day == date(2026, 3, 13)]
    assert entry.marks == (Mark.APPOINTMENT, Mark.LAST_DAY)
    assert entry.at is not None and entry.at.astimezone(house_zone(house)).strftime("%H:%M") == "09:30"


def test_what_was_done_stands_on_the_day_it_happened(house: House) -> None:
    """A visit that was done has one line, on its day, and waits for nobody."""
    dates = shown(house, Wanted(date(2026, 2, 1), date(2026, 2, 28)))
    [entry] = of(dates, "P-001", "D7")
    assert (entry.day, entry.marks, entry.waits) == (date(2026, 2, 17), (Mark.DONE,), False)


def test_a_booking_stands_on_its_first_and_last_day(house: House) -> None:
    """A slot that is taken for weeks shows where it begins and where it ends."""
    tell(house, "P-002", "book_resource", resource="clean_room", starts="2026-03-09", accepted="asked early")
    room = [each for each in shown(house).entries if each.label == "Manufacturing slot"]
    assert [(each.day, each.mark, each.last) for each in room] == [
        (date(2026, 3, 9), Mark.BOOKED, date(2026, 3, 29)),
        (date(2026, 3, 29), Mark.BOOKING_ENDS, None),
    ]


def test_who_left_has_no_days(house: House) -> None:
    """Nothing is shown of a visit that does not apply any more."""
    assert not [each for each in shown(house).entries if each.participant == "P-003" and each.waits]


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_every_entry_lies_in_the_days_asked_for(house: House, view: str) -> None:
    """Whatever is shown was asked for, and a month's weeks add up to it."""
    with house.store.reading() as reading:
        page = calendar_page(StudyLook(reading, house.rulebook, STUDY, house.now), Asked(view))
    cells = page.cells or tuple(cell for week in page.weeks for cell in week.cells)
    assert all(entry.day == cell.day.day for cell in cells for entry in cell.entries)
    assert all(len(week.cells) == 7 and week.first.weekday() == 0 for week in page.weeks)
    within = [cell.day.day for cell in cells if page.first <= cell.day.day <= page.last]
    assert view == "list" or len(within) == (page.last - page.first).days + 1


def test_months_follow_each_other(house: House) -> None:
    """From each month one comes to the next and back again, over the end of a year."""
    with house.store.reading() as reading:
        look = StudyLook(reading, house.rulebook, STUDY, house.now)
        december = calendar_page(look, Asked(month="2026-12"))
        assert december.after.endswith("month=2027-01") and december.before.endswith("month=2026-11")
        week = calendar_page(look, Asked("week", day="2026-12-30"))
    assert (week.first, week.last) == (date(2026, 12, 28), date(2027, 1, 3))
    assert week.after.endswith("day=2027-01-04")


def test_a_crowded_day_says_how_much_more_there_is(house: House) -> None:
    """A day of many lines shows the first and counts the rest, and its week shows all."""
    day = date(2026, 3, 11)
    codes = ["D28", "D45", "D60", "D90", "M4", "M5", "M6", "M9", "M12"]
    with house.store.reading() as reading:
        known = {each.item for each in reading.items(STUDY, "P-001")}
    for code in [each for each in codes if each in known][: MOST_ON_A_DAY + 3]:
        tell(house, "P-001", "plan_item", item=code, appointment=day.isoformat())
    with house.store.reading() as reading:
        look = StudyLook(reading, house.rulebook, STUDY, house.now)
        cells = {cell.day.day: cell for week in calendar_page(look, Asked()).weeks for cell in week.cells}
        whole = {
            cell.day.day: cell
            for week in calendar_page(look, Asked("week", day=day.isoformat())).weeks
            for cell in week.cells
        }
    assert cells[day].more + len(cells[day].entries) == len(whole[day].entries) and whole[day].more == 0
    assert len(cells[day].entries) <= MOST_ON_A_DAY + 1


def test_a_week_says_what_is_still_to_be_planned(house: House) -> None:
    """A window that is open in the week and has no appointment is listed, until it has one."""
    with house.signed_in() as browser:
        before = browser.get(f"{PAGE}?view=week").text.split('id="to-plan"')[1]
        assert f'href="{START}/participant/P-001/plan/D28"' in before
        tell(house, "P-001", "plan_item", item="D28", appointment="2026-03-10")
        after = browser.get(f"{PAGE}?view=week").text.split('id="to-plan"')[1]
    assert "/plan/D28" not in after


def test_holidays_have_their_names_and_unannounced_years_say_so(house: House) -> None:
    """A day off is shaded and named in the reader's language; a year not announced yet is marked."""
    with house.signed_in() as browser:
        october = browser.get(f"{PAGE}?month=2026-10").text
        chinese = browser.get(f"{PAGE}?month=2026-10", **{"accept-language": "zh-CN"}).text
        later = browser.get(f"{PAGE}?month=2027-10").text
    assert "National Day" in october and "国庆节" in chinese
    assert "not announced yet" not in october and "not announced yet" in later and "(expected)" in later
    assert re.search(r'id="day-2026-10-01" class="off ', october)
    assert re.search(r'id="day-2026-10-10" class="(?!off)', october) and "worked in place of" in october


def test_a_day_is_off_exactly_when_the_site_says_so() -> None:
    """Shading is the published site's word, day by day over two years; a name never changes it."""
    site = hefei()
    for day in days_between(date(2025, 12, 29), date(2027, 12, 31), [site], date(2026, 3, 6), Language.EN):
        assert day.off is not is_working_day(site, day.day)
        assert bool(day.named) is (day.day in site.holidays or day.day in site.working_days)


def test_of_several_sites_a_day_is_off_when_nobody_works() -> None:
    """With two sites a day is shaded when both are closed, and a holiday says whose it is."""
    one, other = hefei(), hefei().model_copy(update={"id": "other", "holidays": (), "working_days": ()})
    day = date(2026, 10, 1)
    [found] = days_between(day, day, [one, other], day, Language.EN)
    assert found.off is False and [each.site for each in found.named] == [one.id]
    assert unannounced([date(2030, 1, 1)], [one, other]) == [(one, 2030), (other, 2030)]


def test_a_site_without_a_table_says_that_it_has_none() -> None:
    """Without a table every year is unknown."""
    bare = hefei().model_copy(update={"holidays": (), "holidays_known_until": None})
    assert unannounced([date(2026, 1, 1)], [bare]) == [(bare, 2026)]


def test_a_day_the_library_does_not_know_has_no_name() -> None:
    """Names are looked up by the country of the zone; nothing is made up."""
    assert holiday_name("Asia/Shanghai", date(2026, 10, 1), "en_US") == "National Day"
    assert holiday_name("Asia/Shanghai", date(2026, 1, 2), "en_US") == "Day off"
    assert holiday_name("Asia/Shanghai", date(2026, 10, 9), "en_US") is None
    assert holiday_name("Europe/Berlin", date(2026, 10, 3), "zh_CN") is not None
    assert holiday_name("Antarctica/Troll", date(2026, 10, 1), "en_US") is None


@pytest.mark.parametrize(
    "query",
    [
        "view=year",
        "month=2026-13",
        "month=x",
        "month=9999-12",
        "view=week&day=2026-02-30",
        "site=x",
        "participant=x",
    ],
)
def test_an_address_of_no_day_leads_nowhere(house: House, query: str) -> None:
    """A calendar of what is not there is not found, and nothing breaks."""
    with house.signed_in() as browser:
        assert browser.get(f"{PAGE}?{query}").status_code == 404


@pytest.mark.parametrize(
    "query", ["month=2000-01", "month=2120-12", "view=week&day=2000-01-01", "view=list&month=2120-12"]
)
def test_the_ends_of_the_calendar_can_be_seen(house: House, query: str) -> None:
    """The first and the last month are shown like any other."""
    with house.signed_in() as browser:
        assert browser.get(f"{PAGE}?{query}").status_code == 200


def test_a_filter_narrows_to_one_participant(house: House) -> None:
    """With a participant asked for nothing of anybody else is shown, and moving on keeps the question."""
    with house.signed_in() as browser:
        text = browser.get(f"{PAGE}?participant=P-002").text
    main = text.split("<main")[1].split("<table")[1]
    assert "P-002" in main and "participant/P-001" not in main
    assert "month=2026-04&amp;participant=P-002" in text


def test_each_entry_leads_to_its_item(house: House) -> None:
    """A line is a link to why the date is what it is."""
    with house.signed_in() as browser:
        assert f'href="{START}/participant/P-001/why/D28"' in browser.get(PAGE).text


def test_an_empty_month_is_said_to_be(house: House) -> None:
    """A month in which nothing lies says so."""
    with house.signed_in() as browser:
        assert "Nothing lies in this month." in browser.get(f"{PAGE}?view=list&month=2001-03").text


def test_no_two_lines_of_a_page_have_the_same_id(house: House) -> None:
    """Every line can be named, so that a push finds it again."""
    with house.signed_in() as browser:
        for view in ("month", "week", "list"):
            ids = re.findall(r'id="([^"]+)"', browser.get(f"{PAGE}?view={view}").text)
            assert len(ids) == len(set(ids))


def shown(house: House, wanted: Wanted = MARCH) -> Dates:
    """What lies in the days wanted."""
    with house.store.reading() as reading:
        return dates_between(StudyLook(reading, house.rulebook, STUDY, house.now), wanted)


def of(dates: Dates, participant: str, item: str) -> list[Entry]:
    """The entries of one item."""
    return [each for each in dates.entries if (each.participant, each.item) == (participant, item)]


def tell(house: House, participant: str, kind: str, **fields: Any) -> None:
    """Have the desk hear a command of a coordinator."""
    house.now += timedelta(minutes=1)
    command = {"kind": kind, "actor": COORDINATOR, **fields}
    asyncio.run(house.send(STUDY, participant, f"{kind}-{len(house.sent)}", command))


def hefei() -> Site:
    """A site with a table of holidays."""
    return read_site(ROOT / "sites" / "hefei.yaml")


def house_zone(house: House) -> Any:
    """The zone of the trial's site."""
    with house.store.reading() as reading:
        return StudyLook(reading, house.rulebook, STUDY, house.now).study_rules().site(None).zone
