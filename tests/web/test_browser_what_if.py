"""What-if in a real browser: an infusion slips five days, is looked at, and is recorded exactly so."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.console.seeding import STUDY
from tests.support.trial import COORDINATOR
from tests.web.house import START, House
from tests.web.looked_at import complaints_of, shot
from tests.web.served import Served, served
from tests.web.test_what_if import appointment, tell

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def console(house: House) -> Iterator[Served]:
    """The told trial, listening."""
    with served(house) as listening:
        yield listening


def slipped(page: Page, console: Served) -> None:
    """Ask what if P-002's infusion slips five days, from the participant's own page."""
    page.goto(f"{console.address}{START}/participant/P-002")
    page.get_by_role("link", name="What if?").click()
    page.get_by_label("What if this slips").select_option("infusion")
    page.get_by_label("by days").fill("5")
    page.get_by_role("button", name="See what it leads to").click()
    expect(page.get_by_role("heading", name="What it would lead to")).to_be_visible()


def test_an_infusion_slips_five_days_and_is_recorded(console: Served) -> None:
    """The new plan stands beside the old one with what no longer fits and the work of each week; what is
    recorded is exactly that. Axe finds nothing in light and dark, nor is it wider than a phone."""
    with console.person() as page:
        slipped(page, console)
        expect(page.locator("#tried-1")).to_contain_text("would be recorded")
        expect(page.locator("#dates-P-002-1")).to_be_visible()
        expect(page.locator(".clashes")).to_contain_text("when the site does not work")
        expect(page.locator("svg.load")).to_be_visible()
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        found = {"light": complaints_of(page)}
        shot(page, "what-if-light")
        page.emulate_media(color_scheme="dark")
        found["dark"] = complaints_of(page, ["color-contrast"])
        page.set_viewport_size({"width": 390, "height": 844})
        found["phone"] = complaints_of(page, ["target-size", "scrollable-region-focusable"])
        shot(page, "what-if-phone-dark")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert found == {"light": [], "dark": [], "phone": []}
        page.get_by_role("button", name="Record exactly this").click()
        expect(page.get_by_text("Recorded.")).to_be_visible()
        expect(page.locator("#item-infusion")).to_contain_text("appointment 23 Apr 2026")
    assert appointment(console.house, item="infusion") == "2026-04-23"


def test_a_record_that_moved_is_looked_at_again_without_scripts(console: Served) -> None:
    """Somebody else moves the record between the look and the deed: nothing is recorded, what moved is told,
    and looked at again it is recorded. All of it without JavaScript."""
    with console.person(java_script_enabled=False) as page:
        slipped(page, console)
        plan = {"item": "leukapheresis", "appointment": "2026-03-18"}
        # The browser's own loop runs in this thread.
        other = threading.Thread(target=tell, args=(console.house, "plan_item"), kwargs=plan)
        other.start()
        other.join()
        page.get_by_role("button", name="Record exactly this").click()
        problem = page.locator("#problem")
        expect(problem).to_contain_text("the record has moved since you looked")
        expect(problem).to_contain_text("Leukapheresis")
        expect(problem).to_contain_text(COORDINATOR["id"])
        shot(page, "what-if-moved")
        assert appointment(console.house, item="infusion") is None
        page.get_by_role("button", name="Record exactly this").click()
        expect(page.get_by_text("Recorded.")).to_be_visible()
    assert appointment(console.house, item="infusion") is not None
    with console.house.store.reading() as reading:
        taken = [each for each in reading.commands(f"participant/{STUDY}/P-002") if each.accepted]
    assert [each.kind for each in taken].count("apply_together") == 1
