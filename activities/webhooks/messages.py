"""Which events a webhook is told of, and in which words.

The rule that keeps it honest: codes and ids only: what a person typed never leaves here, because it could
name somebody; whoever needs it follows the link and signs in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain import events as ev
from domain.events import Event
from domain.recorded import STUDY_SUBJECT, Recorded, study_stream

_TOLD: Mapping[type[Event], tuple[str, ...]] = {
    ev.AlertRaised: ("alert", "kind", "item", "due"),
    ev.RungReached: ("alert", "rung", "round", "role", "next_at"),
    ev.AlertAcknowledged: ("alert", "by", "role", "until"),
    ev.AcknowledgementExpired: ("alert", "next_at"),
    ev.AlertSnoozed: ("alert", "by", "until"),
    ev.SnoozeEnded: ("alert", "next_at"),
    ev.AlertResolved: ("alert", "why"),
    ev.StageEntered: ("stage",),
    ev.ParticipationEnded: ("end",),
    ev.HoldPlaced: ("hold", "rule"),
    ev.HoldLifted: ("hold",),
}
"""The events somebody may be told of, with the fields that are codes, ids or times."""

TYPES: tuple[str, ...] = tuple(each.TYPE for each in _TOLD)
"""What a webhook can be told of."""

TEST = "webhook.test"
"""The type of a message that only says that messages arrive."""


def message_id(recorded: Recorded) -> str:
    """The id under which an event is told, at every try and to every webhook."""
    return f"{recorded.stream}/{recorded.seq}"


def message_body(recorded: Recorded, position: int, console_url: str | None) -> str | None:
    """What is told of an event, as JSON; None for one that nobody is told of."""
    names = _TOLD.get(type(recorded.event))
    if names is None:
        return None
    study, subject = whose(recorded.stream)
    said = {name: _plain(getattr(recorded.event, name)) for name in names}
    link = _link(console_url, study, subject, said)
    data = {
        "study": study,
        "participant": None if subject == STUDY_SUBJECT else subject,
        "seq": recorded.seq,
        "position": position,
        **said,
        **({"link": link} if link else {}),
    }
    at = _plain(recorded.stamp.recorded_at)
    return json.dumps({"type": recorded.event.TYPE, "timestamp": at, "data": data})


def whose(stream: str) -> tuple[str, str]:
    """The study and the subject of a stream."""
    if stream.startswith(study_stream("")):
        return stream.removeprefix(study_stream("")), STUDY_SUBJECT
    _, study, participant = stream.split("/")
    return study, participant


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return getattr(value, "value", value)


def _link(console_url: str | None, study: str, subject: str, said: Mapping[str, Any]) -> str | None:
    if console_url is None:
        return None
    base = f"{console_url.rstrip('/')}/study/{study}"
    if "alert" in said:
        return f"{base}/alert/{said['alert']}"
    return base if subject == STUDY_SUBJECT else f"{base}/participant/{subject}"
