"""A house that listens, for a real browser: no Temporal, the desk's own hearing behind its forms."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from domain.roles import Role
from tests.support.trial import STUDY
from tests.web.chromium import MISSING, chromium
from tests.web.house import PASSWORD, PEOPLE, House


@dataclass
class Served:
    """A console at an address, and a browser to look at it."""

    house: House
    address: str
    browser: Browser

    @contextmanager
    def person(self, role: Role = Role.COORDINATOR, **options: Any) -> Generator[Page]:
        """A page of somebody signed in, in a browser of their own."""
        context = self.browser.new_context(**options)
        context.set_default_timeout(20_000)
        try:
            yield signed_in(context, self.address, role)
        finally:
            context.close()


def signed_in(context: BrowserContext, address: str, role: Role) -> Page:
    """A page in which somebody of the role has signed in."""
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.locator("#user").fill(PEOPLE[role])
    page.locator("#password").fill(PASSWORD)
    page.locator("main form.sheet button.main").first.click()
    page.wait_for_url(f"**/study/{STUDY}")
    return page


@contextmanager
def served(house: House) -> Generator[Served]:
    """The house, listening on a port of its own."""
    if os.environ.get("DAYZERO_TEST_CHROMIUM") == "skip":
        pytest.skip("DAYZERO_TEST_CHROMIUM=skip")
    program = chromium()
    if program is None:
        pytest.exit(MISSING, returncode=3)
    server = uvicorn.Server(uvicorn.Config(house.app(), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield Served(house, f"http://127.0.0.1:{port}", browser)
        finally:
            browser.close()
            server.should_exit = True
            thread.join(20)
