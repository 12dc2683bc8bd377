"""Programs that may use the API, each with a token and a role.

The rule that keeps it honest: no token is ever stored, only its hash; a client that was closed stays in the
list, because what it asked for is on the record.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from domain.roles import Role
from store.client_tables import client_tries, clients
from store.reading import Reading
from store.writing import Writing


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may ask, in one role. `token_hash`: SHA-256 (hex) of its token. Times are UTC.

    `study` None: every study. `closed_at`: no longer, since. `used_at`: last seen, to the minute.
    """

    client_id: str
    role: Role
    study: str | None
    token_hash: str
    opened_at: datetime
    closed_at: datetime | None = None
    used_at: datetime | None = None


_COLUMNS = tuple(clients.c[field.name] for field in fields(Client))


def client_named(reading: Reading, client_id: str) -> Client | None:
    """The client of that id, closed ones too."""
    row = reading.connection.execute(select(*_COLUMNS).where(clients.c.client_id == client_id)).first()
    return _client(row) if row else None


def all_clients(reading: Reading) -> list[Client]:
    """Every client by id, closed ones too."""
    return [
        _client(row) for row in reading.connection.execute(select(*_COLUMNS).order_by(clients.c.client_id))
    ]


def keep_client(writing: Writing, client: Client) -> None:
    """Add the client, or take these values for the one of that id: its old token is then nobody's."""
    writing.connection.execute(delete(clients).where(clients.c.client_id == client.client_id))
    writing.connection.execute(insert(clients).values(asdict(client) | {"role": client.role.value}))


def see_client(writing: Writing, client_id: str, at: datetime) -> None:
    """Note that the client was here."""
    writing.connection.execute(update(clients).where(clients.c.client_id == client_id).values(used_at=at))


def note_wrong_token(writing: Writing, client_id: str, address: str, at: datetime, keep: timedelta) -> None:
    """Keep that a wrong token was tried; what is older than `keep` is swept away."""
    writing.connection.execute(delete(client_tries).where(client_tries.c.at <= at - keep))
    tried = {"at": at, "client_id": client_id, "address": address}
    writing.connection.execute(insert(client_tries).values(tried))


def wrong_tokens_from(reading: Reading, address: str, since: datetime) -> int:
    """How many wrong tokens an address tried after `since`."""
    tried = select(func.count()).where(client_tries.c.address == address, client_tries.c.at > since)
    return reading.connection.execute(tried).scalar_one()


def _client(row: Any) -> Client:
    client_id, role, *rest = row
    return Client(client_id, Role(role), *rest)
