"""Adds events and commands to the record, each linked to the one before.

The rule that keeps it honest: a position, a seq and a hash are given out only under the lock that makes them
final, so the order of positions is the order of commits and no number is ever missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert

from domain.chain import canonical, link
from domain.events import Event, encode_event
from domain.recorded import Stamp
from store.content import command_content, event_content, exact_name, kept_json, kept_text
from store.errors import ClockBehind, StreamMoved
from store.instants import in_utc
from store.prepared import Prepared
from store.rows import StoredCommand
from store.schema import commands, events
from store.tails import Tail

_ADD_EVENT = Prepared(lambda _: insert(events), events.c.keys())
_ADD_COMMAND = Prepared(lambda _: insert(commands), tuple({*commands.c.keys()} - {"number"}))


def refuse_append(tail: Tail, expected: int, stamp: Stamp) -> None:
    """Say why nothing can be added at this end of a stream.

    Raises:
        StreamMoved: the stream's version is not `expected`.
        ClockBehind: `stamp.recorded_at` is before the newest record.
    """
    if tail.version != expected:
        raise StreamMoved(
            f"{tail.stream} is at version {tail.version}, not {expected}: somebody wrote first; load again"
        )
    recorded_at = in_utc(stamp.recorded_at)
    if tail.recorded_at is not None and recorded_at < tail.recorded_at:
        raise ClockBehind(
            f"{tail.stream}: the recording clock says {recorded_at.isoformat()}, "
            f"but the newest record is of {tail.recorded_at.isoformat()}; set the clock right"
        )


def add_events(
    connection: Connection, tail: Tail, position: int, ordinal: int, added: Sequence[Event], stamp: Stamp
) -> None:
    """Add events from a free `position` on; `ordinal`: how many this command added to the stream before."""
    rows: list[dict[str, Any]] = []
    common = _stamped(tail.stream, stamp)
    last = tail.hash
    for index, event in enumerate(added):
        type_, version, body = encode_event(event)
        row = {
            **common,
            "position": position + index,
            "seq": tail.version + 1 + index,
            "ord": ordinal + index,
            "type": type_,
            "version": version,
            "body": canonical(body).decode(),
            "prev_hash": last,
        }
        last = row["hash"] = link(last, event_content(row))
        rows.append(row)
    _ADD_EVENT.run(connection, rows)
    tail.version, tail.hash = tail.version + len(rows), last
    tail.recorded_at, tail.moved = common["recorded_at"], True


def add_command(connection: Connection, tail: Tail, command: StoredCommand) -> None:
    """Add a command with its outcome to the stream's chain of commands."""
    row: dict[str, Any] = {
        "stream": tail.stream,
        "ord": tail.commands + 1,
        "command_id": exact_name(command.command_id, "command id"),
        "kind": kept_text(command.kind),
        "body": kept_json(command.body),
        "body_hash": exact_name(command.body_hash, "body hash"),
        "actor": kept_json(command.actor),
        "asked_at": in_utc(command.asked_at),
        "accepted": command.accepted,
        "code": command.code,
        "text": kept_text(command.text),
        "version": command.version,
        "events": canonical(list(command.events)).decode(),
        "protocol_hash": command.protocol_hash,
        "site_hash": command.site_hash,
        "prev_hash": tail.commands_hash,
    }
    row["hash"] = link(tail.commands_hash, command_content(row))
    _ADD_COMMAND.run(connection, [row])
    tail.commands, tail.commands_hash, tail.moved = row["ord"], row["hash"], True


def _stamped(stream: str, stamp: Stamp) -> dict[str, Any]:
    return {
        "stream": exact_name(stream, "stream"),
        "recorded_at": in_utc(stamp.recorded_at),
        "command_id": exact_name(stamp.command_id, "command id"),
        "actor_id": stamp.actor.id,
        "actor_role": str(stamp.actor.role),
        "actor_method": stamp.actor.method,
        "protocol": stamp.protocol,
        "site": stamp.site,
        "zone_table": exact_name(stamp.zone_table, "zone table version"),
        "software": exact_name(stamp.software, "software version"),
    }
