"""Serving the console: the server, its address, and how it begins and ends.

The rule that keeps it honest: it listens on this machine alone unless it is told a host, and where it listens
is said.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from typing_extensions import override

from activities.rulebook import Rulebook
from console.letter import Send, Wake
from console.web.app import make_app
from console.web.around import Around
from console.web.checking import on_this_machine
from console.web.oidc import Provider
from console.web.parts import Parts, Policy
from console.web.passwords import Passwords
from console.web.rendering import Rendering
from console.web.visiting import Console
from store import Store

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_STOP_WITHIN_S = 3


def policy_for(host: str, console_url: str | None, *, demo: bool) -> Policy:
    """How people are let in at this address; `console_url` is what their browsers are told to open.

    A demonstration answers to names of this machine only and is never served beyond it.

    Raises:
        ValueError: a demonstration at an address that others can reach.
    """
    if demo:
        if not on_this_machine(host):
            raise ValueError(f"the demonstration is for this machine alone, and {host} is not")
        return Policy(hosts=LOOPBACK, secure=False, demo=True)
    named = urlsplit(console_url) if console_url else None
    hosts = [*LOOPBACK, *([named.hostname] if named and named.hostname else [])]
    if host not in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not listened on
        hosts.append(host)
    return Policy(hosts=tuple(hosts), secure=named is not None and named.scheme == "https", demo=demo)


def console_app(
    store: Store, send: Send, wake: Wake, policy: Policy, provider: Provider | None, around: Around | None
) -> FastAPI:
    """The console over this store, as it runs in production."""
    passwords = Passwords(PasswordHasher())
    parts = Parts(store, send, wake, passwords, policy, Rulebook(), the_present, provider, around)
    return make_app(parts, Rendering())


def the_present() -> datetime:
    """The moment of this machine's clock, in UTC."""
    return datetime.now(UTC)


class Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it and ends its open streams when it is told to."""

    def __init__(self, app: FastAPI, host: str, port: int, proxies: str) -> None:
        self._console: Console = app.state.console
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_STOP_WITHIN_S,
                # Addresses count in lock-outs: only a known proxy may speak for another.
                proxy_headers=True,
                forwarded_allow_ips=proxies,
            )
        )

    @override
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def stop(self) -> None:
        """End every stream, then the server."""
        await self._console.pulse.end()
        self.should_exit = True


@asynccontextmanager
async def served(app: FastAPI, host: str, port: int, proxies: str = LOOPBACK[0]) -> AsyncGenerator[str]:
    """Serve for as long as the block lasts; gives the address once it answers.

    `proxies`: addresses and networks, separated by commas, that may say for whom they ask.
    """
    server = Server(app, host, port, proxies)
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if serving.done():
                await serving
                raise OSError(f"the console could not listen on {host}:{port}")
            await asyncio.sleep(0.02)
        yield f"http://{host}:{port}"
    finally:
        await server.stop()
        with contextlib.suppress(SystemExit):
            await serving
