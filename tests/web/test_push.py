"""An open page hears of every change, and a browser that was away misses none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from sse_starlette import ServerSentEvent

from console.letter import CommandRefused
from console.web import push
from console.web.push import Pulse
from tests.web.house import START, House
from tests.web.test_roles import ALERT

WELCOME = lambda: True  # noqa: E731


async def _next(events: AsyncIterator[ServerSentEvent], within: float = 5.0) -> ServerSentEvent:
    async with asyncio.timeout(within):
        return await anext(events)


async def _acknowledge(house: House) -> None:
    actor = {"id": "coordinator-1", "role": "coordinator", "method": "password"}
    command = {"kind": "acknowledge_alert", "alert": ALERT, "actor": actor}
    await house.send("NCT06642025", "P-001", "ack-1", command)


async def _settled(pulse: Pulse, position: int) -> None:
    async with asyncio.timeout(5):
        while pulse.position != position:  # noqa: ASYNC110 - it follows the store, not us
            await asyncio.sleep(0.01)


def _position(house: House) -> int:
    with house.store.reading() as reading:
        return reading.position()


async def test_a_change_reaches_every_open_page_soon(house: House) -> None:
    """What is recorded is told to every stream within half a second, with the store's position as its id."""
    pulse = Pulse(house.store)
    async with pulse.following():
        await _settled(pulse, _position(house))
        streams: list[Any] = [pulse.events(None, WELCOME) for _ in range(20)]
        assert {(await _next(each)).event for each in streams} == {"hello"}
        await _acknowledge(house)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        told = [await _next(each) for each in streams]
        assert loop.time() - begun < 0.5
        assert {(each.event, each.id) for each in told} == {("moved", str(_position(house)))}
        for each in streams:
            await each.aclose()


async def test_what_this_process_had_recorded_is_told_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command of this console wakes every stream as soon as it has an outcome, a refused one too."""
    monkeypatch.setattr(push, "LOOK_EVERY_S", 3600.0)
    pulse = Pulse(house.store)
    send = pulse.telling(house.send)
    actor = {"id": "coordinator-1", "role": "coordinator", "method": "password"}
    async with pulse.following():
        await _settled(pulse, _position(house))
        async with aclosing(pulse.events(None, WELCOME)) as events:  # type: ignore[type-var]
            assert (await _next(events)).event == "hello"
            body = {"kind": "acknowledge_alert", "alert": ALERT, "actor": actor}
            await send("NCT06642025", "P-001", "ack-1", body)
            assert (await _next(events)).id == str(_position(house))
            house.trouble = CommandRefused("unknown-alert", "no such alert")
            with pytest.raises(CommandRefused):
                await send("NCT06642025", "P-001", "ack-2", body)


async def test_a_browser_that_was_away_is_told_at_once(house: House) -> None:
    """A browser that names the last position it saw is told what it missed, and no other is."""
    pulse = Pulse(house.store)
    before = _position(house)
    await _acknowledge(house)
    async with pulse.following():
        await _settled(pulse, _position(house))
        async with aclosing(pulse.events(before, WELCOME)) as behind:  # type: ignore[type-var]
            assert (await _next(behind)).id == str(before)
            missed = await _next(behind)
            assert (missed.event, missed.id) == ("moved", str(_position(house)))
        async with aclosing(pulse.events(_position(house), WELCOME)) as abreast:  # type: ignore[type-var]
            assert (await _next(abreast)).event == "hello"
            with pytest.raises(TimeoutError):
                await _next(abreast, within=0.6)


async def test_a_stream_ends_with_the_welcome(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is signed out or locked is told so, and the stream ends."""
    monkeypatch.setattr(push, "STILL_WELCOME_EVERY_S", 0.1)
    pulse = Pulse(house.store)
    async with pulse.following():
        await _settled(pulse, _position(house))
        said = [each.event async for each in pulse.events(None, lambda: False)]
    assert said == ["hello", "ended"]


async def test_every_stream_ends_when_the_server_stops(house: House) -> None:
    """A server that stops is not held up by open pages."""
    pulse = Pulse(house.store)
    async with pulse.following():
        await _settled(pulse, _position(house))
        events: Any = pulse.events(None, WELCOME)
        assert (await _next(events)).event == "hello"
        waiting = asyncio.create_task(_next(events))
        await asyncio.sleep(0.05)
    with pytest.raises(StopAsyncIteration):
        await waiting


async def test_a_position_from_before_a_restore_waits_for_nothing(house: House) -> None:
    """A browser that saw more than the store now holds hears of the next change all the same."""
    pulse = Pulse(house.store)
    async with pulse.following():
        await _settled(pulse, _position(house))
        async with aclosing(pulse.events(10**9, WELCOME)) as events:  # type: ignore[type-var]
            assert (await _next(events)).id == str(_position(house))
            await _acknowledge(house)
            assert (await _next(events)).event == "moved"


def test_a_page_names_the_position_it_shows(house: House) -> None:
    """A page carries the store's position, from which its stream goes on: nothing falls between the two."""
    with house.signed_in() as browser:
        assert f'data-position="{_position(house)}"' in browser.get(START).text
