"""A second version of the first protocol, and words to move somebody to it."""

from __future__ import annotations

from functools import cache
from typing import Any

from domain import Rules
from domain import commands as cmd
from domain.protocol.document import ProtocolDocument
from domain.protocol.expanded import Protocol, expand
from protocols.reading import read_protocol
from tests.domain.builders import COORDINATOR, ROOT, protocol, site, stated


@cache
def second() -> Protocol:
    """The simulated amendment: day 21 one day longer, a visit on day 45, none in month 9."""
    return read_protocol(ROOT / "protocols" / "amendments" / "NCT06642025-2.0.yaml")


def third(**changes: Any) -> Protocol:
    """A version after the second, with parts of its document changed."""
    document = second().document
    assert document.amends is not None
    amends = document.amends.model_copy(update={"version": "2.0"})
    return expand(document.model_copy(update={"version": "3.0", "amends": amends, **changes}))


def without(document: ProtocolDocument, *codes: str) -> dict[str, Any]:
    """A change that drops visits."""
    return {"visits": tuple(each for each in document.visits if each.code not in codes)}


def versions(*more: Protocol) -> Rules:
    """The first version in force, the second and `more` published after it."""
    return Rules(protocol(), site(), (protocol(), second(), *more))


def amend(version: str = "2.0", consented: str | None = "2026-03-20") -> cmd.Command:
    """The participant is moved to a version they consented to."""
    on = stated(consented) if consented is not None else None
    return cmd.ApplyAmendment(actor=COORDINATOR, version=version, consented=on)
