"""How amendments, rulings and approvals change what is known.

The rule that keeps it honest: an event is a fact; one that answers what was never asked is a damaged record.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from domain.events.governance import (
    AmendmentApplied,
    ApprovalGranted,
    ApprovalRefused,
    ApprovalRequested,
    DeviationConfirmed,
)
from domain.governance.book import Answer, Applied, Approval, Governance, Ruling

GovernanceEvent = (
    AmendmentApplied | DeviationConfirmed | ApprovalRequested | ApprovalGranted | ApprovalRefused
)


def evolve_governance(known: Governance, event: GovernanceEvent) -> Governance:
    """What is known after `event`.

    Raises:
        LookupError: an approval is answered that nobody asked for.
    """
    match event:
        case AmendmentApplied():
            applied = Applied(event.protocol_version, event.protocol_hash, event.consented)
            return replace(known, applied=(*known.applied, applied))
        case DeviationConfirmed():
            ruling = Ruling(event.classed, event.signed, event.reason)
            return replace(known, rulings={**known.rulings, event.deviation: ruling})
        case ApprovalRequested():
            return _with(known, _requested(event))
        case ApprovalGranted():
            granted = replace(_asked(known, event.approval), answer=Answer.GRANTED, signed=event.signed)
            return _with(known, granted)
        case ApprovalRefused():
            asked = _asked(known, event.approval)
            refused = replace(asked, answer=Answer.REFUSED, refused_by=event.by, refused_why=event.reason)
            return _with(known, refused)
        case _:
            assert_never(event)


def _requested(event: ApprovalRequested) -> Approval:
    return Approval(
        approval=event.approval,
        item=event.item,
        planned=event.planned,
        reason=event.reason,
        by=event.by,
        needed_by=event.needed_by,
        remind_at=event.remind_at,
    )


def _asked(known: Governance, name: str) -> Approval:
    if name not in known.approvals:
        raise LookupError(f"approval {name!r} is answered but was not asked for: the record is damaged")
    return known.approvals[name]


def _with(known: Governance, approval: Approval) -> Governance:
    return replace(known, approvals={**known.approvals, approval.approval: approval})
