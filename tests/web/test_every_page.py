"""Every page there is, in a real browser: read by everybody, on every screen, in light and dark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from activities.rulebook import Rulebook
from domain.roles import Role
from store import open_store
from tests.web.house import PEOPLE, START, House
from tests.web.looked_at import complaints_of, shot, small_targets
from tests.web.served import Served, served, signed_in
from tests.web.test_roles import PERSON, READING

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# A page that is added to the table of who may see it is looked at here too.
PAGES: dict[str, Role] = {
    path: next(each for each in (Role.COORDINATOR, Role.INVESTIGATOR, *PEOPLE) if each in allowed)
    for path, allowed in READING.values()
} | dict.fromkeys(
    (
        f"{START}/alerts?state=all",
        f"{START}?as_of=2026-03-05",
        f"{PERSON}?as_of=2026-03-05T09:30%2B08:00",
        f"{START}?as_of=2031-01-01",
        f"{PERSON}/record/D21?as_of=2026-03-05",
        f"{START}/participant/NOBODY",
        "/sign-in",
    ),
    Role.COORDINATOR,
)


@pytest.fixture(scope="module")
def console(told_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A console over the told trial, listening."""
    own = tmp_path_factory.mktemp("every-page") / "own.sqlite3"
    shutil.copy(told_store, own)
    store = open_store(f"sqlite:///{own}")
    with served(House(store, Rulebook())) as listening:
        yield listening
    store.close()


@pytest.fixture(scope="module")
def people(console: Served) -> dict[Role, BrowserContext]:
    """A browser of each role, signed in."""
    found = {role: console.browser.new_context() for role in set(PAGES.values())}
    for role, context in found.items():
        signed_in(context, console.address, role).close()
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_used_by_everybody(
    console: Served, people: dict[Role, BrowserContext], path: str
) -> None:
    """Axe finds nothing wrong with it in light and dark (WCAG 2.2 AA); at a phone's width it is not wider
    than the screen, and what must be touched there is large enough."""
    page = people[PAGES[path]].new_page()
    try:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(console.address + path)
        found = {"light": complaints_of(page)}
        shot(page, f"every-{_slug(path)}-light")
        page.emulate_media(color_scheme="dark")
        found["dark"] = complaints_of(page, ["color-contrast"])
        shot(page, f"every-{_slug(path)}-dark")
        page.set_viewport_size({"width": 390, "height": 844})
        found["phone"] = complaints_of(page, ["target-size", "scrollable-region-focusable"])
        shot(page, f"every-{_slug(path)}-phone")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert {each: said for each, said in found.items() if said} == {}
        assert (wide, small_targets(page)) == (390, [])
    finally:
        page.close()


def _slug(path: str) -> str:
    return "".join(each if each.isalnum() else "-" for each in path.removeprefix(START)).strip("-") or "today"
