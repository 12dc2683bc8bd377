"""The console in a real browser, over a real server, worker and store: `dayzero up --demo`."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from console.embedded import free_port
from console.web.demo_users import DEMO_PASSWORD
from tests.support.trial import ROOT, STUDY
from tests.web.chromium import MISSING, chromium
from tests.web.looked_at import AXE, AXE_SHA256, complaints_of, shot, small_targets

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

START = f"/study/{STUDY}"
LATE = "EX02-002/M12/overdue"
PAGES = {
    "today": START,
    "study": f"{START}/overview",
    "alerts": f"{START}/alerts?state=all",
    "alert": f"{START}/alert/{LATE}",
    "participant": f"{START}/participant/EX02-004",
    "why": f"{START}/participant/EX02-004/why/D60",
    "record": f"{START}/participant/EX02-004/record/D60",
    "plan": f"{START}/participant/EX02-004/plan/D90",
    "then": f"{START}/participant/EX02-001?as_of=2026-01-15",
    "truth": f"{START}/participant/EX02-001?true_at=2026-01-15&as_of=2026-02-15",
    "calendar": f"{START}/calendar",
    "safety": f"{START}/safety?show=all",
    "outcomes": f"{START}/outcomes?of=orr",
    "deviations": f"{START}/deviations?state=all",
    "conduct": f"{START}/conduct",
    "audit": f"{START}/audit",
    "system": "/system",
    "nowhere": f"{START}/participant/NOBODY",
}
SECOND_MS = 1_000


@dataclass
class Demo:
    """A running `dayzero up --demo`, and browsers that look at it."""

    home: Path
    address: str
    browser: Browser
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @contextmanager
    def person(self, user: str = "coordinator-1", **options: Any) -> Iterator[BrowserContext]:
        """A browser of somebody's own, signed in."""
        with self.nobody(**options) as context:
            page = context.new_page()
            sign_in(page, self.address, user, DEMO_PASSWORD)
            yield context

    @contextmanager
    def nobody(self, **options: Any) -> Iterator[BrowserContext]:
        """A browser with nobody signed in, whose requests and complaints are kept."""
        context = self.browser.new_context(**options)
        context.set_default_timeout(20_000)
        context.on("request", lambda request: self._note(request.url))
        context.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        yield context
        context.close()

    def environment(self, **more: str) -> dict[str, str]:
        """A machine on which nothing is set but the data folder."""
        return environment(self.home, **more)

    def _note(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:", "about:")):
            self.outside.append(url)


def environment(home: Path, **more: str) -> dict[str, str]:
    """As `Demo.environment`, before there is one."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DAYZERO_")}
    return {**clean, "DAYZERO_HOME": str(home), "PYTHONTZPATH": "", "PYTHONUNBUFFERED": "1", **more}


def sign_in(page: Page, address: str, user: str, password: str) -> None:
    """Type user and password."""
    page.goto(f"{address}/sign-in")
    page.get_by_label("User", exact=True).or_(page.get_by_label("用户", exact=True)).fill(user)
    page.get_by_label("Password", exact=True).or_(page.get_by_label("密码", exact=True)).fill(password)
    page.locator("main form.sheet button.main").click()
    page.wait_for_url(f"{address}{START}")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demonstration, running, and a Chromium to look at it."""
    if os.environ.get("DAYZERO_TEST_CHROMIUM") == "skip":
        pytest.skip("DAYZERO_TEST_CHROMIUM=skip")
    program = chromium()
    if program is None:
        pytest.exit(MISSING, returncode=3)
    home = tmp_path_factory.mktemp("demo") / "var"
    printed = home.parent / "up.txt"
    with printed.open("wb") as out:
        up = subprocess.Popen(
            [sys.executable, "-m", "console", "up", "--demo", "--no-ui"],
            cwd=ROOT, env=environment(home), stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        address = _address(printed, up)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            yield Demo(home, address, browser)
            browser.close()
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)


def _address(printed: Path, up: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        found = re.search(r"console +(http://\S+)", printed.read_text(encoding="utf-8"))
        if found is not None:
            return found.group(1)
        assert up.poll() is None, printed.read_text(encoding="utf-8")
        time.sleep(0.2)
    raise AssertionError(printed.read_text(encoding="utf-8"))


def test_the_judge_is_the_released_one() -> None:
    """The accessibility checker in the tests is byte for byte the released one."""
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256


@pytest.mark.parametrize(("scheme", "language"), [("dark", "en"), ("light", "zh-CN")])
def test_every_page_can_be_used_by_everybody(demo: Demo, scheme: Any, language: str) -> None:
    """Axe finds nothing on the pages of a whole study, in the dark and in Chinese (WCAG 2.2 AA)."""
    found: dict[str, list[str]] = {}
    with demo.person(
        color_scheme=scheme, locale=language, viewport={"width": 1280, "height": 900}
    ) as context:
        page = context.pages[0]
        for name, path in PAGES.items():
            answer = page.goto(demo.address + path)
            assert answer is not None and answer.status == (404 if name == "nowhere" else 200)
            shot(page, f"{name}-{scheme}-{language}")
            found[name] = complaints_of(page)
    with demo.nobody(color_scheme=scheme, locale=language) as context:
        page = context.new_page()
        page.goto(f"{demo.address}/sign-in")
        shot(page, f"sign-in-{scheme}-{language}")
        found["sign-in"] = complaints_of(page)
    assert {name: each for name, each in found.items() if each} == {}


def test_every_page_fits_a_phone(demo: Demo) -> None:
    """At a phone's width no page is wider than the screen, and what must be touched is large enough."""
    with demo.person(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True) as context:
        page = context.pages[0]
        wide: dict[str, int] = {}
        small: dict[str, list[str]] = {}
        for name, path in PAGES.items():
            page.goto(demo.address + path)
            shot(page, f"{name}-phone")
            wide[name] = page.evaluate("document.documentElement.scrollWidth")
            small[name] = small_targets(page)
    assert {name: each for name, each in wide.items() if each > 390} == {}
    assert {name: each for name, each in small.items() if each} == {}


def test_the_morning(demo: Demo) -> None:
    """A coordinator answers an alert and records the late visit; another's open page follows within a second.

    What has the focus there keeps it, the titles count down, and the date's reason names the new record.
    """
    with demo.person() as here, demo.person("sponsor-1") as there:
        mine, theirs = here.pages[0], there.pages[0]
        for page in (mine, theirs):
            page.goto(demo.address + START)
            expect(page.get_by_role("heading", name="EX02-002 · Month 12 visit")).to_be_visible()
        before = _waiting(theirs)
        row = theirs.get_by_role("link", name="EX02-002 · Month 12 visit")
        row.focus()
        mine.get_by_role("button", name="Acknowledge Month 12 visit of EX02-002").click()
        expect(mine.get_by_text("Acknowledged.")).to_be_visible()
        answered = theirs.locator("section", has=theirs.get_by_role("heading", name="Answered, still open"))
        expect(answered.get_by_text("EX02-002 · Month 12 visit")).to_be_visible(timeout=5 * SECOND_MS)
        assert _waiting(theirs) == before - 1
        focused = theirs.evaluate("document.activeElement.textContent")
        assert focused == "EX02-002 · Month 12 visit"
        _record(mine, demo)
        gone = theirs.get_by_text("EX02-002 · Month 12 visit")
        began = time.monotonic()
        expect(gone).to_have_count(0, timeout=5 * SECOND_MS)
        assert time.monotonic() - began < 5
        mine.goto(f"{demo.address}{START}/participant/EX02-002/why/M12")
        expect(mine.get_by_text(re.compile("visit recorded: Month 12 visit"))).to_be_visible()
        shot(theirs, "morning-theirs")
    assert demo.outside == []


def _record(page: Page, demo: Demo) -> None:
    """Record the late visit: a wrong day first, which comes back with its reason."""
    page.goto(f"{demo.address}{START}/participant/EX02-002/record/M12")
    page.get_by_label("Day on which it happened").fill("2199-01-01")
    page.get_by_label("Reason, where one is asked for").fill("came late")
    page.locator("form.sheet button.main").click()
    expect(page.locator("#why-f-happened")).to_be_visible()
    expect(page.get_by_label("Reason, where one is asked for")).to_have_value("came late")
    shot(page, "record-refused")
    last_day = page.evaluate("new Date(Date.now() - 864e5).toISOString().slice(0, 10)")
    page.get_by_label("Day on which it happened").fill(last_day)
    page.locator("form.sheet button.main").click()
    expect(page.get_by_text("Recorded.")).to_be_visible()


def _waiting(page: Page) -> int:
    found = re.match(r"\((\d+)\)", page.title())
    return int(found.group(1)) if found else 0


def test_everything_works_without_a_script(demo: Demo) -> None:
    """With scripts off an alert is answered and an appointment planned by forms alone."""
    with demo.person(java_script_enabled=False) as context:
        page = context.pages[0]
        page.goto(demo.address + START)
        page.get_by_role("button", name="Acknowledge Product release of EX02-007").click()
        page.get_by_text("Acknowledged.").wait_for()
        page.goto(f"{demo.address}{START}/participant/EX02-004/plan/M6")
        page.get_by_label("Day of the appointment").fill("2199-03-01")
        page.locator("form.sheet button.main").click()
        page.get_by_text(re.compile("Planned.|Nothing was recorded.")).first.wait_for()
        shot(page, "without-script")


def test_ten_tabs_share_one_stream(demo: Demo) -> None:
    """Ten tabs of one browser have one stream between them; when its tab closes, another takes it over."""
    streams: list[str] = []
    with demo.person() as context:
        context.on(
            "request", lambda request: streams.append(request.url) if "/events" in request.url else None
        )
        tabs = [context.new_page() for _ in range(10)]
        for tab in tabs:
            tab.goto(f"{demo.address}{START}/alerts")
        context.pages[0].close()
        tabs[-1].wait_for_timeout(500)
        assert len(streams) <= 2
        _acknowledged(demo, "EX02-004/D60/due_soon")
        for tab in tabs:
            expect(tab.get_by_text("EX02-004 · Day 60 response visit")).to_have_count(
                0, timeout=10 * SECOND_MS
            )


def _acknowledged(demo: Demo, alert: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "console", "ack", alert],
        cwd=ROOT, env=demo.environment(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_server_that_dies_is_noticed_and_comes_back(demo: Demo) -> None:
    """A cut is told at once; when the production command serves again the open page shows what was recorded
    meanwhile, and goes on, still signed in."""
    port = free_port()
    added = subprocess.run(
        [sys.executable, "-m", "console", "user", "add", "coordinator-9", "--role", "coordinator"],
        cwd=ROOT, env=demo.environment(), input="a long enough password\n", text=True, timeout=120,
        check=True, capture_output=True,
    )  # fmt: skip
    assert "may sign in" in added.stdout
    address = f"http://127.0.0.1:{port}"
    first = _web(demo, port)
    with demo.nobody() as context:
        page = context.new_page()
        sign_in(page, address, "coordinator-9", "a long enough password")
        page.goto(address + START)
        page.wait_for_timeout(1500)
        first.kill()
        first.wait(20)
        expect(page.locator("#live.cut")).to_be_visible(timeout=5 * SECOND_MS)
        shot(page, "cut")
        expect(page.get_by_text("EX02-005 · Bedside check")).to_have_count(1)
        _acknowledged(demo, "EX02-005/H6/overdue")
        second = _web(demo, port)
        try:
            expect(page.locator("#live.cut")).to_have_count(0, timeout=20 * SECOND_MS)
            answered = page.locator("section", has=page.get_by_role("heading", name="Answered, still open"))
            expect(answered.get_by_text("EX02-005 · Bedside check")).to_have_count(1, timeout=10 * SECOND_MS)
            page.reload()
            expect(page.get_by_text("coordinator-9")).to_be_visible()
        finally:
            second.send_signal(signal.SIGTERM)
            assert second.wait(30) == 0
    demo.complaints[:] = [each for each in demo.complaints if "ERR_CONNECTION_REFUSED" not in each]


def _web(demo: Demo, port: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "web"],
        cwd=ROOT, env=demo.environment(DAYZERO_WEB_PORT=str(port)), text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    assert f"http://127.0.0.1:{port}" in line
    return process


def test_no_request_left_the_machine(demo: Demo) -> None:
    """In all of the above no browser asked another host, and none complained of the page's own policy."""
    assert demo.outside == []
    policy = [each for each in demo.complaints if "Content Security Policy" in each or "Uncaught" in each]
    assert policy == []
