"""Protocol what-if in the console: every life once more under another version, and nothing saved."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from activities.hearing import Provenance
from console.web.guarding import MOST_OF_A_DOCUMENT
from console.web.what_if import living
from console.what_ifs import protocol_page, protocol_shown
from domain.roles import Role
from protocols.reading import protocol_body, read_protocol
from replay.history import history_of
from replay.protocol import WhatIf, under_protocol
from tests.support.trial import ROOT
from tests.web.house import ORIGIN, START, Browser, House
from tests.web.test_what_if import contents
from tests.web.what_if_forms import form_with, sent, words

PAGE = f"{START}/protocol/what-if"
FIRST = read_protocol(ROOT / "protocols" / "NCT06642025.yaml")
AMENDMENT = (ROOT / "protocols" / "amendments" / "NCT06642025-2.0.yaml").read_text(encoding="utf-8")


def handed_in(browser: Browser, text: str, path: str = PAGE, **fields: str) -> httpx.Response:
    """Hand a draft in as a file, as the page's form does."""
    answer: httpx.Response = browser.client.post(
        path,
        data={**browser.form(), **fields},
        files={"file": ("draft.yaml", text.encode(), "application/yaml")},
        headers={"origin": ORIGIN, "sec-fetch-site": "same-origin"},
    )
    return answer


def found_by_hand(house: House, *people: str) -> WhatIf:
    """What the command line finds for the amendment."""
    protocol = read_protocol(ROOT / "protocols" / "amendments" / "NCT06642025-2.0.yaml")
    with house.store.reading() as reading:
        return under_protocol(history_of(reading), protocol, people, house.now, Provenance("", ""))


def test_a_draft_is_lived_and_forgotten(house: House) -> None:
    """A summary names everybody whose life would be another one, then each in full; nothing is saved."""
    before = contents(house)
    with house.signed_in(Role.DATA_MANAGER) as browser:
        page = handed_in(browser, AMENDMENT)
    text = words(page)
    assert page.status_code == 200, text
    assert "Under version 2.0, up to 6 Mar 2026 15:00" in text
    assert "3 participants lived under it, from consent on." in text
    assert 'id="summary-P-001"' in page.text and 'href="#affected-P-001"' in page.text
    assert "Day 21 visit 1 Mar 2026 – 5 Mar 2026 1 Mar 2026 – 6 Mar 2026" in text
    assert "Day 45 visit – 24 Mar 2026 – 30 Mar 2026" in text
    assert contents(house) == before and house.sent == []
    with house.store.reading() as reading:
        assert len(reading.documents("protocol")) == 1


def test_the_files_are_those_of_the_command_line(house: House) -> None:
    """JSON and HTML are byte for byte what `dayzero replay protocol` writes of the same record."""
    found = found_by_hand(house)
    with house.signed_in(Role.DATA_MANAGER) as browser:
        page = handed_in(browser, AMENDMENT)
        fields = dict(form_with(page, f'action="{PAGE}.json"'))
        document = {"document": AMENDMENT}
        as_json = sent(browser, f"{PAGE}.json", [*fields.items(), *document.items()])
        as_html = sent(browser, f"{PAGE}.html", [*fields.items(), *document.items()])
    options = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
    assert as_json.content == orjson.dumps(protocol_shown(found), option=options)
    assert as_html.text == protocol_page(found)
    assert 'filename="NCT06642025-2.0-what-if.json"' in as_json.headers["content-disposition"]


def test_a_published_version_is_asked_by_its_address(house: House) -> None:
    """Whoever lives under the version that is in force lives no other life."""
    with house.signed_in(Role.AUDITOR) as browser:
        page = browser.get(f"{PAGE}?version=1.0")
    assert page.status_code == 200
    assert "For 3 nothing would be another thing." in words(page) and 'id="nothing"' in page.text


@pytest.mark.parametrize(
    ("asked", "people"),
    [
        ({"whom": "running"}, "2 participants"),
        ({"whom": "ended"}, "1 participant "),
        ({"whom": "these", "p": "P-002"}, "1 participant "),
    ],
)
def test_it_is_asked_for_some_or_all(house: House, asked: dict[str, str], people: str) -> None:
    """Running, ended or chosen: only they live under the draft."""
    with house.signed_in(Role.DATA_MANAGER) as browser:
        page = handed_in(browser, AMENDMENT, **asked)
    assert f"{people}{'' if people.endswith(' ') else ' '}lived under it" in words(page)


def test_time_goes_on_to_a_day_ahead(house: House) -> None:
    """Up to a later day, what would come due by then under the draft is told."""
    with house.signed_in(Role.DATA_MANAGER) as browser:
        now, later = handed_in(browser, AMENDMENT), handed_in(browser, AMENDMENT, until="2026-04-10")
    assert "up to 10 Apr 2026 23:59" in words(later)
    assert "Day 45 visit overdue" not in words(now) and "Day 45 visit overdue –" in words(later)


