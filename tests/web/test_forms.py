"""What is written in a form is recorded once, or comes back with the reason."""

from __future__ import annotations

import re
import uuid
from html import unescape

import pytest

from console.connecting import NoServer
from console.letter import OutcomeUnknown
from tests.web.house import START, Browser, House

ALERT = "P-001/D21/overdue"
PERSON = f"{START}/participant/P-001"
DO = {
    f"{PERSON}/record/D21": f"{PERSON}/do/record_item",
    f"{PERSON}/plan/D28": f"{PERSON}/do/plan_item",
}
"""Where the forms at these addresses are sent."""


def fields_of(page: str) -> dict[str, str]:
    """What stands in the form of a page."""
    form = page[page.index('class="sheet"') :]
    form = form[: form.index("</form>")]
    found = re.findall(r'<input[^>]*?name="([\w.]+)"[^>]*?value="([^"]*)"', form)
    found += re.findall(r'<textarea[^>]*?name="([\w.]+)"[^>]*>([^<]*)', form)
    for name, options in re.findall(r'<select[^>]*?name="([\w.]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found.append((name, chosen.group(1) if chosen else ""))
    return {name: unescape(value) for name, value in found if name != "take_back"}


def open_form(browser: Browser, path: str) -> dict[str, str]:
    """The fields of the form at an address, as its page shows them."""
    page = browser.get(path)
    assert page.status_code == 200
    return fields_of(page.text)


def test_a_double_click_records_once(house: House) -> None:
    """The same form sent twice acknowledges once, and both answers lead to the same page (INV-2)."""
    with house.signed_in() as browser:
        fields = browser.form(alert=ALERT, back=START)
        first = browser.post(f"{START}/acknowledge", fields)
        version = house.version("P-001")
        second = browser.post(f"{START}/acknowledge", fields)
        assert first.status_code == second.status_code == 303
        assert first.headers["location"] == second.headers["location"] == f"{START}?done=acknowledged"
        assert house.version("P-001") == version
        assert "Acknowledged." in browser.get(first.headers["location"]).text


def test_the_page_after_a_write_shows_it(house: House) -> None:
    """What was recorded is on the page that follows, and its alert is resolved there (INV-5)."""
    path = f"{PERSON}/record/D21"
    with house.signed_in() as browser:
        assert ALERT in browser.get(START).text
        fields = {**open_form(browser, path), "happened": "2026-03-04", "happened.clock": "09:30"}
        answer = browser.post(DO[path], fields)
        assert answer.headers["location"] == f"{PERSON}?done=recorded"
        page = browser.get(answer.headers["location"]).text
        assert "4 Mar 2026 09:30" in page
        assert ALERT not in browser.get(START).text
    assert house.sent[-1][1]["happened"] == "2026-03-04T09:30:00+08:00"


def test_a_refusal_comes_back_with_everything_typed(house: House) -> None:
    """A day ahead is refused beside its field, with status 422, and no word that was typed is lost."""
    path = f"{PERSON}/record/D21"
    typed = {
        "happened": "2027-01-05",
        "happened.clock": "10:15",
        "reason": "she said <b>so</b>",
        "approved_by": "investigator-1",
    }
    with house.signed_in() as browser:
        first = open_form(browser, path)
        answer = browser.post(DO[path], {**first, **typed})
        assert answer.status_code == 422
        assert re.search(
            r'<input id="f-happened"[^>]*aria-invalid="true"[^>]*aria-describedby="why-f-happened',
            answer.text,
        )
        assert re.search(r'id="why-f-happened">.*?later than now|future', answer.text, re.DOTALL)
        again = fields_of(answer.text)
        assert {name: again[name] for name in typed} == typed
        assert again["id"] != first["id"], "a refusal is the answer to its id for ever"
        mended = browser.post(DO[path], {**again, "happened": "2026-03-05"})
        assert mended.status_code == 303
    assert "D21" in house.sent[-1][1]["item"]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"happened": ""}, "happened", "This is needed"),
        ({"happened": "yesterday"}, "happened", "cannot be read"),
        ({"happened": "2026-03-04", "happened.clock": "half past"}, "happened-clock", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_asked_again(
    house: House, typed: dict[str, str], field: str, sentence: str
) -> None:
    """A day or time that cannot be read is not sent; the field says what would be right."""
    path = f"{PERSON}/record/D21"
    with house.signed_in() as browser:
        answer = browser.post(DO[path], {**open_form(browser, path), **typed})
    assert answer.status_code == 422
    assert sentence in answer.text.split(f'id="why-f-{field}">')[1]
    assert house.sent == []


@pytest.mark.parametrize(
    "trouble",
    [OutcomeUnknown("x", "no answer within 30 s"), NoServer("nobody listens")],
    ids=["unknown", "away"],
)
def test_an_unknown_outcome_is_asked_again_under_the_same_id(house: House, trouble: Exception) -> None:
    """When nobody answers, the form says so, keeps its id, and records once when sent again."""
    path = f"{PERSON}/record/D21"
    with house.signed_in() as browser:
        first = {**open_form(browser, path), "happened": "2026-03-04"}
        house.trouble = trouble
        answer = browser.post(DO[path], first)
        assert answer.status_code == 503
        assert "Ask again" in answer.text
        again = fields_of(answer.text)
        assert again["id"] == first["id"]
        house.trouble = None
        assert browser.post(DO[path], again).status_code == 303
    assert [each for each, _ in house.sent] == [first["id"], first["id"]]


def test_an_alert_that_is_answered_already_says_so(house: House) -> None:
    """A second person's acknowledgement is refused with the reason, and with a way back."""
    with house.signed_in() as browser:
        browser.post(f"{START}/acknowledge", browser.form(alert=ALERT, back=START))
        answer = browser.post(f"{START}/acknowledge", browser.form(alert=ALERT, back=START))
    assert answer.status_code == 422
    assert "Not acknowledged" in answer.text and f'href="{START}"' in answer.text


def test_an_acknowledgement_nobody_answered_can_be_asked_again(house: House) -> None:
    """When the outcome is unknown the page offers the same form with the same id."""
    with house.signed_in() as browser:
        fields = browser.form(alert=ALERT, back=START)
        house.trouble = OutcomeUnknown("x", "no answer")
        answer = browser.post(f"{START}/acknowledge", fields)
    assert answer.status_code == 503
    assert f'name="id" value="{fields["id"]}"' in answer.text


def test_an_appointment_is_planned_and_moved_with_a_reason(house: House) -> None:
    """A first appointment needs a day; moving it needs a reason, and the form that asks keeps the day."""
    path = f"{PERSON}/plan/D28"
    with house.signed_in() as browser:
        assert (
            browser.post(DO[path], {**open_form(browser, path), "appointment": "2026-03-10"}).status_code
            == 303
        )
        moving = open_form(browser, path)
        assert moving["appointment"] == "2026-03-10"
        asked = browser.post(DO[path], {**moving, "appointment": "2026-03-11"})
        assert asked.status_code == 422
        again = fields_of(asked.text)
        assert again["appointment"] == "2026-03-11"
        assert browser.post(DO[path], {**again, "reason": "ward is full"}).status_code == 303
        assert "11 Mar 2026" in browser.get(PERSON).text


def test_the_answer_keeps_to_the_form_it_came_from(house: House) -> None:
    """An id used for another thing is refused, and nothing is recorded (INV-3)."""
    with house.signed_in() as browser:
        same = str(uuid.uuid4())
        path = f"{PERSON}/plan/D28"
        fields = {**open_form(browser, path), "id": same, "appointment": "2026-03-10"}
        assert browser.post(DO[path], fields).status_code == 303
        version = house.version("P-001")
        assert (
            browser.post(DO[path], {**fields, "appointment": "2026-03-11", "reason": "x"}).status_code == 422
        )
    assert house.version("P-001") == version
