"""What one event about safety says, as the detail of its line.

The rule that keeps it honest: a grade is shown with its scale, what was advised beside what was stated, and
dates as far as they were stated.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from domain import events as ev
from domain.safety.evolve import AssessmentEvent, ClockEvent, ReportEvent, SafetyEvent


def safety_detail(event: SafetyEvent, zone: ZoneInfo) -> str:  # noqa: C901 - one case each
    """What the event says beside its name. Instants are shown in `zone`."""
    match event:
        case ev.AdverseEventOpened():
            serious = f"serious ({', '.join(event.serious)})" if event.serious else None
            return _joined(f"{event.ae} {event.term}, onset {event.onset}", serious, event.relation.value)
        case ev.AdverseEventGraded():
            return f"{event.ae} grade {event.grade} ({event.scale} {event.version}) since {event.happened}"
        case ev.AdverseEventChanged():
            return _joined(f"{event.ae} {', '.join(_changes(event))}", event.reason)
        case ev.AdverseEventTreated():
            return f"{event.ae} {event.treatment} ({event.happened})"
        case ev.AdverseEventClosed():
            return f"{event.ae} {event.outcome.value}" + (f" ({event.resolved})" if event.resolved else "")
        case ev.AdverseEventReopened() | ev.AdverseEventVoided():
            return _joined(event.ae, event.reason)
        case ev.InformationReceived():
            return f"{event.ae} {event.what} ({event.known.isoformat()})"
        case ev.ToxicityAssessed() | ev.ResponseAssessed() | ev.AssessmentVoided():
            return _assessment(event)
        case ev.SafetyClockStarted() | ev.SafetyClockEnded() | ev.SafetyClockResumed():
            return _clock(event, zone)
        case ev.ReportSent() | ev.ReportWithdrawn():
            return _report(event)
        case _:
            assert_never(event)


def _changes(event: ev.AdverseEventChanged) -> list[str]:
    stated = {
        "term": event.term,
        "onset": event.onset,
        "relation": event.relation,
        "expectedness": event.expectedness,
        "serious": None if event.serious is None else ", ".join(event.serious) or "no",
        "stated serious": event.stated_serious,
        "action": event.action,
        "DLT": event.dlt,
    }
    return [f"{name} {_plain(value)}" for name, value in stated.items() if value is not None]


def _plain(value: object) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _assessment(event: AssessmentEvent) -> str:
    match event:
        case ev.ToxicityAssessed():
            call = f"{event.assessment} {event.toxicity.value.upper()} grade {event.grade}"
            on = f"({event.scale} {event.version}) {event.happened.isoformat()}"
            return _joined(f"{call} {on}", f"advised: {event.why}", event.reason)
        case ev.ResponseAssessed():
            call = f"{event.assessment} {event.category.value} ({event.criteria.value})"
            return _joined(f"{call} {event.happened.isoformat()}", f"advised: {event.why}", event.reason)
        case ev.AssessmentVoided():
            return _joined(event.assessment, event.reason)
        case _:
            assert_never(event)


def _clock(event: ClockEvent, zone: ZoneInfo) -> str:
    match event:
        case ev.SafetyClockStarted():
            known = f"known {event.known.isoformat()}"
            return _joined(f"{event.clock} due {_local(event.due, zone)}", known, event.why)
        case ev.SafetyClockEnded():
            return _joined(f"{event.clock} {event.state.value} {_local(event.at, zone)}", event.why)
        case ev.SafetyClockResumed():
            return _joined(event.clock, event.why)
        case _:
            assert_never(event)


def _report(event: ReportEvent) -> str:
    if isinstance(event, ev.ReportWithdrawn):
        return _joined(event.report, event.reason)
    replaces = f"replaces {event.replaces}" if event.replaces else None
    return _joined(f"{event.report} {event.clock} {event.sent.isoformat()}", event.reference, replaces)


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
