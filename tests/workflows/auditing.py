"""Reading a workflow's history the way an auditor would: which timer was pending when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent


def pending_timers(events: Iterable[HistoryEvent]) -> Iterator[dict[int, datetime]]:
    """After each event, the timers that are pending and when each will fire (UTC)."""
    pending: dict[int, datetime] = {}
    for event in events:
        match event.event_type:
            case EventType.EVENT_TYPE_TIMER_STARTED:
                lasts = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
                pending[event.event_id] = event.event_time.ToDatetime(UTC) + lasts
            case EventType.EVENT_TYPE_TIMER_FIRED:
                del pending[event.timer_fired_event_attributes.started_event_id]
            case EventType.EVENT_TYPE_TIMER_CANCELED:
                del pending[event.timer_canceled_event_attributes.started_event_id]
            case _:
                pass
        yield dict(pending)


def count(events: Iterable[HistoryEvent], kind: EventType.ValueType) -> int:
    """How many events of a kind there are."""
    return sum(event.event_type == kind for event in events)
