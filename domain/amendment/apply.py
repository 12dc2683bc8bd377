"""Applying an amendment to one participant who consented to it.

The rule that keeps it honest: forward only, to a published version, by the date of consent; the windows of
what is pending are planned anew, those of what is settled stay.
"""

from __future__ import annotations

from datetime import datetime

from domain.amendment.replan import unplanned
from domain.answers.checks import is_before, nearest, not_in_future, still_running
from domain.commands.governance import ApplyAmendment
from domain.events.governance import AmendmentApplied
from domain.protocol.expanded import Protocol
from domain.refusal import Code, Refused
from domain.state import State
from domain.stated import Stated


def apply_amendment(state: State, command: ApplyAmendment, at: datetime) -> list[AmendmentApplied]:
    """The participant is under the version from now on.

    Raises:
        Refused: an unknown, older or the same version, or a consent that cannot be.
    """
    still_running(state, "applying an amendment")
    new = published(state, command.version)
    _goes_forward(state, new)
    _consented(state, new, command.consented, at)
    return [
        AmendmentApplied(
            protocol_id=new.id,
            protocol_version=new.version,
            protocol_hash=new.hash,
            was_hash=state.protocol.hash,
            consented=command.consented,
            unplanned=unplanned(state, new),
        )
    ]


def published(state: State, version: str) -> Protocol:
    """The published version of the participant's protocol.

    Raises:
        Refused: there is none of that name.
    """
    for each in state.rules.versions:
        if each.version == version:
            return each
    known = [each.version for each in state.rules.versions]
    hint = nearest(version, known) or f"; published are {', '.join(known) or 'none'}"
    raise Refused(Code.UNKNOWN_VERSION, f"{state.protocol.id} has no published version {version!r}{hint}")


def _goes_forward(state: State, new: Protocol) -> None:
    current = state.protocol
    if new.hash == current.hash:
        raise Refused(Code.SAME_FACT, f"{state.participant} is under version {current.version} already")
    order = [each.hash for each in state.rules.versions]
    if current.hash in order and order.index(new.hash) < order.index(current.hash):
        raise Refused(
            Code.OLDER_VERSION,
            f"{state.participant} is under version {current.version}; {new.version} is older, and nobody "
            "goes back: publish a newer version that says what is wanted",
        )


def _consented(state: State, new: Protocol, consented: Stated | None, at: datetime) -> None:
    amends = new.document.amends
    if consented is None:
        if amends is None or amends.reconsent:
            raise Refused(
                Code.MALFORMED,
                f"version {new.version} needs the participant's consent: state when they gave it",
            )
        return
    not_in_future(state, consented, at)
    first = state.item(state.protocol.document.registration.milestone).happened
    if first is not None and is_before(state, consented, first):
        raise Refused(
            Code.BEFORE_ANCHOR,
            f"consent to {new.version} on {consented.isoformat()} is before the first consent "
            f"({first.isoformat()})",
        )
    approved = amends.approved_on if amends is not None else None
    if approved is not None and is_before(state, consented, approved):
        raise Refused(
            Code.BEFORE_ANCHOR,
            f"consent to {new.version} on {consented.isoformat()} is before its approval ({approved})",
        )
