"""Moving a participant to an amended protocol, and ruling on deviations from it.

The rule that keeps it honest: what is ruled is signed; what is planned outside a window is asked for before.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from domain.commands.asked import Asked, ItemCode, SignedAsk, Text
from domain.stated import StatedField

Version = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$")]
RulingName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+/[a-z_]+(/[0-9]+)?$", max_length=100)]


class ApplyAmendment(Asked):
    """Move the participant to a published version; `consented` is when they consented to it."""

    kind: Literal["apply_amendment"] = "apply_amendment"
    version: Version
    consented: StatedField | None = None


class ConfirmDeviation(SignedAsk):
    """Class a deviation as minor or important; a reason is needed where the rules say otherwise."""

    kind: Literal["confirm_deviation"] = "confirm_deviation"
    deviation: RulingName
    classed: Literal["minor", "important"]
    reason: Text | None = None


class RequestApproval(Asked):
    """Ask beforehand to do a visit outside its window on a planned day."""

    kind: Literal["request_approval"] = "request_approval"
    item: ItemCode
    planned: StatedField
    reason: Text


class GrantApproval(SignedAsk):
    """Approve a planned visit outside its window."""

    kind: Literal["grant_approval"] = "grant_approval"
    approval: RulingName


class RefuseApproval(Asked):
    """Refuse a planned visit outside its window."""

    kind: Literal["refuse_approval"] = "refuse_approval"
    approval: RulingName
    reason: Text
