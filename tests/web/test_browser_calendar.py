"""Calendar, conduct and system in a real browser: for everybody, on a phone, on paper, without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import FilePayload

from tests.support.trial import ROOT
from tests.web.looked_at import complaints_of, shot
from tests.web.test_browser import START, Demo, demo

__all__ = ["demo"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
PAGES = {
    "calendar": f"{START}/calendar",
    "calendar-week": f"{START}/calendar?view=week",
    "calendar-list": f"{START}/calendar?view=list",
    "calendar-expected": f"{START}/calendar?month=2027-02",
    "conduct": f"{START}/conduct",
    "version": f"{START}/conduct/version/2.0",
    "system": "/system",
}
AMENDMENT = ROOT / "protocols" / "amendments" / "NCT06642025-2.0.yaml"


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "en"), ("light", "zh-CN")])
def test_everybody_can_use_them(demo: Demo, scheme: Any, language: str) -> None:
    """Axe finds nothing on any of the pages, light and dark, and in Chinese (WCAG 2.2 AA)."""
    found: dict[str, list[str]] = {}
    with demo.person(
        color_scheme=scheme, locale=language, viewport={"width": 1280, "height": 900}
    ) as context:
        page = context.pages[0]
        for name, path in PAGES.items():
            answer = page.goto(demo.address + path)
            assert answer is not None and answer.status == 200
            shot(page, f"{name}-{scheme}-{language}")
            found[name] = complaints_of(page)
    assert {name: each for name, each in found.items() if each} == {}


def test_a_month_is_an_agenda_on_a_phone(demo: Demo) -> None:
    """At a phone's width the month stands day under day, empty days left out, and nothing is cut off."""
    with demo.person(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True) as context:
        page = context.pages[0]
        for name, path in PAGES.items():
            page.goto(demo.address + path)
            shot(page, f"{name}-phone")
            inside = (
                "[...document.querySelectorAll('main > *')].map(each => each.getBoundingClientRect().right)"
            )
            assert max(page.evaluate(inside)) <= 390, name
        page.goto(demo.address + PAGES["calendar"])
        days = page.locator("table.calendar td:visible")
        lefts = {round(days.nth(number).bounding_box()["x"]) for number in range(days.count())}  # type: ignore[index]
        assert len(lefts) == 1
        assert page.locator("table.calendar td.empty:visible").count() == 0


def test_a_calendar_needs_no_script(demo: Demo) -> None:
    """Months are walked and an address is made and ended with plain links and forms."""
    with demo.person(java_script_enabled=False) as context:
        page = context.pages[0]
        page.goto(demo.address + PAGES["calendar"])
        heading = page.locator("h1").inner_text()
        page.get_by_role("link", name=re.compile("Month after")).click()
        assert page.locator("h1").inner_text() != heading
        page.get_by_role("button", name="Make an address").click()
        address = page.get_by_label("Address").input_value()
        answer = context.request.get(address)
        assert answer.ok and "BEGIN:VCALENDAR" in answer.text()
        page.get_by_role("link", name="To the calendar").click()
        page.get_by_role("button", name="End the address").click()
        assert context.request.get(address).status == 404


def test_a_document_can_be_handed_in(demo: Demo) -> None:
    """A file that is handed in comes back as what it would change."""
    with demo.person("investigator-1") as context:
        page = context.pages[0]
        page.goto(demo.address + PAGES["conduct"])
        text = AMENDMENT.read_text(encoding="utf-8").replace('version: "2.0"', 'version: "2.1"', 1)
        document = FilePayload(name="next.yaml", mimeType="application/yaml", buffer=text.encode())
        page.locator("#document").set_input_files(files=[document])
        page.get_by_role("button", name="Show what it would change").click()
        assert "not published" in page.locator("h1").inner_text()
        assert page.locator("#changes").is_visible()


def test_a_month_prints_on_one_table(demo: Demo) -> None:
    """On paper the month is a table, without what only a screen needs."""
    with demo.person(viewport={"width": 1032, "height": 700}) as context:
        page = context.pages[0]
        page.goto(demo.address + PAGES["calendar"])
        page.emulate_media(media="print")
        assert page.locator("table.calendar").is_visible()
        assert not page.locator("form.filter").is_visible() and not page.locator("#feed").is_visible()
        shot(page, "calendar-print")
