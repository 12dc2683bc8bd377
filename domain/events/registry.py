"""Every event by its name on the wire, and how stored bodies become events again.

The rule that keeps it honest: an unknown type or version is an error, never skipped; older versions are
upcast one step after another when they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter

from domain.events import alerts, governance, product, safety, study, timeline
from domain.events.event import Event

_MODULES = (timeline, alerts, governance, product, safety, study)


def _events_of(module: Any) -> tuple[type[Event], ...]:
    """The events a module defines, in the order of its text."""
    return tuple(
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, Event)
        and each is not Event
        and each.__module__ == module.__name__
    )


_ALL: tuple[type[Event], ...] = tuple(each for module in _MODULES for each in _events_of(module))
EVENT_TYPES: Mapping[str, type[Event]] = {each.TYPE: each for each in _ALL}
_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {each.TYPE: TypeAdapter(each) for each in _ALL}

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""(type, stored version) -> body of the next version. Applied one after another when read."""


class UnknownEvent(Exception):
    """A stored event whose type or version this code does not know: it refuses rather than skips."""


def encode_event(event: Event) -> tuple[str, int, dict[str, Any]]:
    """(type, version, JSON body) of an event."""
    body: dict[str, Any] = _ADAPTERS[event.TYPE].dump_python(event, mode="json", exclude_none=True)
    return event.TYPE, event.VERSION, body


def decode_event(type_: str, version: int, body: dict[str, Any]) -> Event:
    """The event of a stored body, upcast to today's version.

    Raises:
        UnknownEvent: no such type, or a version newer than this code.
    """
    known = EVENT_TYPES.get(type_)
    if known is None or version > known.VERSION:
        raise UnknownEvent(f"event {type_!r} version {version} is not known to this release; run a newer one")
    for step in range(version, known.VERSION):
        body = UPCASTERS[type_, step](body)
    decoded: Event = _ADAPTERS[type_].validate_python(body)
    return decoded
