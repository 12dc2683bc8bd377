"""True at: every reading page as it was in truth at a moment, beside what was known of it."""

from __future__ import annotations

import asyncio
import csv
import html
import re
from datetime import UTC
from urllib.parse import quote

import pytest

from domain.roles import Role
from tests.console.seeding import STUDY
from tests.support.trial import COORDINATOR
from tests.web.house import START, Browser, House
from tests.web.test_as_of import AT_THE_DOOR, PAGES, PERSON, words
from tests.web.test_roles import READING

EXPORTS = ("items.csv", "endpoints.json", "events.jsonl", "alerts.zip")
DAY21 = "2026-03-03"


@pytest.fixture
def late(house: House) -> House:
    """Day 21 of P-001 took place on 3 March and was typed in on the 6th, after its window had closed."""
    body = {"kind": "record_item", "actor": COORDINATOR, "item": "D21", "happened": DAY21}
    asyncio.run(house.send(STUDY, "P-001", "typed-late", body))
    return house


def page(browser: Browser, path: str, **moments: str) -> str:
    """What a page says at these moments."""
    mark = "&" if "?" in path else "?"
    said = "&".join(f"{name}={quote(value)}" for name, value in moments.items())
    answer = browser.get(f"{path}{mark}{said}" if said else path)
    assert answer.status_code == 200, f"{path} {moments}: {answer.status_code}"
    return answer.text


def test_a_page_says_what_was_true_and_another_what_was_known(late: House) -> None:
    """The evening after day 21 nobody had typed it in: as known it waits, as it was it is done, and the
    banner says which of the two is shown."""
    with late.signed_in(Role.AUDITOR) as browser:
        known, true = page(browser, PERSON, as_of="2026-03-04"), page(browser, PERSON, true_at="2026-03-04")
    assert "As it was known at the end of 4 Mar 2026." in known
    assert "As it was in truth at the end of 4 Mar 2026. By all that is known now." in squeezed(true)
    assert (standing(known), standing(true)) == ("past target", "done")


def test_what_was_known_of_a_truth(late: House) -> None:
    """With both moments a page is as it was, by what was known then: before it was typed in, day 21 waits."""
    with late.signed_in(Role.AUDITOR) as browser:
        both = page(browser, PERSON, true_at="2026-03-04", as_of="2026-03-05")
        known = page(browser, PERSON, as_of="2026-03-04")
        links = re.findall(
            r'href="(/study/[^"]*)"', page(browser, START, true_at="2026-03-04", as_of="2026-03-05")
        )
    assert "By what was known at the end of 5 Mar 2026." in squeezed(both)
    assert standing(both) == standing(known) == "past target"
    away = [each for each in links if "true_at=2026-03-04" not in each or "as_of=2026-03-05" not in each]
    assert (len(links) > 4, away) == (True, [START])


def test_now_it_is_the_live_page(house: House) -> None:
    """True at the present moment every page says what it says live: the same facts, figures and links."""
    now = house.now.isoformat()
    with house.signed_in(Role.AUDITOR) as browser:
        for path in PAGES:
            true, live = page(browser, path, true_at=now), page(browser, path)
            # Events are told in the order in which they happened.
            assert sorted(told(true)) == sorted(told(live)), path


def test_every_page_can_be_asked_so(late: House) -> None:
    """Every page that can be read as it was known can be read as it was, with one moment and with both."""
    wrong: list[tuple[str, int]] = []
    with late.signed_in(Role.COORDINATOR) as browser:
        for path, _ in READING.values():
            mark = "&" if "?" in path else "?"
            known = browser.get(f"{path}{mark}as_of=2026-03-05").status_code
            for moments in ("true_at=2026-03-05", "true_at=2026-03-05&as_of=2026-03-05"):
                answer = browser.get(f"{path}{mark}{moments}").status_code
                wrong += [(path, answer)] if answer != known else []
    assert wrong == []


@pytest.mark.parametrize("name", EXPORTS)
def test_a_list_is_taken_as_it_was(late: House, name: str) -> None:
    """An export's name says both moments, and so does its head where it has one."""
    with late.signed_in(Role.AUDITOR) as browser:
        answer = browser.get(f"{START}/export/{name}?true_at=2026-03-04")
    assert answer.status_code == 200
    assert "true-at-20260304T155959Z" in answer.headers["content-disposition"]
    if name.endswith(".json"):
        assert answer.json()["true_at"] == "2026-03-04T15:59:59.999999Z"
        assert answer.json()["as_of"] == late.now.astimezone(UTC).isoformat().replace("+00:00", "Z")


def test_the_exported_standing_is_the_true_one(late: House) -> None:
    """The list of items as known has day 21 open, as it was it is done."""
    with late.signed_in(Role.AUDITOR) as browser:
        lists = {
            name: csv.DictReader(browser.get(f"{START}/export/items.csv?{name}=2026-03-04").text.splitlines())
            for name in ("as_of", "true_at")
        }
    found = {
        name: each["standing"]
        for name, rows in lists.items()
        for each in rows
        if (each["participant"], each["item"]) == ("P-001", "D21")
    }
    assert found == {"as_of": "past target", "true_at": "done"}


