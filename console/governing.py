"""Approvals and previews of amendments of one participant, as they are shown.

The rule that keeps it honest: read from the record and judged by the domain; nothing is saved here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from console.reading import StudyLook
from console.sights import AmendmentPreview, ApprovalSight, MovedSight
from domain.amendment.preview import Moved, preview
from domain.commands.governance import ApplyAmendment
from domain.governance.approvals import MEANING, approved_content
from domain.governance.book import Approval
from domain.protocol.expanded import Protocol
from domain.roles import Actor, Role
from domain.signed import content_of
from domain.state import State
from domain.stated import Stated

_LOOKING = Actor(id="preview", role=Role.COORDINATOR, method="preview")
"""Nobody asks in a preview; the role is one that may."""


def approvals(look: StudyLook, participant: str | None) -> list[ApprovalSight]:
    """Every request for prior approval, of one participant or of all, in the order they were asked.

    Raises:
        Refused: there is no such participant.
    """
    codes = [participant] if participant else [each.participant for each in look.participants()]
    states = (look.state(code) for code in codes)
    return [_approval(look, state, each) for state in states for each in state.governance.approvals.values()]


def amendment_preview(
    look: StudyLook,
    participant: str,
    version: str,
    consented: Stated | None,
    proposed: Protocol | None = None,
) -> AmendmentPreview:
    """What moving the participant to the version would change now.

    `proposed`: a version that is not published, taken as if it were.

    Raises:
        Refused: there is no such participant, or the amendment would be refused.
    """
    state = look.state(participant)
    if proposed is not None:
        state = replace(state, rules=replace(state.rules, versions=(*state.rules.versions, proposed)))
    command = ApplyAmendment(actor=_LOOKING, version=version, consented=consented)
    shown = preview(state, command, look.now)
    return AmendmentPreview(
        participant=participant,
        version=state.protocol.version,
        to=version,
        moved=tuple(_moved(look, state, each, proposed) for each in shown.moved),
        raised=shown.raised,
        resolved=shown.resolved,
        deviations_before=shown.deviations_before,
        deviations_after=shown.deviations_after,
    )


def _approval(look: StudyLook, state: State, approval: Approval) -> ApprovalSight:
    return ApprovalSight(
        participant=state.participant,
        approval=approval.approval,
        item=approval.item,
        label=look.item_label(state.protocol, approval.item),
        planned=approval.planned.isoformat(),
        reason=approval.reason,
        by=approval.by,
        needed_by=approval.needed_by,
        answer=approval.answer.value,
        answered_by=approval.signed.by if approval.signed else approval.refused_by,
        refused_why=approval.refused_why,
        content=content_of(approved_content(state, approval)),
        meaning=MEANING,
    )


def _moved(look: StudyLook, state: State, moved: Moved, proposed: Protocol | None) -> MovedSight:
    known = state.protocol if proposed is None or moved.item in state.protocol.items else proposed
    before, after = moved.before, moved.after
    return MovedSight(
        item=moved.item,
        label=look.item_label(known, moved.item),
        first_day_before=_day(state, before.opens) if before else None,
        last_day_before=_last(state, before.closes) if before else None,
        first_day_after=_day(state, after.opens) if after else None,
        last_day_after=_last(state, after.closes) if after else None,
    )


def _day(state: State, at: datetime) -> date:
    return at.astimezone(state.zone).date()


def _last(state: State, end: datetime) -> date:
    return _day(state, end - timedelta(microseconds=1))
