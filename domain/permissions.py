"""Who may ask for what: one table of commands by roles.

The rule that keeps it honest: every command has its row, and nothing else decides by role, except where the
protocol's document names a role of its own (gates, decisions, holds); an auditor and an engineer only read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.commands.asked import Asked
from domain.refusal import Code, Refused
from domain.roles import Role

SITE = frozenset({Role.COORDINATOR, Role.INVESTIGATOR, Role.DATA_MANAGER})
"""Who states facts and corrects them."""

ANSWERING = SITE | {Role.SPONSOR}
"""Who answers alerts: the sponsor stands on the last rung."""

ANYBODY = frozenset(Role)
"""Time passes for everybody, and the machine lets it pass."""


@dataclass(frozen=True, slots=True)
class Permission:
    """The roles that may give a command; `what` is said of it in a refusal ("alerts are answered").

    `by_document`: the protocol names the role, of which the answer judges; here nobody is turned away.
    """

    roles: frozenset[Role]
    what: str
    by_document: bool = False

    def allows(self, role: Role) -> bool:
        """Whether a role is let through to the answer."""
        return self.by_document or role in self.roles


_RECORDED = Permission(SITE, "the record is written")
_ANSWERED = Permission(ANSWERING, "alerts are answered")
_REPORTED = Permission(ANSWERING, "safety reports are recorded")
_SIGNED = Permission(frozenset(), "gates are signed by the role the protocol names", by_document=True)
_DECIDED = Permission(frozenset(), "branches are decided by the role the protocol names", by_document=True)
_CONDUCTED = Permission(frozenset({Role.INVESTIGATOR, Role.SPONSOR}), "the study is paused and held")
_LIFTED = Permission(frozenset(), "holds are lifted by the role the protocol names", by_document=True)
_TREATED = Permission(
    frozenset(), "interrupted treatment is decided by the role the protocol names", by_document=True
)
_CUSTODY = Permission(SITE | {Role.SPONSOR}, "custody and manufacture are recorded")
_JUDGED = Permission(frozenset({Role.INVESTIGATOR, Role.SPONSOR}), "a product's fitness is judged")
_RELEASED = Permission(frozenset(), "products are released by the role the protocol names", by_document=True)
_APPROVED = Permission(
    frozenset(), "prior approval is given by the role the protocol names", by_document=True
)

PERMISSIONS: Mapping[str, Permission] = {
    "register_participant": _RECORDED,
    "record_result": _RECORDED,
    "sign_gate": _SIGNED,
    "record_item": _RECORDED,
    "record_unscheduled_visit": _RECORDED,
    "plan_item": _RECORDED,
    "excuse_visit": _RECORDED,
    "miss_visit": _RECORDED,
    "take_decision": _DECIDED,
    "record_progression": _RECORDED,
    "end_participation": _RECORDED,
    "correct_record": _RECORDED,
    "apply_amendment": _RECORDED,
    "confirm_deviation": Permission(
        frozenset({Role.INVESTIGATOR, Role.DATA_MANAGER}), "deviations are classed"
    ),
    "request_approval": _RECORDED,
    "grant_approval": _APPROVED,
    "refuse_approval": _APPROVED,
    "set_recruitment": _CONDUCTED,
    "place_hold": _CONDUCTED,
    "lift_hold": _LIFTED,
    "decide_treatment": _TREATED,
    "record_meeting": Permission(ANSWERING, "safety reviews are recorded"),
    "return_turn": Permission(SITE, "turns are given back"),
    "bind_identity": _RECORDED,
    "correct_identity": _RECORDED,
    "hand_over": _CUSTODY,
    "clear_mismatch": _RECORDED,
    "assess_excursion": _JUDGED,
    "complete_manufacture": _CUSTODY,
    "test_product": _CUSTODY,
    "release_product": _RELEASED,
    "release_conditionally": _RELEASED,
    "fail_product": _CUSTODY,
    "book_resource": _RECORDED,
    "move_booking": _RECORDED,
    "cancel_booking": _RECORDED,
    "open_adverse_event": _RECORDED,
    "grade_adverse_event": _RECORDED,
    "change_adverse_event": _RECORDED,
    "treat_adverse_event": _RECORDED,
    "close_adverse_event": _RECORDED,
    "reopen_adverse_event": _RECORDED,
    "void_adverse_event": _RECORDED,
    "assess_toxicity": _RECORDED,
    "assess_response": _RECORDED,
    "void_assessment": _RECORDED,
    "receive_information": _REPORTED,
    "send_report": _REPORTED,
    "withdraw_report": _REPORTED,
    "acknowledge_alert": _ANSWERED,
    "snooze_alert": _ANSWERED,
    "reach_clock": Permission(ANYBODY, "time passes"),
}
"""Command kind -> who may give it. A command without a row cannot be given."""


def may_ask(command: Asked) -> None:
    """Refuse a command that the actor's role may not give.

    Raises:
        Refused: the role is another's; the sentence names the roles that may.
    """
    role, who = command.actor.role, command.actor.id
    permission = PERMISSIONS[kind_of(command)]
    if not permission.allows(role):
        known = ", ".join(sorted(each.value for each in permission.roles))
        raise Refused(Code.WRONG_ROLE, f"{permission.what} by {known}; {who} speaks as {role.value}")


def kind_of(command: Asked) -> str:
    """The name of a command on the wire."""
    return str(type(command).model_fields["kind"].default)
