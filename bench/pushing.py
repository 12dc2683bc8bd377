"""Pushes: from what is written to what a browser shows, and to the last of many open streams.

The rule that keeps it honest: it is written past the console, as the worker does, so that the console must
find it by itself; what counts is the changed row in a real Chromium's page, on the same clock.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median

import httpx
from playwright.sync_api import Page, sync_playwright

from activities.orders import DeskOrder
from bench.consoles import USER, Asked, asked
from bench.crowd import crowded
from bench.figures import Of, Row, at_most
from bench.lives import Told
from domain.state import AlertStatus
from tests.web.chromium import chromium
from tests.web.house import PASSWORD

STREAMS = 200
_WATCH = """(id) => {
  const waits = () => document.getElementById(id)?.classList.contains("a-open");
  window.seen = new Promise((seen) => {
    const watch = new MutationObserver(() => { if (!waits()) { watch.disconnect(); seen(Date.now()); } });
    watch.observe(document.body, {childList: true, subtree: true, attributes: true});
  });
}"""


def measure(told: Told, folder: Path, rounds: int, participants: int, pushes: int) -> list[Row]:
    """How long a push takes: to the page of a browser, and to every one of many streams."""
    with closing(crowded(told, folder, participants, datetime.now(UTC))) as store, asked(store) as console:
        waiting = _unanswered(console, told.study)
        one, many = (tuple(_heard(console, told, waiting, rounds, streams)) for streams in (1, STREAMS))
        rows = [
            Row("", f"push: from commit to the last of {STREAMS} open streams, beside one", "ms", many, one)
        ]
        program = chromium()
        if program is not None:
            shown = tuple(_shown(console, told, waiting, rounds, pushes, program))
            what = f"push: from commit to the DOM of Today with {participants:,} participants, in Chromium"
            rows.append(Row("", what, "ms", shown, (), (at_most(250, Of.OURS),)))
    return rows


def _unanswered(console: Asked, study: str) -> Iterator[tuple[str, str]]:
    """(participant, alert) of what nobody has answered, in the order of Today."""
    with console.house.store.reading() as reading:
        rows = reading.open_alerts(study, [AlertStatus.OPEN])
    return iter([(row.participant, row.alert) for row in rows])


def _answered(console: Asked, study: str, participant: str, alert: str) -> float:
    """Have the desk hear an answer; gives the moment of the commit (ms since 1970)."""
    actor = {"id": USER, "role": "coordinator", "method": "cli"}
    body = {"kind": "acknowledge_alert", "alert": alert, "actor": actor}
    order = DeskOrder(study, participant, str(uuid.uuid4()), body, datetime.now(UTC).isoformat())
    with console.house.store.writing() as tx:
        outcome = console.house.hearing.hear(tx, order)
    if outcome.refused is not None:
        raise RuntimeError(f"{alert} could not be answered, so nothing was measured: {outcome.text}")
    return time.time() * 1000


def _shown(
    console: Asked, told: Told, waiting: Iterator[tuple[str, str]], rounds: int, pushes: int, program: str
) -> Iterator[float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        page = browser.new_page()
        _sign_in(page, console.address)
        page.goto(f"{console.address}/study/{told.study}")
        page.wait_for_timeout(1000)
        for _ in range(rounds):
            yield median(_until_shown(console, told, page, *each) for each in islice(waiting, pushes))
        browser.close()


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("[name=user]", USER)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{address}/study/**")


def _until_shown(console: Asked, told: Told, page: Page, participant: str, alert: str) -> float:
    row = f"alert-{alert.replace('/', '%2F')}"
    page.evaluate(_WATCH, row)
    committed = _answered(console, told.study, participant, alert)
    seen: float = page.evaluate("() => window.seen")
    page.wait_for_timeout(300)
    return max(seen - committed, 0.1)


def _heard(
    console: Asked, told: Told, waiting: Iterator[tuple[str, str]], rounds: int, streams: int
) -> Iterator[float]:
    for each in islice(waiting, rounds):
        yield asyncio.run(_until_heard(console, told, streams, *each))


async def _until_heard(console: Asked, told: Told, streams: int, participant: str, alert: str) -> float:
    limits = httpx.Limits(max_connections=streams + 1)
    async with AsyncExitStack() as open_:
        client = httpx.AsyncClient(
            base_url=console.address, cookies=console.cookies, limits=limits, timeout=30
        )
        await open_.enter_async_context(client)
        answers = [await open_.enter_async_context(client.stream("GET", "/events")) for _ in range(streams)]
        lines = [answer.aiter_lines() for answer in answers]
        await asyncio.gather(*(_said(each, "hello") for each in lines))
        await asyncio.sleep(0.2)
        waiting = asyncio.gather(*(_said(each, "moved") for each in lines))
        committed = await asyncio.to_thread(_answered, console, told.study, participant, alert)
        await waiting
        return time.time() * 1000 - committed


async def _said(lines: AsyncIterator[str], what: str) -> None:
    async for line in lines:
        if line == f"event: {what}":
            return
    raise RuntimeError("a stream ended before it said anything, so nothing was measured")
