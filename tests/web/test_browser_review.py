"""Safety, outcomes, deviations and the audit trail in a real browser, over a served console."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from domain.roles import Role
from tests.console.seeding import STUDY
from tests.support.trial import COORDINATOR
from tests.web.house import START, House
from tests.web.looked_at import complaints_of, shot
from tests.web.served import Served, served
from tests.web.test_review import SAE, tell

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PAGES = {
    "safety": f"{START}/safety?show=all",
    "adverse-event": f"{START}/participant/P-001/event/AE2",
    "outcomes": f"{START}/outcomes?of=orr",
    "deviations": f"{START}/deviations?state=all",
    "audit": f"{START}/audit",
    "audit-refused": f"{START}/audit?show=refused",
    "recorded-event": f"{START}/audit/P-001/3",
}


@pytest.fixture
def console(reviewed: House) -> Iterator[Served]:
    """The trial with outcomes, with a serious event whose reports are owed, and a visit that was late."""
    serious = {**SAE, "onset": "2026-05-30", "known": "2026-06-01T10:00:00+08:00"}
    late = {"kind": "record_item", "item": "D21", "happened": "2026-03-06", "reason": "snow"}
    tell(reviewed, "P-001", "sae-1", **serious)
    tell(reviewed, "P-001", "late-1", actor=COORDINATOR, **late)
    with served(reviewed) as listening:
        yield listening


def test_reviews_can_be_used_by_everybody(console: Served) -> None:
    """Axe finds nothing on any of these pages, light and dark, in English and Chinese, all parts opened."""
    found: dict[str, list[str]] = {}
    for scheme, language in (("light", "en"), ("dark", "en"), ("light", "zh-CN")):
        looks: Any = {"color_scheme": scheme, "locale": language, "viewport": {"width": 1280, "height": 900}}
        with console.person(**looks) as page:
            for name, path in PAGES.items():
                answer = page.goto(console.address + path)
                assert answer is not None and answer.status == 200
                shot(page, f"{name}-{scheme}-{language}")
                page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
                found[f"{name} {scheme} {language}"] = complaints_of(page)
    assert {name: each for name, each in found.items() if each} == {}


def test_reviews_fit_a_phone(console: Served) -> None:
    """At a phone's width none of these pages is wider than the screen, the download menu open too."""
    with console.person(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True) as page:
        wide: dict[str, int] = {}
        for name, path in PAGES.items():
            page.goto(console.address + path)
            shot(page, f"{name}-phone")
            page.evaluate("document.querySelectorAll('.downloads').forEach(each => each.open = true)")
            wide[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: each for name, each in wide.items() if each > 390} == {}


def test_an_auditor_follows_a_number_to_its_record(console: Served) -> None:
    """From a figure to its participants, to the event behind, to its hash; then the record is verified."""
    with console.person(Role.AUDITOR) as page:
        page.goto(f"{console.address}{START}/outcomes")
        page.locator("#endpoint-orr a[href*='row=']").first.click()
        page.locator("#behind-P-001").get_by_role("link", name=re.compile(r"#\d+")).last.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("response")
        expect(page.locator("dd", has_text="holds")).to_be_visible()
        page.get_by_role("link", name="In the trail").click()
        page.get_by_role("button", name="Verify now").click()
        expect(page.locator(".verified")).to_contain_text(re.compile("being verified|sound"))
        _reloaded_until(page, "sound")
        expect(page.locator(".verified")).to_contain_text("up to event")


def _reloaded_until(page: Page, says: str) -> None:
    """The page does not wait for a verification; who waits for it reloads."""
    until = time.monotonic() + 60
    while says not in page.locator(".verified").inner_text():
        assert time.monotonic() < until
        page.wait_for_timeout(500)
        page.goto(page.url.partition("#")[0])


def test_a_list_is_downloaded_from_its_menu(console: Served) -> None:
    """The menu of a page gives the list as a file whose name says what it is, and that it is simulated."""
    with console.person() as page:
        page.goto(f"{console.address}{START}/safety")
        page.get_by_text("Download", exact=True).click()
        with page.expect_download() as kept:
            page.get_by_role("link", name="Adverse events, CSV").click()
        assert re.fullmatch(rf"{STUDY}-SIMULATED-\w+-adverse-events\.csv", kept.value.suggested_filename)


def test_the_newest_page_of_the_trail_follows_the_record(console: Served) -> None:
    """What is recorded elsewhere is soon at the top of an open trail, and an opened event stays open."""
    with console.person() as page:
        page.goto(f"{console.address}{START}/audit")
        opened = page.locator(".stream > li details").first
        opened.locator("summary").click()
        held = page.locator(".stream > li").first.get_attribute("id")
        plan = {"kind": "plan_item", "item": "D90", "appointment": "2026-06-20", "actor": COORDINATOR}
        # The browser's own loop runs in this thread.
        told = threading.Thread(target=tell, args=(console.house, "P-001", "plan-9"), kwargs=plan)
        told.start()
        told.join()
        expect(page.get_by_text(re.compile("20 Jun 2026")).first).to_be_visible(timeout=10_000)
        expect(page.locator(f"#{held} details")).to_have_attribute("open", "")
