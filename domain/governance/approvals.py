"""Prior approval of a visit outside its window: asked for, granted or refused, and used.

The rule that keeps it honest: prior means before: it is asked for and given before the planned day, by
somebody else than who asked, and covers that day only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.answers.checks import known_item, nearest, pending, spoken_by, still_running
from domain.commands.governance import GrantApproval, RefuseApproval, RequestApproval
from domain.events import PlannedWindow
from domain.events.governance import ApprovalGranted, ApprovalRefused, ApprovalRequested
from domain.governance.approved import of_item
from domain.governance.book import Answer, Approval
from domain.plan import BINDING, applicable, shifted, window_of
from domain.protocol.governance import ApprovalRule
from domain.refusal import Code, Refused
from domain.signing import sign
from domain.standing import side_of
from domain.state import State
from domain.stated import Stated, day_of, earliest, start_of_day

MEANING = "I approve this visit outside its window"
"""The words in which an approval is signed."""


def request_approval(state: State, command: RequestApproval, at: datetime) -> list[ApprovalRequested]:
    """A visit is planned outside its window, and somebody is asked beforehand.

    Raises:
        Refused: nothing to approve, no longer before, or asked already.
    """
    rule = _rule(state)
    item = known_item(state, command.item)
    still_running(state, f"asking for {item.code}")
    pending(state, item.code)
    if not applicable(state, item):
        raise Refused(Code.NOT_APPLICABLE, f"{item.code} does not apply to {state.participant}")
    _is_outside(state, item.code, command.planned)
    waiting = [each for each in of_item(state, item.code) if each.answer is Answer.WAITING]
    if waiting:
        raise Refused(
            Code.ALREADY_RECORDED, f"{waiting[0].approval} waits for its answer: have it answered first"
        )
    start = earliest(command.planned, state.zone)
    needed_by = shifted(start, -rule.decide_before, state.zone)
    if at >= needed_by:
        last = needed_by.astimezone(state.zone).isoformat(timespec="minutes")
        raise Refused(
            Code.BAD_VALUE,
            f"approval of {item.code} on {command.planned.isoformat()} was needed by {last}: plan a later "
            "day, or record what happens and the deviation with it",
        )
    return [
        ApprovalRequested(
            approval=_name(state, item.code),
            item=item.code,
            planned=command.planned,
            reason=command.reason,
            by=command.actor.id,
            needed_by=needed_by,
            remind_at=max(at, shifted(needed_by, -rule.remind, state.zone)),
        )
    ]


def grant_approval(state: State, command: GrantApproval, at: datetime) -> list[ApprovalGranted]:
    """The role the protocol names approves, before the planned day.

    Raises:
        Refused: no such request, answered already, too late, or a signature that does not hold.
    """
    rule, approval = _rule(state), _waiting(state, command.approval)
    spoken_by(command.actor, rule.by, f"approving {approval.approval}")
    if command.actor.id == approval.by:
        raise Refused(
            Code.SAME_SIGNER, f"{approval.by} asked for {approval.approval}: somebody else approves it"
        )
    if at >= start_of_day(day_of(approval.planned, state.zone), state.zone):
        raise Refused(
            Code.BAD_VALUE,
            f"{approval.approval} was for {approval.planned.isoformat()}: prior approval is given "
            "before that day",
        )
    signed = sign(
        command,
        meaning=MEANING,
        what=approved_content(state, approval),
        at=at,
        roles={rule.by},
        name=f"approval {approval.approval}",
    )
    return [ApprovalGranted(approval.approval, signed)]


def refuse_approval(state: State, command: RefuseApproval) -> list[ApprovalRefused]:
    """The role the protocol names says no, with a reason.

    Raises:
        Refused: no such request, answered already, or another role.
    """
    rule, approval = _rule(state), _waiting(state, command.approval)
    spoken_by(command.actor, rule.by, f"refusing {approval.approval}")
    return [ApprovalRefused(approval.approval, command.actor.id, command.reason)]


def approved_content(state: State, approval: Approval) -> dict[str, Any]:
    """What somebody who approves has to have seen, as JSON values."""
    return {
        "participant": state.participant,
        "approval": approval.approval,
        "item": approval.item,
        "planned": approval.planned.isoformat(),
        "reason": approval.reason,
        "by": approval.by,
    }


def _rule(state: State) -> ApprovalRule:
    rule = state.protocol.document.approvals
    if rule is None:
        raise Refused(
            Code.NOT_APPLICABLE,
            f"protocol {state.protocol.id} {state.protocol.version} says of nobody that they approve visits",
        )
    return rule


def _is_outside(state: State, code: str, planned: Stated) -> None:
    window: PlannedWindow | None = window_of(state, code)
    if window is None or window.basis not in BINDING:
        raise Refused(Code.OUT_OF_ORDER, f"{code} has no window yet: nothing says what would be outside it")
    if side_of(window.opens, window.closes, earliest(planned, state.zone)) is None:
        raise Refused(
            Code.BAD_VALUE, f"{code} on {planned.isoformat()} is inside its window: it needs no approval"
        )


def _waiting(state: State, name: str) -> Approval:
    approval = state.governance.approvals.get(name)
    if approval is None:
        hint = nearest(name, state.governance.approvals)
        raise Refused(Code.UNKNOWN_APPROVAL, f"nobody asked for {name!r} of {state.participant}{hint}")
    if approval.answer is not Answer.WAITING:
        raise Refused(Code.ALREADY_RECORDED, f"{name} is already {approval.answer.value}")
    return approval


def _name(state: State, item: str) -> str:
    before = len(of_item(state, item))
    return f"{item}/approval" + (f"/{before + 1}" if before else "")
