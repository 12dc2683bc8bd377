"""docs/reference/events.md: every event that can stand on the record, from domain/events/."""

from __future__ import annotations

import dataclasses

from domain.events import EVENT_TYPES, Event
from scripts.reference.sentences import first_paragraph

_HEAD = """\
# Events

What can have happened, as it is stored. A type is kept for ever; when its shape changes its version rises and
older versions are read through an upcaster. Every stored event carries beside its body who asked, in which
role, the command, when it was recorded, and the protocol it was decided under. A field with `?` may be
absent. This page is made from `domain/events/` by `make docs`.

| type | version | fields | what it says |
|---|---|---|---|
"""


def event_page() -> str:
    """The table of events, in the order of domain/events/."""
    return _HEAD + "".join(_row(name, event) for name, event in EVENT_TYPES.items())


def _row(name: str, event: type[Event]) -> str:
    fields = ", ".join(
        f"`{field.name}{'' if field.default is dataclasses.MISSING else '?'}`"
        for field in dataclasses.fields(event)
    )
    return f"| `{name}` | {event.VERSION} | {fields or '-'} | {_said(event)} |\n"


def _said(event: type[Event]) -> str:
    text = first_paragraph(event.__doc__)
    # A dataclass without a docstring gets its signature as one; the name then says all.
    return "" if text.startswith(f"{event.__name__}(") else text