def test_a_draft_that_keeps_its_number_can_be_tried(house: House) -> None:
    """A copy of what is published, changed but not numbered anew, is lived as it stands."""
    body = protocol_body(FIRST)
    for visit in body["visits"]:
        if visit["code"] == "D28":
            visit["window"]["late"] = "P9D"
    with house.signed_in(Role.DATA_MANAGER) as browser:
        page = handed_in(browser, orjson.dumps(body).decode())
    assert page.status_code == 200, words(page)
    assert "Day 28 visit 7 Mar 2026 – 13 Mar 2026 7 Mar 2026 – 19 Mar 2026" in words(page)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id: NCT06642025\nversion: '3.0'\nvisits: oops\n", "the document:3: visits"),
        ("a: {", "this is not YAML"),
        ("id: x\nbase: /etc/passwd", "names no file beside the document"),
        ("<script>alert(1)</script>: 1", "wrong with it"),
        ((ROOT / "protocols" / "DZ-CYCLES.yaml").read_text(encoding="utf-8"), "another study"),
    ],
)
def test_a_draft_that_is_wrong_says_where(house: House, text: str, says: str) -> None:
    """What is wrong is told with its line, and what was handed in is still there to be mended."""
    with house.signed_in(Role.DATA_MANAGER) as browser:
        page = handed_in(browser, text)
    assert page.status_code == 422
    assert says in words(page) and "<script>alert" not in page.text
    assert "spellcheck" in page.text.partition("<textarea")[2][:200]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("version=9.9", "No such version is published."),
        ("version=1.0&whom=these&p=NOBODY", "There is nobody like that"),
        ("version=1.0&until=tomorrow", "Write the day as"),
        ("version=1.0&until=2099-01-01", "further ahead than any study"),
    ],
)
def test_a_question_that_is_not_right_is_said(house: House, query: str, says: str) -> None:
    """Whatever is wrong with the question is told in its own words, for the page and for the file."""
    with house.signed_in(Role.DATA_MANAGER) as browser:
        for form in ("", ".json"):
            page = browser.get(f"{PAGE}{form}?{query}")
            assert (page.status_code, says in words(page)) == (422, True)


def test_what_takes_too_long_ends_with_a_sentence(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits longer than was said; the page tells where it can be asked without hurry."""
    monkeypatch.setattr(living, "SECONDS", 0.0)
    with house.signed_in(Role.DATA_MANAGER) as browser:
        page = browser.get(f"{PAGE}?version=1.0")
    assert page.status_code == 422 and "dayzero replay protocol" in words(page)


def test_a_whole_document_may_be_pasted_and_a_larger_one_not(house: House) -> None:
    """A protocol of the usual length passes as a file and as text; nothing longer than any is read."""
    whole = (ROOT / "protocols" / "NCT06642025.yaml").read_text(encoding="utf-8")
    with house.signed_in(Role.DATA_MANAGER) as browser:
        pasted: list[tuple[str, str]] = [*browser.form().items(), ("document", whole)]
        assert sent(browser, PAGE, pasted).status_code == 200
        assert handed_in(browser, "#" * MOST_OF_A_DOCUMENT).status_code == 413
        assert sent(browser, f"{START}/what-if", pasted).status_code == 413


def test_many_are_summed_up_and_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page leaves out for its length stands in the summary, and is counted."""
    monkeypatch.setattr(living, "MOST_IN_FULL", 1)
    with house.signed_in(Role.DATA_MANAGER) as browser:
        page = handed_in(browser, AMENDMENT)
    assert page.text.count('<section class="affected" id="affected-P-') == 1
    assert page.text.count('<tr id="summary-P-') == 2
    assert "1 more is in the summary and in the files only." in words(page)


def test_a_form_from_elsewhere_is_turned_away(house: House) -> None:
    """Without the session's token nothing is lived; an engineer takes no file away."""
    wrong: dict[str, Any] = {"csrf": "x"}
    with house.signed_in(Role.DATA_MANAGER) as browser:
        assert handed_in(browser, AMENDMENT, **wrong).status_code == 403
        assert browser.get(f"{PAGE}?version=1.0&as_of=2026-03-01").status_code == 409
    with house.signed_in(Role.ENGINEER) as browser:
        assert browser.get(PAGE).status_code == 200
        assert browser.get(f"{PAGE}.json?version=1.0").status_code == 403


def test_pages_about_versions_lead_here(house: House) -> None:
    """Conduct and each published version offer every life under it."""
    with house.signed_in(Role.DATA_MANAGER) as browser:
        assert f'formaction="{PAGE}"' in browser.get(f"{START}/conduct").text
        assert f'href="{PAGE}?version=1.0"' in browser.get(f"{START}/conduct/version/1.0").text
