"""The page about the deployment: what the doctor and the watchdog say, and that it always comes."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.doctor import examine, examine_around
from console.health import Finding, Health, bad, ok
from console.last_replay import KEY, keep_replay, last_replay
from console.store_health import examine_store
from console.system import system_of, worst
from console.web.around import ANSWERS_WITHIN, Around, around_of
from domain.roles import Role
from settings import Settings
from store import NoticeStatus
from store.notice_counting import notices_by_status, undelivered
from tests.web.house import House

CHANNELS = {"log", "file"}


def test_the_store_is_told_of_as_the_doctor_tells(house: House) -> None:
    """The page says of the store what `dayzero doctor` says, by the same function."""
    shown = system_of(house.store, house.rulebook, house.now, CHANNELS)
    assert shown.store == tuple(examine_store(house.store, house.now, CHANNELS))
    with house.store.reading() as reading:
        assert shown.position == reading.position()
    with house.signed_in() as browser:
        text = words(browser.get("/system").text)
    for finding in shown.store:
        assert finding.says in text


def test_a_deadline_that_nobody_handled_is_seen(house: House) -> None:
    """What has come due and was not decided is counted, with whose it is and since when."""
    assert system_of(house.store, house.rulebook, house.now, CHANNELS).lag.count == 0
    house.wait(days=30)
    shown = system_of(house.store, house.rulebook, house.now, CHANNELS)
    assert shown.lag.count == len(shown.lag.waiting) > 0 and shown.lag.oldest > timedelta(days=1)
    assert "deadlines" in {each.what.value for each in shown.drift}
    with house.signed_in() as browser:
        text = browser.get("/system").text
    assert shown.lag.waiting[0].participant in text and "deadlines that passed" in text


def test_notices_are_counted_by_state(house: House) -> None:
    """The numbers are those of the notices themselves; nothing is given up in the told trial."""
    with house.store.reading() as reading:
        counted, every = notices_by_status(reading), reading.notices()
        assert undelivered(reading) == []
    assert counted == {each: sum(one.status is each for one in every) for each in NoticeStatus}
    assert sum(counted.values()) == len(every) > 0


def test_a_target_that_was_given_up_on_is_named(house: House) -> None:
    """A contact and channel to which notices failed stands there, with how often and what was said last."""
    with house.store.writing() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE notices SET status = 'failed', detail = '<b>no such host</b>' WHERE contact = "
            "(SELECT min(contact) FROM notices)"
        )
    with house.store.reading() as reading:
        [found] = undelivered(reading)
        failed = reading.notices(status=NoticeStatus.FAILED)
    assert (found.count, found.contact) == (len(failed), failed[0].contact)
    with house.signed_in() as browser:
        text = browser.get("/system").text
    assert "&lt;b&gt;no such host&lt;/b&gt;" in text and f">{found.contact}<" in text


def test_a_replay_that_never_ran_is_said_so(house: House) -> None:
    """Without a replay of this deployment the page says that there was none."""
    with house.signed_in() as browser:
        assert "○ never run here" in words(browser.get("/system").text)


def test_the_last_replay_is_told(house: House) -> None:
    """What the last replay found is kept and told, its failures as text; a later one takes its place."""
    at = datetime(2026, 3, 5, 12, tzinfo=UTC)
    with house.store.writing() as tx:
        keep_replay(tx, at, "build-1", 11, 12, ["participant/x: <i>differs</i>"] * 7)
    with house.store.reading() as reading:
        kept = last_replay(reading)
    assert kept is not None and (kept.histories, kept.streams, kept.failures, len(kept.first)) == (
        11,
        12,
        7,
        5,
    )
    with house.signed_in() as browser:
        text = browser.get("/system").text
        assert "7 failures" in text and "&lt;i&gt;differs&lt;/i&gt;" in text and "by software build-1" in text
        with house.store.writing() as tx:
            keep_replay(tx, at, "build-2", 11, 12, [])
        assert "● agrees" in browser.get("/system").text
    with house.store.reading() as reading:
        assert reading.note(KEY) is not None


def test_what_was_asked_around_is_shown(house: House) -> None:
    """Findings about server and workers stand on the page, in words and shapes."""
    told = [ok("Temporal", "server 1.32.0 at 127.0.0.1:7233"), bad("worker (desk)", "nobody polls 'dayzero'")]
    with_around(house, told)
    with house.signed_in() as browser:
        text = words(browser.get("/system").text)
    assert "Temporal ● well" in text and "Workers ▲ bad" in text
    assert "nobody polls" in text


def test_a_console_that_was_told_nothing_says_so(house: House) -> None:
    """Where nobody told the console of a server, it claims nothing of one."""
    with house.signed_in() as browser:
        text = words(browser.get("/system").text)
    assert "Temporal ○ not asked" in text and "was not told where the rest" in text


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.SYSTEM])
def test_everybody_signed_in_may_read_it_and_no_secret_stands_there(house: House, role: Role) -> None:
    """Each role sees the page; keys and passwords of the settings are not on it."""
    settings = Settings(
        database_url="postgresql://u:hush-hush@db/x",  # type: ignore[arg-type]
        temporal_api_key="hush-hush",  # type: ignore[arg-type]
        temporal_address="127.0.0.1:9",
    )
    with_around(house, asyncio.run(around_of(settings, house.store, lambda: house.now).ask()))
    with house.signed_in(role) as browser:
        answer = browser.get("/system")
    assert answer.status_code == 200 and "hush-hush" not in answer.text


async def test_a_server_that_hangs_keeps_nobody_waiting(house: House) -> None:
    """A server that takes the call and never answers is said not to, within the time a page may take."""

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    settings = Settings(temporal_address=f"127.0.0.1:{port}")
    began = time.monotonic()
    async with silent:
        found = await around_of(settings, house.store, lambda: house.now).ask()
    took = time.monotonic() - began
    [temporal] = [each for each in found if each.part == "Temporal"]
    assert temporal.unreachable and temporal.health is Health.BAD
    assert took < ANSWERS_WITHIN.total_seconds() + 1


async def test_around_and_doctor_find_the_same(house: House, tmp_path: Path) -> None:
    """What the page tells of machine and server is what the doctor tells, line by line."""
    settings = Settings(home=tmp_path, temporal_address="127.0.0.1:9")
    everything = await examine(settings, house.store, house.now)
    around = await examine_around(settings, house.store, house.now, timedelta(seconds=20))
    stored = list(examine_store(house.store, house.now, CHANNELS))
    assert sorted(map(str, (*around, *stored))) == sorted(map(str, everything))


def test_the_worst_counts() -> None:
    """Of several findings the worst one colours the whole."""
    assert worst([]) is Health.OK
    assert worst([ok("a", "x"), bad("b", "y"), ok("c", "z")]) is Health.BAD


def with_around(house: House, found: Sequence[Finding]) -> None:
    """Have the console told these findings."""

    async def ask() -> Sequence[Finding]:
        return found

    house.around = Around(ask, CHANNELS)


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split()).replace("&#39;", "'")
