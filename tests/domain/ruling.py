"""Words for rulings: a visit outside its window is asked for and answered, a deviation is classed."""

from __future__ import annotations

from domain import commands as cmd
from domain.governance.approvals import MEANING
from domain.governance.confirm import meaning_of
from domain.roles import Actor
from tests.domain.builders import COORDINATOR, INVESTIGATOR, SPONSOR, stated


def request(item: str = "D60", planned: str = "2026-05-11") -> cmd.Command:
    """A coordinator asks to do a visit outside its window."""
    return cmd.RequestApproval(
        actor=COORDINATOR, item=item, planned=stated(planned), reason="abroad until the 10th"
    )


def grant(by: Actor = SPONSOR, approval: str = "D60/approval", content: str | None = None) -> cmd.Command:
    """The sponsor's monitor approves."""
    return cmd.GrantApproval(actor=by, approval=approval, meaning=MEANING, content=content)


def refuse(by: Actor = SPONSOR) -> cmd.Command:
    """The sponsor's monitor says no."""
    return cmd.RefuseApproval(actor=by, approval="D60/approval", reason="the endpoint would be lost")


def confirm(
    classed: str = "important",
    deviation: str = "D60/late",
    reason: str | None = None,
    by: Actor = INVESTIGATOR,
    content: str | None = None,
) -> cmd.Command:
    """Somebody classes a deviation."""
    body = {"kind": "confirm_deviation", "actor": by.model_dump(), "deviation": deviation, "classed": classed}
    body |= {"meaning": meaning_of(classed)} | ({"reason": reason} if reason else {})
    return cmd.parse_command(body | ({"content": content} if content else {}))
