"""A program that asks the API as a client in some role."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi.testclient import TestClient

from console.api.tokens import hash_of, new_token
from domain.roles import Role
from store.clients import Client, keep_client
from tests.console.seeding import STUDY
from tests.web.house import ORIGIN, House

API = "/api/v1"
OF_STUDY = f"{API}/studies/{STUDY}"
PERSON = f"{OF_STUDY}/participants/P-001"
ALERT = "P-001/D21/overdue"
PROBLEM = "application/problem+json"


@dataclass
class Program:
    """Sends what a program would send, with its token."""

    client: TestClient
    token: str

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Read an address."""
        answer: httpx.Response = self.client.get(path, headers={**self._shown(), **headers})
        return answer

    def post(self, path: str, body: Any, key: str | None = None, **headers: str) -> httpx.Response:
        """Send a command, under a new key if none is said."""
        sent = {"idempotency-key": key or str(uuid.uuid4()), **self._shown(), **headers}
        answer: httpx.Response = self.client.post(path, json=body, headers=sent)
        return answer

    def _shown(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


def known_client(house: House, role: Role, study: str | None = None) -> str:
    """The token of a client that may ask in that role."""
    name = f"program-{role.value.replace('_', '-')}"
    token = new_token(name)
    with house.store.writing() as tx:
        keep_client(tx, Client(name, role, study, hash_of(token), opened_at=house.now))
    return token


@contextmanager
def program_of(
    house: House, role: Role = Role.COORDINATOR, study: str | None = None, *, address: str = "127.0.0.1"
) -> Iterator[Program]:
    """A client of that role, at an address."""
    with TestClient(
        house.app(),
        base_url=ORIGIN,
        client=(address, 50_000),
        raise_server_exceptions=False,
        follow_redirects=False,
    ) as client:
        yield Program(client, known_client(house, role, study))


def told(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem that an answer tells, once it is seen to be the one expected."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert (problem["status"], problem["code"]) == (status, code), problem
    assert problem["type"] == f"{API}/problems#{code}"
    assert problem["detail"] and problem["title"]
    return problem
