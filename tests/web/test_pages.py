"""What the pages show, and what they never let through."""

from __future__ import annotations

import asyncio
import re
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from console.web.rendering import MARKS
from domain.recorded import STUDY_SUBJECT
from domain.standing import Standing
from tests.console.seeding import STUDY
from tests.support.trial import INVESTIGATOR
from tests.web.house import PEOPLE, START, House
from tests.web.test_forms import open_form
from tests.web.test_roles import ALERT, PERSON, READING

PAGES = [path for path, _ in READING.values() if path != "/" and not path.startswith("/alerts")]
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}{% raw %}",
    "</title></textarea><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "event: moved\ndata: 1\n\n",
    "\u202etxt.exe",
)


def test_today_says_what_was_expected_and_who_is_next(house: House) -> None:
    """An alert's row says what was expected, what happened, who holds it, and whom the ladder tells when."""
    with house.signed_in() as browser:
        text = _words(browser.get(START).text)
    assert "P-001 · Day 21 visit" in text
    assert "Expected 1 Mar 2026 – 5 Mar 2026" in text
    assert "Happened nothing recorded, 1 day late" in text
    assert "Held by nobody" in text
    assert re.search(r"Ladder [01] of 3 rungs reached; next: \w+, \d+ Mar 2026 \d\d:\d\d", text)
    assert "Times in Asia/Shanghai; now 6 Mar 2026 15:00." in text


def test_the_title_counts_what_waits(house: House) -> None:
    """The number of unanswered alerts stands in the title, and goes down when one is answered."""
    with house.signed_in() as browser:
        before = _title(browser.get(START).text)
        browser.post(f"{START}/acknowledge", browser.form(alert=ALERT, back=START))
        after = _title(browser.get(START).text)
    count = re.match(r"\((\d+)\) Today", before)
    assert count is not None
    left = int(count.group(1)) - 1
    assert after.startswith(f"({left}) Today" if left else "Today")


def test_an_alerts_page_tells_its_ladder_and_its_history(house: House) -> None:
    """One alert shows its rungs, what was sent for it, and everything that happened to it."""
    with house.signed_in() as browser:
        browser.post(f"{START}/acknowledge", browser.form(alert=ALERT, back=START))
        text = _words(browser.get(f"{START}/alert/{ALERT}").text)
    assert "acknowledged" in text and "coordinator-1 until" in text
    assert "alert raised" in text.split("History")[1]


def test_what_a_person_called_missed_is_not_called_late(house: House) -> None:
    """A visit that somebody said was missed is told as missed, with the reason, and no longer as late."""
    missed = {"kind": "miss_visit", "item": "D21", "reason": "snowed in", "actor": INVESTIGATOR}
    with house.signed_in() as browser:
        asyncio.run(house.send(STUDY, "P-001", "missed-1", missed))
        text = _words(browser.get(f"{START}/alert/{ALERT}").text)
    assert "Happened missed : snowed in" in text.replace("missed:", "missed :")
    assert "late" not in text and "/record/D21" not in text


def test_an_alert_of_the_study_has_its_page(house: House) -> None:
    """A hold's alert is nobody's: it stands in the queue, is told in full, and is answered like any other."""
    hold = {"kind": "place_hold", "reason": "to be looked into"}
    name = "study/hold-1/on_hold"
    with house.signed_in() as browser:
        asyncio.run(house.send(STUDY, STUDY_SUBJECT, "hold-1", {**hold, "actor": INVESTIGATOR}))
        assert name in browser.get(START).text
        page = _words(browser.get(f"{START}/alert/{name}").text)
        assert "the study" in page and "alert raised" in page.split("History")[1]
        answer = browser.post(f"{START}/acknowledge", browser.form(alert=name, back=START))
        assert answer.status_code == 303
        assert "coordinator-1 until" in _words(browser.get(f"{START}/alert/{name}").text)


def test_the_queue_has_its_state_in_the_address(house: House) -> None:
    """Each state is an address of its own, and an alert stands in the one it has."""
    with house.signed_in() as browser:
        browser.post(f"{START}/acknowledge", browser.form(alert=ALERT, back=START))
        shown = {
            state: ALERT in browser.get(f"{START}/alerts?state={state}").text
            for state in ("open", "acknowledged", "snoozed", "resolved", "all")
        }
    assert [state for state, there in shown.items() if there] == ["acknowledged", "all"]


