"""What would be different: one event, refusal or deadline, with its name, its date and what changed in it.

The rule that keeps it honest: events are compared whole, as they are stored, ids of commands aside; a
difference is named so that it can be accepted by name, and its content is hashed so that another one of the
same name is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from domain.chain import canonical
from domain.events import Event, encode_event


class Kind(StrEnum):
    """In which way today's answer is another one. Stored in files of accepted differences: never rename."""

    EVENT_GONE = "event-gone"
    EVENT_NEW = "event-new"
    EVENT_CHANGED = "event-changed"
    NOW_REFUSED = "now-refused"
    NOW_ACCEPTED = "now-accepted"
    OTHER_REFUSAL = "other-refusal"
    WOKEN_EARLIER = "woken-earlier"
    NOT_DECIDABLE = "not-decidable"


@dataclass(frozen=True, slots=True)
class Detail:
    """One value inside an event; None: there was, or would be, none."""

    what: str
    was: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """`at`: when the command was decided (UTC); `event`: the event's type and what it speaks of.

    `records`: in which records it was found, where several were decided again; no part of its name.
    """

    study: str
    subject: str
    at: datetime
    command: str
    command_id: str
    kind: Kind
    event: str
    details: tuple[Detail, ...] = ()
    records: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a person calls it; the same in every run."""
        parts = (self.subject, self.at.isoformat(), self.command, self.kind.value, self.event)
        return " ".join(part for part in parts if part)

    @property
    def content(self) -> str:
        """SHA-256 (hex, its first 16 digits) of what is different."""
        details = [[each.what, each.was, each.now] for each in self.details]
        return hashlib.sha256(canonical([self.study, self.name, details])).hexdigest()[:16]


Changed = tuple[Kind, str, tuple[Detail, ...]]


def compared(was: Sequence[Event], now: Sequence[Event]) -> Iterator[Changed]:
    """What is different between the events that were recorded and those that would be."""
    if list(was) == list(now):
        return
    matcher = SequenceMatcher(None, [subject_of(each) for each in was], [subject_of(each) for each in now])
    for step, first, last, other_first, other_last in matcher.get_opcodes():
        if step == "equal":
            pairs = zip(was[first:last], now[other_first:other_last], strict=True)
            yield from (_changed(old, new) for old, new in pairs if old != new)
            continue
        yield from ((Kind.EVENT_GONE, subject_of(each), ()) for each in was[first:last])
        yield from (
            (Kind.EVENT_NEW, subject_of(each), tuple(_alone(each))) for each in now[other_first:other_last]
        )


def subject_of(event: Event) -> str:
    """The event's type with the one thing it speaks of."""
    about = next((found for name in _SPEAKING if isinstance(found := getattr(event, name, None), str)), "")
    return f"{event.TYPE} {about}".rstrip()


_SPEAKING = (
    "deviation", "alert", "item", "gate", "observation", "decision", "cause", "stage", "end", "ae", "hold",
    "participant", "site", "protocol_version",
)  # fmt: skip
"""The fields that name what an event speaks of, the most telling first."""


def _changed(old: Event, new: Event) -> Changed:
    was, now = dict(_values(encode_event(old)[2])), dict(_values(encode_event(new)[2]))
    details = tuple(
        Detail(what, was.get(what), now.get(what))
        for what in sorted(was.keys() | now.keys())
        if was.get(what) != now.get(what)
    )
    return Kind.EVENT_CHANGED, subject_of(old), details


def _alone(event: Event) -> Iterator[Detail]:
    for what, value in _values(encode_event(event)[2]):
        yield Detail(what, None, value)


def _values(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a JSON body with its path; an entry of a list is named by its item where it has one."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _values(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            name = inner.get("item", number) if isinstance(inner, Mapping) else number
            yield from _values(inner, f"{path}[{name}]")
    else:
        yield path, _said(value)


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
