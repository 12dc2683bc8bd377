"""Consoles to measure: served over a store as deployed, and asked by somebody who is signed in.

The rule that keeps it honest: the real server on a port of its own, in a thread beside whoever asks, with the
real hearing behind its forms; only the hash of the password is made quickly.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from sqlalchemy import event

from activities.rulebook import Rulebook
from console.embedded import free_port
from console.web.serving import served
from domain.roles import Role
from store import Store
from tests.web.house import PASSWORD, PEOPLE, House

HOST = "127.0.0.1"
USER = PEOPLE[Role.COORDINATOR]


@dataclass(frozen=True)
class Asked:
    """A console that is being served. `cookies`: of a coordinator who is signed in."""

    house: House
    address: str
    client: httpx.Client

    @property
    def cookies(self) -> httpx.Cookies:
        return self.client.cookies

    def get(self, path: str) -> httpx.Response:
        """Open an address.

        Raises:
            RuntimeError: the page is not there, so nothing was measured.
        """
        answer = self.client.get(path)
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"{path} answered {answer.status_code}, so nothing was measured")
        return answer

    def queries(self, path: str) -> int:
        """How many queries the page makes."""
        self.get(path)
        seen: list[str] = []
        engine = self.house.store._database.engine  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - no page tells it

        def note(*said: object) -> None:
            # Following the record asks by itself, whether or not a page is open.
            if "max(events.position)" not in (statement := str(said[2])):
                seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            self.get(path)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)


@contextmanager
def asked(store: Store) -> Generator[Asked]:
    """A console over the store, served for the length of the block."""
    house = House(store, Rulebook(), now=datetime.now(UTC))
    with _served(house) as address, httpx.Client(base_url=address) as client:
        form = {"user": USER, "password": PASSWORD, "next": "/"}
        answer = client.post("/sign-in", data=form, headers={"sec-fetch-site": "same-origin"})
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise RuntimeError(f"nobody could sign in: {answer.status_code}")
        yield Asked(house, address, client)


@contextmanager
def _served(house: House) -> Generator[str]:
    ready, ends = threading.Event(), list[Callable[[], object]]()
    port = free_port()

    async def serve() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        ends.append(lambda: loop.call_soon_threadsafe(stop.set))
        async with served(house.app(), HOST, port):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    if not ready.wait(30):
        raise RuntimeError("the console did not begin to listen within 30 s")
    try:
        yield f"http://{HOST}:{port}"
    finally:
        for end in ends:
            end()
        thread.join(30)