def test_why_names_anchor_rule_and_source(house: House) -> None:
    """A date's page names its anchor and day, its rule, where the rule is from, and what touched it."""
    with house.signed_in() as browser:
        text = _words(browser.get(f"{PERSON}/why/D28").text)
    for part in (
        "infusion , 10 Feb 2026",
        "CAR-T cell infusion (Day 0) + 28 days",
        "NCT06642025 1.0",
        "Asia/Shanghai",
        "window ",
    ):
        assert part in text


def test_the_picture_and_the_table_say_the_same(house: House) -> None:
    """Every participant has a row in the table, and everyone with a day 0 a lane in the picture."""
    with house.signed_in() as browser:
        text = browser.get(f"{START}/overview").text
    picture, table = text.split('id="grid"')
    for person in ("P-001", "P-002"):
        assert f">{person}</text>" in picture and f">{person}</a>" in table
    assert ">P-003</text>" not in picture and ">P-003</a>" in table
    assert "Without a day 0 so far: P-003" in picture


@pytest.mark.parametrize("path", [*PAGES, "/sign-in"])
def test_nothing_on_a_page_is_inline_or_from_elsewhere(house: House, path: str) -> None:
    """No page holds a style, a script or a handler of its own, or names another host; every one says so."""
    with house.signed_in() as browser:
        answer = browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and policy.startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=\"/static/)", answer.text)
    outside = re.findall(r"(?:src|href|action)=[\"'](?!/|#|\?)([^\"']*)", answer.text)
    assert outside == []


@pytest.mark.parametrize("text", HOSTILE)
def test_what_was_typed_is_never_markup(house: House, text: str) -> None:
    """Whatever is typed into a field is shown as it was typed, wherever it is shown, and does nothing."""
    path = f"{PERSON}/record/D21"
    with house.signed_in() as browser:
        fields = {**open_form(browser, path), "happened": "2027-01-05", "reason": text, "approved_by": text}
        refused = browser.post(f"{PERSON}/do/record_item", fields)
        assert refused.status_code == 422
        odd = browser.post("/sign-in", {"user": text, "password": "x", "next": text})
        pages = [refused.text, odd.text]
        typed = {**open_form(browser, path), "happened": "2026-03-04", "reason": text}
        taken = browser.post(f"{PERSON}/do/record_item", typed)
        assert taken.status_code in (303, 422)  # what no record can hold is refused
        pages += [browser.get(each).text for each in PAGES]
    for page in pages:
        seen = Seen()
        seen.feed(page)
        assert seen.odd == []
        assert "49{" not in page


@pytest.mark.parametrize("standing", list(Standing))
def test_every_standing_has_a_shape_of_its_own(standing: Standing) -> None:
    """How an item stands is told by a shape and a word too, never by colour alone."""
    assert MARKS[standing.value]
    assert len(set(MARKS.values())) == len(Standing)


def test_pages_are_there_when_the_timelines_are_not(house: House) -> None:
    """Reading needs no Temporal: every page is shown while nothing can be sent."""
    house.trouble = RuntimeError("nothing may be sent")
    shown: dict[str, int] = {}
    for role in PEOPLE:
        mine = [path for path, roles in READING.values() if path in PAGES and role in roles]
        with house.signed_in(role) as browser:
            shown |= {path: browser.get(path).status_code for path in mine if path not in shown}
            assert browser.get("/health").text == "ok"
    assert set(shown) == set(PAGES)
    assert set(shown.values()) == {200}, shown


class Seen(HTMLParser):
    """What a browser would find that no template of ours holds."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        inline = tag == "script" and not (given.get("src") or "").startswith("/static/")
        handlers = [name for name in given if name.startswith("on")]
        led_away = str(given.get("href", "")).startswith("javascript:")
        if inline or handlers or led_away or tag in ("img", "iframe", "object", "embed", "style"):
            self.odd.append(f"<{tag} {given}>")


def _title(page: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert found is not None
    return found.group(1)


def _words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
