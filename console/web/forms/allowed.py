"""Who may be shown a form, where the protocol's document names the role.

The rule that keeps it honest: the table of permissions decides; where it leaves it to the document, the
document is read, and the answer judges all the same.
"""

from __future__ import annotations

from console.web.forms.bench import Bench
from domain.permissions import PERMISSIONS
from domain.roles import Role


def roles_for(bench: Bench, kind: str) -> frozenset[Role]:
    """The roles that may give a command, in this study."""
    permission = PERMISSIONS[kind]
    return frozenset(_named(bench, kind)) if permission.by_document else permission.roles


def _named(bench: Bench, kind: str) -> set[Role]:
    document, conduct = bench.protocol.document, bench.protocol.document.conduct
    match kind:
        case "sign_gate":
            return {each.signed_by for each in document.gates}
        case "take_decision":
            return {each.by for each in document.decisions}
        case "grant_approval" | "refuse_approval":
            return {document.approvals.by} if document.approvals is not None else set()
        case "release_product":
            return {document.product.released_by} if document.product is not None else set()
        case "release_conditionally":
            conditional = document.product.conditional if document.product is not None else None
            return {conditional.by} if conditional is not None else set()
        case "lift_hold":
            stated = {conduct.hold.lifted_by} if conduct is not None and conduct.hold is not None else set()
            return stated | {each.placed.lifted_by for each in bench.study.holds_in_force}
        case "decide_treatment":
            rule = conduct.decide_now if conduct is not None else None
            return {rule.by} if rule is not None else set()
        case _:
            return set()
