"""Amendments, classes of deviations and prior approvals as lines for people.

The rule that keeps it honest: the line holds what the event holds, with who signed.
"""

from __future__ import annotations

from typing import assert_never

from console.speech import Speech
from console.words_review import DEVIATION_CLASSES
from domain.events import (
    AmendmentApplied,
    ApprovalGranted,
    ApprovalRefused,
    ApprovalRequested,
    DeviationConfirmed,
)
from domain.governance.evolve import GovernanceEvent


def governance_detail(event: GovernanceEvent, say: Speech) -> str:
    """What the event says beyond its name."""
    match event:
        case AmendmentApplied():
            version = {"protocol": event.protocol_id, "version": event.protocol_version}
            if event.consented is None:
                return say("{protocol} {version}", **version)
            return say("{protocol} {version}, consent {when}", **version, when=say.stated(event.consented))
        case DeviationConfirmed():
            return say.joined(_classed(event, say), event.reason)
        case ApprovalRequested():
            asked = {"planned": say.stated(event.planned), "when": say.at(event.needed_by)}
            wanted = say("{approval} for {planned}, needed by {when}", approval=event.approval, **asked)
            return say.joined(wanted, event.reason)
        case ApprovalGranted():
            by = {"by": event.signed.by, "role": say.role(event.signed.role)}
            return say("{approval}, {by} ({role})", approval=event.approval, **by)
        case ApprovalRefused():
            return say.joined(say("{approval}, {by}", approval=event.approval, by=event.by), event.reason)
        case _:
            assert_never(event)


def _classed(event: DeviationConfirmed, say: Speech) -> str:
    called = {"deviation": event.deviation, "by": event.signed.by}
    classed = say.of(DEVIATION_CLASSES, event.classed)
    if not event.suggested:
        return say("{deviation} {classed}, {by}", **called, classed=classed)
    suggested = say.of(DEVIATION_CLASSES, event.suggested)
    sentence = "{deviation} {classed} (suggested: {suggested}), {by}"
    return say(sentence, **called, classed=classed, suggested=suggested)
