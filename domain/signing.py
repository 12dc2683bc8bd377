"""Signing: the words, the person and the content of a signed command are checked, or it is refused.

The rule that keeps it honest: a signature says exactly the expected words, over exactly what the signer was
shown, by somebody of a role that may; where two must sign, they are two people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from domain.commands.asked import Asked, SignedAsk
from domain.refusal import Code, Refused
from domain.roles import Role
from domain.signed import Signed, content_of


def sign(
    command: SignedAsk,
    *,
    meaning: str,
    what: Mapping[str, Any],
    at: datetime,
    roles: Collection[Role],
    name: str = "this",
) -> Signed:
    """The signature of a signed command over `what`, at `at` (UTC).

    `name` says in a refusal what is signed ("gate eligibility"); `meaning` is the sentence that must be
    signed; `what` is everything the signer has to have seen, as JSON values (no floats). A command that
    states no content signs what is on the record at that moment.

    Raises:
        Refused: another role, other words, or a content that is no longer what is on the record.
    """
    actor = command.actor
    if actor.role not in roles:
        known = " or ".join(sorted(each.value for each in roles))
        raise Refused(
            Code.WRONG_ROLE, f"{name} is signed by the {known}; {actor.id} speaks as {actor.role.value}"
        )
    if command.meaning != meaning:
        raise Refused(
            Code.BAD_VALUE, f"{name} is signed in its own words: {meaning!r}; not {command.meaning!r}"
        )
    content = content_of(what)
    if command.content is not None and command.content != content:
        raise Refused(
            Code.OTHER_CONTENT,
            f"what was signed ({command.content[:12]}) is not what stands on the record now "
            f"({content[:12]}): look at it again and sign that",
        )
    return Signed(actor.id, actor.role, at, meaning, content)


def second_signature(signed: Iterable[Signed], command: Asked, what: str) -> None:
    """Refuse a further signature under `what` by somebody who signed it already.

    Raises:
        Refused: the same person; two signatures are two people.
    """
    for each in signed:
        if each.by == command.actor.id:
            raise Refused(
                Code.SAME_SIGNER,
                f"{each.by} signed {what} at {each.signed_at.isoformat(timespec='minutes')}: "
                "the second signature is another person's",
            )
