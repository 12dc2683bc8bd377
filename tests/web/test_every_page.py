"""Every page there is, in a real browser: read by everybody, on every screen, in light and dark."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, Page, sync_playwright

from activities.rulebook import Rulebook
from domain.roles import Role
from store import open_store
from tests.support.trial import STUDY
from tests.web.chromium import MISSING, chromium
from tests.web.house import PASSWORD, PEOPLE, START, House
from tests.web.looked_at import complaints_of, shot, small_targets
from tests.web.test_roles import PERSON, READING

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# A page that is added to the table of who may see it is looked at here too.
PAGES: dict[str, tuple[str, Role]] = {
    path: (path, next(each for each in (Role.COORDINATOR, Role.INVESTIGATOR, *PEOPLE) if each in allowed))
    for path, allowed in READING.values()
} | {
    path: (path, Role.COORDINATOR)
    for path in (
        f"{START}/alerts?state=all",
        f"{START}?as_of=2026-03-05",
        f"{PERSON}?as_of=2026-03-05T09:30%2B08:00",
        f"{START}?as_of=2031-01-01",
        f"{PERSON}/record/D21?as_of=2026-03-05",
        f"{START}/participant/NOBODY",
        "/sign-in",
    )
}


@pytest.fixture(scope="module")
def address(told_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console over the told trial, listening."""
    own = tmp_path_factory.mktemp("every-page") / "own.sqlite3"
    shutil.copy(told_store, own)
    store = open_store(f"sqlite:///{own}")
    server = uvicorn.Server(
        uvicorn.Config(House(store, Rulebook()).app(), host="127.0.0.1", port=0, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)
    store.close()


@pytest.fixture(scope="module")
def contexts(address: str) -> Iterator[dict[Role, BrowserContext]]:
    """A browser of each role, signed in."""
    if os.environ.get("DAYZERO_TEST_CHROMIUM") == "skip":
        pytest.skip("DAYZERO_TEST_CHROMIUM=skip")
    program = chromium()
    if program is None:
        pytest.exit(MISSING, returncode=3)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield {role: _signed_in(browser.new_context(), address, role) for role in _roles()}
        browser.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_everybody(
    address: str, contexts: dict[Role, BrowserContext], name: str
) -> None:
    """Axe finds nothing wrong with it in light and dark (WCAG 2.2 AA); at a phone's width it is not wider
    than the screen, and what must be touched there is large enough."""
    path, role = PAGES[name]
    page = contexts[role].new_page()
    try:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(address + path)
        found = {"light": complaints_of(page)}
        shot(page, f"every-{_slug(path)}-light")
        page.emulate_media(color_scheme="dark")
        found["dark"] = complaints_of(page)
        shot(page, f"every-{_slug(path)}-dark")
        page.set_viewport_size({"width": 390, "height": 844})
        found["phone"] = complaints_of(page, ["target-size", "scrollable-region-focusable"])
        shot(page, f"every-{_slug(path)}-phone")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert {each: said for each, said in found.items() if said} == {}
        assert (wide, small_targets(page)) == (390, [])
    finally:
        page.close()


def _roles() -> set[Role]:
    return {role for _, role in PAGES.values()}


def _signed_in(context: BrowserContext, address: str, role: Role) -> BrowserContext:
    page: Page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("User", exact=True).fill(PEOPLE[role])
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form.sheet button.main").click()
    page.wait_for_url(f"**/study/{STUDY}")
    page.close()
    return context


def _slug(path: str) -> str:
    return "".join(each if each.isalnum() else "-" for each in path.removeprefix(START)).strip("-") or "today"
