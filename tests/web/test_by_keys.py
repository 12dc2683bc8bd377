"""The console by keyboard, in a real browser: keys, menus and focus, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

from domain.roles import Role
from tests.console.seeding import STUDY
from tests.web.house import START, House
from tests.web.looked_at import complaints_of
from tests.web.served import Served, served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

LATE = "P-001 · Day 21 visit"
NASTY = "<img src=x onerror=alert(1)><script>alert(1)</script> {{ 7*7 }} event: ended"
STREAM = "fine\r\n\nevent: ended\ndata: 1\n\n"


@pytest.fixture
def console(house: House) -> Iterator[Served]:
    """A console of the test's own, listening."""
    with served(house) as listening:
        yield listening


def focused(page: Page) -> str:
    """What has the focus, in words."""
    said: str = page.evaluate("document.activeElement.textContent.trim()")
    return said


def test_rows_are_walked_and_opened_by_keys(console: Served) -> None:
    """`j` and `k` move through cards and rows and stop at the ends; Enter opens what has the focus, and the
    focus can be seen."""
    with console.person() as page:
        page.keyboard.press("j")
        first = focused(page)
        assert first == LATE
        outline = page.evaluate("getComputedStyle(document.activeElement.closest('.card')).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("j")
        assert focused(page) != first
        page.keyboard.press("k")
        page.keyboard.press("k")
        assert focused(page) == first
        page.keyboard.press("Enter")
        page.wait_for_url("**/alert/**")


def test_an_alert_is_acknowledged_by_a_key(console: Served) -> None:
    """`a` answers the alert that has the focus, as its button does; alone it answers none of several."""
    with console.person() as page:
        page.keyboard.press("j")
        page.keyboard.press("a")
        expect(page.get_by_text("Acknowledged.")).to_be_visible()
    assert [command["kind"] for _, command in console.house.sent] == ["acknowledge_alert"]


def test_an_alert_is_snoozed_by_a_key(console: Served) -> None:
    """`s` leads to the form that snoozes the alert that has the focus."""
    with console.person() as page:
        page.keyboard.press("j")
        page.keyboard.press("s")
        page.wait_for_url("**/participant/P-001/do/snooze_alert?*")
        expect(page.get_by_label("Alert", exact=True)).to_have_value("P-001/D21/overdue")


def test_a_key_does_only_what_the_page_offers(console: Served) -> None:
    """Whoever may not acknowledge presses `a` in vain."""
    with console.person(Role.AUDITOR) as page:
        page.keyboard.press("j")
        page.keyboard.press("a")
        page.keyboard.press("s")
        assert page.url.endswith(f"/study/{STUDY}")
    assert console.house.sent == []


def test_keys_typed_into_a_field_are_text(console: Served) -> None:
    """While somebody types, no letter does anything else."""
    with console.person() as page:
        page.goto(f"{console.address}{START}/participant/P-001/record/D21")
        field = page.locator("main form input[type=text]").first
        field.fill("")
        field.type("jaks?")
        expect(field).to_have_value("jaks?")
        expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_sheet_of_keys_opens_and_closes(console: Served) -> None:
    """`?` and the menu show the shortcuts in a dialog that axe finds nothing wrong with; Escape closes it."""
    with console.person() as page:
        page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
        expect(sheet).to_be_visible()
        assert complaints_of(page) == []
        page.keyboard.press("Escape")
        expect(sheet).to_have_count(0)
        page.locator(".who summary").click()
        page.locator("#show-keys").click()
        expect(sheet).to_be_visible()


def test_whoever_turned_them_off_has_no_keys(console: Served) -> None:
    """With the shortcuts turned off in the settings no key of ours does anything."""
    with console.person() as page:
        csrf = page.locator("input[name=csrf]").first.get_attribute("value") or ""
        kept = page.request.post(
            f"{console.address}/settings/liking", form={"csrf": csrf, "theme": "dark", "language": "en"},
            headers={"origin": console.address},
        )  # fmt: skip
        assert kept.ok
        page.goto(console.address + START)
        page.keyboard.press("?")
        page.keyboard.press("j")
        expect(page.locator("dialog")).to_have_count(0)
        assert focused(page) != LATE
        assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.parametrize("scripts", [True, False])
def test_menus_open_by_keyboard(console: Served, *, scripts: bool) -> None:
    """On a phone the pages stand behind one button; Enter opens it, with and without scripts."""
    with console.person(java_script_enabled=scripts, viewport={"width": 390, "height": 844}) as page:
        menu = page.locator(".pages-menu")
        menu.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(menu.get_by_role("link", name="Calendar")).to_be_visible()
        expect(menu.locator("[aria-current=page]")).to_have_text("Today")
        menu.get_by_role("link", name="Calendar").press("Enter")
        page.wait_for_url("**/calendar")


def test_the_header_hides_nothing_that_has_the_focus(console: Served) -> None:
    """Whatever Tab leads to stands clear of the header that stays on top (WCAG 2.2, 2.4.11)."""
    with console.person(viewport={"width": 1280, "height": 500}) as page:
        page.goto(f"{console.address}{START}/participant/P-001")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        bottom = page.evaluate("document.querySelector('header.top').getBoundingClientRect().bottom")
        page.locator("main a").last.focus()
        for _ in range(25):
            page.keyboard.press("Shift+Tab")
            top = page.evaluate(
                "document.querySelector('header.top').contains(document.activeElement) ? 999"
                " : document.activeElement.getBoundingClientRect().bottom"
            )
            assert top > bottom


def test_what_is_typed_never_becomes_markup(console: Served) -> None:
    """Markup, script and a template's own signs stay text on every page that shows them, and in another open
    browser; lines of the event stream reach no browser as events."""
    alarms: list[str] = []

    def alarmed(dialog: Dialog) -> None:
        alarms.append(dialog.message)
        dialog.dismiss()

    with console.person() as page, console.person(Role.INVESTIGATOR) as other:
        for each in (page, other):
            each.on("dialog", alarmed)
        other.goto(f"{console.address}{START}/participant/P-001")
        other.evaluate("window.stayed = true")
        for text in (STREAM, NASTY):
            _planned(console, page, text)
        expect(other.get_by_text("onerror=alert(1)").first).to_be_attached(timeout=10_000)
        assert other.evaluate("window.stayed")
        for path in (
            START,
            f"{START}/participant/P-001",
            f"{START}/participant/P-001/why/D28",
            f"{START}/audit",
        ):
            for each in (page, other):
                each.goto(console.address + path)
                assert each.locator("main img, main script").count() == 0
        expect(page.get_by_text("{{ 7*7 }}").first).to_be_attached()
    assert alarms == []


def _planned(console: Served, page: Page, reason: str) -> None:
    """Plan a visit with this reason, as the form does."""
    page.goto(f"{console.address}{START}/participant/P-001/plan/D28")
    field = page.locator("main form [name=reason]")
    field.evaluate("(field, text) => { field.value = text; }", reason)
    page.locator("main form input[type=date]").first.fill("2026-03-10" if reason == NASTY else "2026-03-11")
    page.locator("main form.sheet button.main").click()
    page.wait_for_load_state()
