"""A participant's page: where they stand, what comes next, and everything that can be done from there."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from console.web.pages.participant_gates import lasting
from domain.roles import Role
from tests.web.house import START, House
from tests.web.test_command_forms import opened, wrong_in

PERSON = f"{START}/participant/P-001"
SCREENED = f"{START}/participant/P-002"


def part(page: str, name: str) -> str:
    """One section of the page."""
    found = page[page.index(f'id="{name}"') :]
    return found[: found.index("</section>")]


def test_the_stage_is_a_step_on_a_line(house: House) -> None:
    """One step is the present one; those before it are passed, those after it to come, in words too."""
    with house.signed_in() as browser:
        page = browser.get(PERSON).text
    steps = page[page.index('class="stepper"') :].split("</ol>")[0]
    assert steps.count('aria-current="step"') == 1
    before, _, after = steps.partition('aria-current="step"')
    assert "(passed)" in before and "(to come)" not in before
    assert "(now)" in after and "(passed)" not in after


def test_what_is_over_is_folded_away_and_still_there(house: House) -> None:
    """What can be done now stands first; recorded visits are in a closed part of the page, none left out."""
    with house.signed_in() as browser:
        page = browser.get(PERSON).text
    visits = part(page, "visits")
    now, _, later = visits.partition("<details")
    assert 'id="item-D21"' in now and 'id="item-D3"' not in now
    assert 'id="item-D3"' in later and "<details open" not in visits
    for day in range(1, 15):
        assert visits.count(f'id="item-D{day}"') == 1


def test_gates_say_what_runs_out_first(house: House) -> None:
    """A gate that rests on results says which of them runs out first, and how long it lasts."""
    with house.signed_in() as browser:
        for observation, value in (("ecog", "1"), ("infection_uncontrolled", "no")):
            path = f"{SCREENED}/do/record_result"
            typed = {"result.observation": observation, "result.value": value, "result.on": "2026-03-05"}
            answer = browser.post(path, {**opened(browser, path), **typed})
            assert answer.status_code == 303, wrong_in(answer.text)
        gates = part(browser.get(SCREENED).text, "gates")
    assert "runs out first" in gates
    assert re.search(r"\d+ (days?|hours?) left", gates)


@pytest.mark.parametrize(
    ("ends", "days", "hours"),
    [("2026-03-09T00:00+00:00", 3, 72), ("2026-03-06T05:30+00:00", 0, 5), ("2026-03-01T00:00+00:00", 0, 0)],
)
def test_what_is_left_is_counted_down(ends: str, days: int, hours: int) -> None:
    """Days, then hours, then nothing: what has run out is never less than nothing."""
    now, end = datetime(2026, 3, 6, tzinfo=UTC), datetime.fromisoformat(ends)
    left = lasting(now, end, end.date(), None)
    assert (left.days, left.hours) == (days, hours)


def test_the_product_is_followed_leg_by_leg(house: House) -> None:
    """Each leg of the route stands there with who looked and when, and the shelf life until it is given."""
    with house.signed_in() as browser:
        product = part(browser.get(PERSON).text, "product")
        page = browser.get(SCREENED).text
    assert "Chain-of-identity number" in product and product.count('<span aria-hidden="true">●</span>') > 5
    assert "Nothing was collected yet" in part(page, "product")
    assert "do/book_resource?resource=" in part(page, "product")


def test_harm_has_its_place_and_its_link(house: House) -> None:
    """An adverse event stands on the page with its grade, and leads to its own page."""
    path = f"{PERSON}/do/open_adverse_event"
    with house.signed_in() as browser:
        typed = {"term": "Fever & <chills>", "onset": "2026-03-05", "grade": "2", "scale": "CTCAE"}
        assert browser.post(path, {**opened(browser, path), **typed}).status_code == 303
        page = browser.get(PERSON).text
        safety = part(page, "safety")
        assert "Fever &amp; &lt;chills&gt;" in safety and "grade 2" in safety
        assert f"{PERSON}/event/AE1" in safety
        assert browser.get(f"{PERSON}/event/AE1").status_code == 200


def test_the_study_speaks_where_it_must(house: House) -> None:
    """A hold of the study stands on the page of each participant, and without one there is no such part."""
    with house.signed_in(Role.INVESTIGATOR) as browser:
        assert 'id="of-study"' not in browser.get(SCREENED).text
        path = f"{START}/do/place_hold"
        assert browser.post(path, {**opened(browser, path), "reason": "to look into it"}).status_code == 303
        assert "to look into it" in part(browser.get(SCREENED).text, "of-study")


def test_events_are_told_with_dates_as_people_write_them(house: House) -> None:
    """No event on the page is told with the day as a machine writes it, in either language."""
    with house.signed_in() as browser:
        english = part(browser.get(PERSON).text, "events")
        browser.post("/language", {"to": "zh-CN", "back": PERSON})
        chinese = part(browser.get(PERSON).text, "events")
    assert re.findall(r"\b\d{4}-\d{2}-\d{2}\b", english + chinese) == []
    assert "2026年3月" in chinese and "Mar 2026" in english


def test_who_only_reads_sees_no_way_to_write(house: House) -> None:
    """An auditor reads the whole page and finds no form of a command on it."""
    with house.signed_in(Role.AUDITOR) as browser:
        page = browser.get(f"{PERSON}?everything=true").text
    assert 'id="item-D21"' in page
    assert re.findall(r"/do/\w+", page) == []
