"""Amendments, classes of deviations and prior approvals as lines for people.

The rule that keeps it honest: the line holds what the event holds, with who signed.
"""

from __future__ import annotations

from typing import assert_never
from zoneinfo import ZoneInfo

from domain.events import (
    AmendmentApplied,
    ApprovalGranted,
    ApprovalRefused,
    ApprovalRequested,
    DeviationConfirmed,
)
from domain.governance.evolve import GovernanceEvent


def governance_detail(event: GovernanceEvent, zone: ZoneInfo) -> str:
    """What the event says beyond its name. Instants are shown in `zone`."""
    match event:
        case AmendmentApplied():
            consent = f", consent {event.consented.isoformat()}" if event.consented is not None else ""
            return f"{event.protocol_id} {event.protocol_version}{consent}"
        case DeviationConfirmed():
            why = f"; {event.reason}" if event.reason else ""
            suggested = f" (suggested: {event.suggested})" if event.suggested else ""
            return f"{event.deviation} {event.classed}{suggested}, {event.signed.by}{why}"
        case ApprovalRequested():
            needed = event.needed_by.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            return f"{event.approval} for {event.planned.isoformat()}, needed by {needed}; {event.reason}"
        case ApprovalGranted():
            return f"{event.approval}, {event.signed.by} ({event.signed.role.value})"
        case ApprovalRefused():
            return f"{event.approval}, {event.by}; {event.reason}"
        case _:
            assert_never(event)
