"""A console over a told trial, with the desk's own hearing behind its forms and a clock the test sets."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from activities.hearing import Hearing
from activities.orders import DeskOrder
from activities.rulebook import Rulebook
from activities.together import hear_together, is_together
from console.letter import CommandRefused, Outcome
from console.web.app import make_app
from console.web.around import Around
from console.web.oidc import Provider
from console.web.parts import Parts, Policy
from console.web.passwords import Passwords
from console.web.rendering import Rendering
from domain.roles import Role
from store import Store
from store.administration import Act, By, administer
from store.sign_ins import User
from tests.console.seeding import NOW, STUDY
from tests.support.trial import PROVENANCE

ORIGIN = "http://127.0.0.1:8080"
PASSWORD = "correct horse battery"
# Real Argon2, at its least: a test may sign in often.
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PEOPLE: dict[Role, str] = {
    each: f"{each.value.replace('_', '-')}-1" for each in Role if each is not Role.SYSTEM
}
START = f"/study/{STUDY}"
MACHINE = By("engineer-0", "cli")


@cache
def rendering() -> Rendering:
    """The templates, compiled once for all houses: they are read only."""
    return Rendering()


@dataclass
class House:
    """The console, its store, its clock, and what was sent to the desk."""

    store: Store
    rulebook: Rulebook
    policy: Policy = field(default_factory=lambda: Policy(hosts=("127.0.0.1",), secure=False, demo=False))
    now: datetime = field(default_factory=lambda: datetime.fromisoformat(NOW).astimezone(UTC))
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    woken: list[tuple[str, str]] = field(default_factory=list)
    trouble: Exception | None = None
    around: Around | None = None
    provider: Provider | None = None

    def __post_init__(self) -> None:
        self.hearing = Hearing(self.rulebook, PROVENANCE)
        with self.store.writing() as tx:
            for role, name in PEOPLE.items():
                hashed, administers = QUICK.hash(PASSWORD), role is Role.ENGINEER
                user = User(name, role, hashed, demo=False, opened_at=self.now, administers=administers)
                administer(tx, Act.OPENED, user, MACHINE, "for a test", self.now)

    def wait(self, **time: float) -> None:
        """Let time pass for the console."""
        self.now += timedelta(**time)

    async def send(self, study: str, participant: str, command_id: str, command: dict[str, Any]) -> Outcome:
        """Have the desk hear it, as its activity does."""
        self.sent.append((command_id, command))
        if self.trouble is not None:
            raise self.trouble
        order = DeskOrder(study, participant, command_id, command, self.now.isoformat())
        outcome = await asyncio.to_thread(self._hear, order)
        if outcome.refused is not None:
            raise CommandRefused(outcome.refused, outcome.text)
        return Outcome(outcome.version, tuple(outcome.events), outcome.repeated, tuple(outcome.alerts))

    async def wake(self, study: str, participant: str) -> None:
        """Keep who was told to look at the store."""
        self.woken.append((study, participant))

    def app(self) -> FastAPI:
        """The console, as it is served."""
        parts = Parts(self.store, self.send, self.wake, QUICK, self.policy, self.rulebook, lambda: self.now)
        return make_app(replace(parts, provider=self.provider, around=self.around), rendering())

    @contextmanager
    def browser(self, address: str = "127.0.0.1") -> Iterator[Browser]:
        """A browser with nobody signed in."""
        with TestClient(
            self.app(), base_url=ORIGIN, client=(address, 50_000), follow_redirects=False
        ) as client:
            yield Browser(client)

    @contextmanager
    def signed_in(self, role: Role = Role.COORDINATOR) -> Iterator[Browser]:
        """A browser with somebody signed in."""
        with self.browser() as browser:
            answer = browser.sign_in(PEOPLE[role])
            assert answer.status_code == 303, answer.text
            yield browser

    def version(self, participant: str) -> int:
        """How many events the participant's stream holds."""
        with self.store.reading() as reading:
            row = reading.participant(STUDY, participant)
        assert row is not None
        return row.version

    def _hear(self, order: DeskOrder) -> Any:
        if is_together(order.command):
            return hear_together(self.store, self.hearing, order)
        with self.store.writing() as tx:
            return self.hearing.hear(tx, order)


@dataclass
class Browser:
    """Asks as a browser does, with its cookies, and sends forms with what their page put into them."""

    client: TestClient

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open an address."""
        answer: httpx.Response = self.client.get(path, headers=headers)
        return answer

    def post(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        """Send a form."""
        sent = {"origin": ORIGIN, "sec-fetch-site": "same-origin", **headers}
        answer: httpx.Response = self.client.post(path, data=fields, headers=sent)
        return answer

    def sign_in(self, user: str, password: str = PASSWORD, next: str = "/") -> httpx.Response:  # noqa: A002
        """Send the sign-in form."""
        return self.post("/sign-in", {"user": user, "password": password, "next": next})

    def csrf(self) -> str:
        """The token that this session's forms carry."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(START).text)
        assert found is not None
        return found.group(1)

    def form(self, **fields: str) -> dict[str, str]:
        """Fields as a page of this session would send them, with a new id."""
        return {"csrf": self.csrf(), "id": str(uuid.uuid4()), **fields}
