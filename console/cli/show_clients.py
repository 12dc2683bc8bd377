"""Letting programs use the API, and no longer."""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from console.api.tokens import hash_of, new_token
from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import chosen_study, opened_store, present
from console.cli.printing import print_json, print_line, print_table
from console.cli.shapes_programs import ApiClient
from domain.roles import ActorId, Role
from settings import read_settings
from store.clients import Client, all_clients, client_named, keep_client
from store.sign_ins import user_named

_CLIENT_ID = TypeAdapter[str](ActorId)


def add_client(local: Local, client_id: str, role: str, study: str | None) -> None:
    """Keep the client with a new token, and show that.

    Raises:
        Stopped: an id or a role that cannot be, a person's id, or a study that is not there.
    """
    name, token = _checked_id(client_id), new_token(client_id)
    client = Client(name, _checked_role(role), study, hash_of(token), opened_at=present())
    with opened_store(read_settings()) as store, store.writing() as tx:
        if study is not None:
            chosen_study(tx, study)
        if user_named(tx, name) is not None:
            raise Stopped(Exit.USAGE, f"{name} is a person who signs in: give the program an id of its own")
        keep_client(tx, client)
    sight = replace(_sight(client), token=token)
    if local.as_json:
        print_json(sight)
        return
    print_line(_said(sight))
    print_line(f"token: {token}")
    print_line("it is shown this once and kept nowhere", style="dim")


def close_client(local: Local, client_id: str) -> None:
    """Let the client ask nothing any more.

    Raises:
        Stopped: there is no such client.
    """
    with opened_store(read_settings()) as store, store.writing() as tx:
        known = client_named(tx, client_id)
        if known is None:
            raise Stopped(Exit.USAGE, f"there is no client {client_id!r}")
        closed = replace(known, closed_at=known.closed_at or present())
        keep_client(tx, closed)
    if local.as_json:
        print_json(_sight(closed))
    else:
        print_line(_said(_sight(closed)))


def show_clients(local: Local) -> None:
    """List every client."""
    with opened_store(read_settings()) as store, store.reading() as reading:
        clients = [_sight(each) for each in all_clients(reading)]
    if local.as_json:
        print_json(clients)
    elif clients:
        print_table(("client", "role", "study", "last used (UTC)", ""), map(_row, clients))
    else:
        print_line("no program may use the API yet")


def _checked_id(client_id: str) -> str:
    try:
        return _CLIENT_ID.validate_python(client_id)
    except ValidationError:
        raise Stopped(
            Exit.USAGE,
            f"{client_id!r} is no id: small letters, digits, dot, dash and underscore, such as hospital-his",
        ) from None


def _checked_role(role: str) -> Role:
    known = [each for each in Role if each is not Role.SYSTEM]
    if role not in known:
        raise Stopped(Exit.USAGE, f"{role!r} is no role; say one of {', '.join(known)}")
    return Role(role)


def _said(sight: ApiClient) -> str:
    where = f" of {sight.study}" if sight.study else ""
    may = "may use the API" if sight.open else "may use the API no longer"
    return f"{sight.client}: {sight.role}{where}, {may}"


def _row(sight: ApiClient) -> tuple[str, ...]:
    used = f"{sight.used_at:%Y-%m-%d %H:%M}" if sight.used_at else "never"
    return sight.client, sight.role, sight.study or "all", used, "" if sight.open else "closed"


def _sight(client: Client) -> ApiClient:
    return ApiClient(
        client.client_id, client.role.value, client.study, client.closed_at is None, client.used_at
    )
