"""Whether a workflow history is whole and in order, before anything is replayed.

The rule that keeps it honest: what is refused here could not have come from a server as it is; the replayer
itself waits for ever, or ends its process, over some of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from workflows.names import DIGEST, PARTICIPANT, STUDY, WATCHDOG

OURS = (PARTICIPANT, STUDY, DIGEST, WATCHDOG)

FEWEST_EVENTS = 2
"""A run of which only its start is known has done nothing yet, and the replayer would wait for its rest."""

_ENDS = frozenset(
    f"WORKFLOW_EXECUTION_{each}"
    for each in ("COMPLETED", "FAILED", "TIMED_OUT", "CANCELED", "TERMINATED", "CONTINUED_AS_NEW")
)
_REFERS: Mapping[str, str] = {
    "scheduled_event_id": "SCHEDULED",
    "started_event_id": "STARTED",
    "initiated_event_id": "INITIATED",
    "workflow_task_completed_event_id": "WORKFLOW_TASK_COMPLETED",
}
"""Fields that name an earlier event of the same history, and how the type of that event ends."""


def fault_in(events: Sequence[HistoryEvent], *, ended: bool) -> str | None:
    """The first thing wrong with a history, in words; None: it is whole. `ended`: the run has ended."""
    return next(_faults(events, ended=ended), None)


def payloads_of(message: Message) -> Iterator[Payload]:
    """Every payload in an event, however deep."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            for each in _messages_in(value):
                yield from payloads_of(each)


def event_name(event: HistoryEvent) -> str:
    """The number and type of an event, as `7 TimerFired`."""
    return f"{event.event_id} {_type(event).title().replace('_', '')}"


def _messages_in(value: Any) -> Iterator[Message]:
    """The messages in a field: one, a list, or a map of them."""
    if isinstance(value, Message):
        yield value
        return
    parts = value.values() if isinstance(value, Mapping) else value
    yield from (each for each in parts if isinstance(each, Message))


def _faults(events: Sequence[HistoryEvent], *, ended: bool) -> Iterator[str]:
    if not events:
        yield "event 1 is missing or not in its place"
        return
    yield from _faults_of_the_start(events[0])
    for number, event in enumerate(events, start=1):
        if event.event_id != number:
            yield f"event {number} is missing or not in its place"
        yield from _faults_of_one(events, event)
    if ended and _type(events[-1]) not in _ENDS:
        yield f"it is cut off: the run has ended, and the last event here is {event_name(events[-1])}"


def _faults_of_the_start(first: HistoryEvent) -> Iterator[str]:
    if first.event_id == 1 and _type(first) != "WORKFLOW_EXECUTION_STARTED":
        yield f"it begins with event {event_name(first)}, not with the start of a workflow"
    started = first.workflow_execution_started_event_attributes
    name = started.workflow_type.name
    if name and name not in OURS:
        yield f"it is a run of {name!r}, which is none of ours ({', '.join(OURS)})"


def _faults_of_one(events: Sequence[HistoryEvent], event: HistoryEvent) -> Iterator[str]:
    kind, holds = _type(event), event.WhichOneof("attributes")
    if holds is None or kind == "UNSPECIFIED":
        if not event.worker_may_ignore:
            yield f"event {event.event_id} has no type or no content that is known here"
        return
    if holds != f"{kind.lower()}_event_attributes":
        yield f"event {event_name(event)} has the content of another type ({holds})"
    if kind in _ENDS and event is not events[-1]:
        yield f"event {event_name(event)} ends the run, and others follow it"
    attributes = getattr(event, holds)
    for field, ending in _REFERS.items():
        named = getattr(attributes, field, 0)
        if named and not _is_before(events, event, named, ending):
            yield f"event {event_name(event)} follows event {named}, which is not before it or no {ending}"


def _is_before(events: Sequence[HistoryEvent], event: HistoryEvent, named: int, ending: str) -> bool:
    return 0 < named < event.event_id and _type(events[named - 1]).endswith(ending)


def _type(event: HistoryEvent) -> str:
    known = event.event_type in EventType.values()
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") if known else "UNSPECIFIED"
