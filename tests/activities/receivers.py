"""Receivers of messages on loopback: a real HTTP server and a real SMTP server that behave as told."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from typing_extensions import override


@dataclass
class Request:
    """A request with the status it is answered with, settled when it comes."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def json(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.body)
        return said


@dataclass
class Webhook:
    """An HTTP receiver. `status` is what it answers, after `delay` seconds; `trickles`: a byte at a time."""

    port: int = 0
    status: int = 200
    delay: float = 0.0
    trickles: bool = False
    location: str | None = None
    got: list[Request] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def webhook() -> Iterator[Webhook]:
    """A receiver on a free port for the length of a block."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status = hook.status
            hook.got.append(Request(self.command, self.path, dict(self.headers), body, status))
            time.sleep(hook.delay)
            self.send_response(status)
            if hook.location is not None:
                self.send_header("Location", hook.location)
            self.send_header("Content-Length", "1000" if hook.trickles else "0")
            self.end_headers()
            if hook.trickles:
                self._trickle()

        def _trickle(self) -> None:
            for _ in range(60):
                try:
                    self.wfile.write(b".")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.1)

        do_GET = do_POST = _answer  # noqa: N815

        @override
        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        @override
        def handle_error(self, *_: Any) -> None:
            pass  # a client that gave up waiting is what some tests are about

    server = Server(("127.0.0.1", 0), Handler)
    hook.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Mailbox:
    """An SMTP receiver. `at_recipient` and `at_content`: what it answers instead of taking the mail."""

    port: int = 0
    at_recipient: str | None = None
    at_content: str | None = None
    delay: float = 0.0
    got: list[Mail] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.at_recipient is not None:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        if self.at_content is not None:
            return self.at_content
        self.got.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def address(self, to: str = "site.office@example.org") -> str:
        return f"mailto://127.0.0.1:{self.port}/?from=day.zero@example.org&to={to}"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A receiver on a free port for the length of a block."""
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
