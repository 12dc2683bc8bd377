"""Running the console: beside `dayzero up`, or by itself in production.

The rule that keeps it honest: it is the same console; only who hands it the way to the timelines differs.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher

from console.embedded import free_port
from console.gateway import Gateway
from console.letter import Outcome, Send, Wake
from console.reach import Reach
from console.web.around import around_of
from console.web.demo_users import add_demo_users
from console.web.oidc import provider_of
from console.web.passwords import Passwords
from console.web.serving import console_app, policy_for, served, the_present
from settings import Settings
from store import Store


class AddressTaken(RuntimeError):
    """Somebody else listens there, or it is no address of this machine."""


@asynccontextmanager
async def web_console(
    settings: Settings, store: Store, send: Send, wake: Wake, *, demo: bool
) -> AsyncGenerator[str]:
    """Serve the console on this machine for as long as the block lasts; gives its address.

    `demo`: with the demo's users. The port is the one that is set, or a free one.
    """
    if demo:
        await asyncio.to_thread(add_demo_users, store, Passwords(PasswordHasher()), datetime.now(UTC))
    host = "127.0.0.1"
    # The demonstration's users are known by their password alone.
    provider = None if demo else provider_of(settings, the_present)
    around = around_of(settings, store, the_present)
    policy = policy_for(host, settings.console_url, demo=demo)
    app = console_app(store, send, wake, policy, provider, around)
    async with served(app, host, _free(host, settings.web_port), settings.web_proxies) as address:
        yield address


async def run_web(settings: Settings, store: Store, say: Callable[[str], None], stop: asyncio.Event) -> None:
    """Serve the console until `stop` is set; pages are shown while Temporal is away, forms say so.

    Raises:
        AddressTaken: the address cannot be listened on.
        SettingsInvalid: an identity provider is set without what speaks with it.
    """
    reach = Reach(settings)
    connecting = asyncio.create_task(reach.connect(stop))

    async def send(study: str, participant: str, command_id: str, command: dict[str, Any]) -> Outcome:
        return await Gateway(reach.client, settings.task_queue).send(study, participant, command_id, command)

    async def wake(study: str, participant: str) -> None:
        await Gateway(reach.client, settings.task_queue).wake(study, participant)

    policy = policy_for(settings.web_host, settings.console_url, demo=False)
    try:
        around = around_of(settings, store, the_present)
        app = console_app(store, send, wake, policy, provider_of(settings, the_present), around)
        _refuse_taken(settings.web_host, settings.web_port)
        async with served(app, settings.web_host, settings.web_port, settings.web_proxies) as address:
            say(f"the console listens on {address}")
            await stop.wait()
    finally:
        stop.set()
        await connecting


def _free(host: str, port: int) -> int:
    return port if _is_free(host, port) else free_port()


def _refuse_taken(host: str, port: int) -> None:
    if not _is_free(host, port):
        raise AddressTaken(f"{host}:{port} cannot be listened on: set DAYZERO_WEB_HOST and DAYZERO_WEB_PORT")


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
