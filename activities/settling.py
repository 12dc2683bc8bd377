"""A command as the audit trail keeps it: recorded or refused, with its outcome.

The rule that keeps it honest: one row for each command id of a stream, and it names every event it led to.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from activities.orders import DeskOrder
from activities.wire import body_hash, claimed_actor, readable
from domain.events import Event
from domain.recorded import Stamp
from domain.refusal import Refused
from store import StoredCommand


def recorded(
    order: DeskOrder, stream: str, stamp: Stamp, events: Iterable[Event], version: int
) -> StoredCommand:
    """A command that was taken; `version` is the stream's afterwards."""
    body = readable(order.command)
    return StoredCommand(
        stream=stream,
        command_id=order.command_id,
        kind=str(body["kind"]),
        body=body,
        body_hash=body_hash(body),
        actor=stamp.actor.model_dump(mode="json"),
        asked_at=stamp.recorded_at,
        accepted=True,
        code=None,
        text="",
        version=version,
        events=tuple(event.TYPE for event in events),
        protocol_hash=stamp.protocol,
        site_hash=stamp.site,
    )


def turned_away(
    order: DeskOrder,
    stream: str,
    refused: Refused,
    at: datetime,
    version: int,
    events: Iterable[Event] = (),
    rules: tuple[str | None, str | None] = (None, None),
) -> StoredCommand:
    """A command that was refused; `events` stand on the record all the same, `rules` it was refused under."""
    body = readable(order.command)
    return StoredCommand(
        stream=stream,
        command_id=order.command_id,
        kind=str(body.get("kind", "unreadable")),
        body=body,
        body_hash=body_hash(body),
        actor=claimed_actor(body),
        asked_at=at,
        accepted=False,
        code=refused.code.value,
        text=refused.text,
        version=version,
        events=tuple(event.TYPE for event in events),
        protocol_hash=rules[0],
        site_hash=rules[1],
    )