def test_the_form_offers_both(late: House) -> None:
    """The form at the foot asks for a day and how it is told; what it sends leads to that moment."""
    with late.signed_in(Role.AUDITOR) as browser:
        here = page(browser, PERSON)
        ways = re.findall(r'name="moment" value="([^"]+)"', here)
        true = page(browser, f"{PERSON}?as_of=2026-03-04&as_of_clock=&moment=true")
        three = page(browser, PERSON, as_of="2026-03-05")
        both = page(
            browser, f"{PERSON}?as_of=2026-03-04&as_of_clock=18:30&moment=true+as+known&known_by=2026-03-05"
        )
    assert ways == ["known", "true"]
    assert words(true) == words(page_of(late, true_at="2026-03-04"))
    assert re.findall(r'name="moment" value="([^"]+)"', three) == ["known", "true", "true as known"]
    assert '<input type="hidden" name="known_by" value="2026-03-05">' in three
    assert words(both) == words(page_of(late, true_at="2026-03-04T18:30:00+08:00", as_of="2026-03-05"))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.INVESTIGATOR])
def test_nothing_is_written_from_a_truth(late: House, role: Role) -> None:
    """A page of what was true has no form that writes and no way to one, and a form asked for is refused."""
    with late.signed_in(role) as browser:
        for path in PAGES:
            text = page(browser, path, true_at="2026-03-05")
            assert set(re.findall(r'method="post" action="([^"]+)"', text)) <= AT_THE_DOOR
            assert re.findall(r'href="[^"]*/(?:record|plan|do)/[^"]*"', text) == []
            assert "data-events" not in text
        assert browser.get(f"{PERSON}/record/D28?true_at=2026-03-05").status_code == 409


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("true_at=yesterday", "cannot be read"),
        ("true_at=2026-02-20T23:30", "cannot be read"),
        ("as_of=2026-02-20&as_of_clock=25:00&moment=true", "cannot be read"),
        ("true_at=%00%22%3E%3Cscript%3E", "cannot be read"),
        ("true_at=2026-03-07", "lies ahead"),
        ("true_at=2025-12-31", "Nothing had happened in the study by then"),
        ("true_at=2026-03-05&as_of=2026-03-04", "nothing was known yet of what was true then"),
        ("true_at=2026-03-05&as_of=2026-03-09", "lies ahead"),
    ],
)
def test_a_moment_that_cannot_be_shown_is_said(house: House, named: str, says: str) -> None:
    """No moment, one that lies ahead, one before there was anything, or a truth later than the knowledge: a
    sentence, and the way back to now."""
    with house.signed_in() as browser:
        answers = [browser.get(f"{each}{'&' if '?' in each else '?'}{named}") for each in PAGES]
    for path, answer in zip(PAGES, answers, strict=True):
        assert (answer.status_code, says in answer.text) == (422, True), answer.text
        assert f'href="{html.escape(path)}">Back to now' in answer.text
        assert "<script>" not in answer.text


def test_it_is_said_in_chinese(late: House) -> None:
    """The banner and the form are in the reader's language."""
    with late.signed_in(Role.AUDITOR) as browser:
        browser.client.cookies.set("dayzero_language", "zh-CN")
        text = page(browser, PERSON, true_at="2026-03-04")
    assert "2026年3月4日结束时的实际情况。" in text
    assert "当时实情" in text


def test_a_late_record_is_found_from_the_truth(late: House) -> None:
    """A link from a page of what was true to one record leads to it, though it was typed in later."""
    with late.signed_in(Role.AUDITOR) as browser:
        text = page(browser, f"{PERSON}/why/D21", true_at="2026-03-04")
        seq = late.version("P-001")
        record = browser.get(f"{START}/audit/P-001/{seq - 1}?true_at=2026-03-04")
    assert "2026" in text
    assert record.status_code == 200


def page_of(house: House, **moments: str) -> str:
    with house.signed_in(Role.AUDITOR) as browser:
        return page(browser, PERSON, **moments)


def squeezed(text: str) -> str:
    """Text without tags and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


def standing(text: str) -> str:
    """How day 21 stands on a participant's page."""
    row = re.search(r'<(?:tr|li)[^>]*id="[^"]*D21"[^>]*>(.*?)</(?:tr|li)>', text, re.DOTALL)
    assert row is not None
    found = re.search(r"past target|overdue|done", squeezed(row.group(1)))
    return found.group() if found else squeezed(row.group(1))


def told(text: str) -> list[str]:
    """What a page says, but for the moment in its addresses."""
    return [re.sub(r"[?&]true_at=[^&]*", "", each) for each in words(text)]
